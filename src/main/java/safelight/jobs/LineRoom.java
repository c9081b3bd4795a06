package safelight.jobs;

import safelight.catalog.Job;

/// How much the queue's line may be given: pure arithmetic, no clock, no storage.
///
/// A ticket in the line has its turn before everything that is not, so a short line is a fair one.
/// But it must not run dry before the relay looks again. So its most, as a cost, doubles whenever
/// the line was found less than half full though more was to be had, and shrinks slowly while it is
/// found full. Some tickets always fit, whatever they cost.
///
/// A more urgent lane may fill the line further than the one below it: who is urgent finds room
/// though others have used theirs.
final class LineRoom {
    /// Tickets that always have room in the lowest lane.
    static final int TICKETS_LEAST = 4;

    /// Half of what an Artemis broker keeps in memory, as measured: about 40,000 tickets. What is
    /// paged to the disk comes in the order in which it was sent, whatever its lane.
    static final int TICKETS_MOST = 20_000;

    private static final double GROW = 2;
    private static final double SHRINK = 0.97;
    private static final double WEIGHT = 1.0 / 16;

    private double most;
    private double each = 1;
    private boolean isMeasured;
    private double ready;
    private boolean used;

    /// So many tickets were found ready in the line, which this server fills with `servers` in all.
    /// Returns whether it was about to run dry.
    boolean look(long tickets, int servers) {
        double found = tickets * each;
        double least = TICKETS_LEAST * each;
        boolean isDry = used && found < most / 2;
        if (isDry) most *= GROW;
        else if (found > most * 3 / 4) most *= SHRINK;
        most = Math.clamp(most, least, TICKETS_MOST * each / factor(Job.Priority.INTERACTIVE));
        // What is missing is shared out among the servers.
        ready = most - (most - found) / servers;
        used = false;
        return isDry;
    }

    /// Whether a ticket of this lane may go.
    boolean has(Job.Priority lane) {
        boolean fits = ready < most * factor(lane);
        used |= !fits;
        return fits;
    }

    /// About how many tickets of this lane may go.
    int tickets(Job.Priority lane) {
        return (int) Math.ceil(Math.max(0, most * factor(lane) - ready) / each);
    }

    /// A ticket of this cost went.
    void use(long cost) {
        double known = Math.max(1, cost);
        if (isMeasured) each += WEIGHT * (known - each);
        else measure(known);
        most = Math.max(most, TICKETS_LEAST * each);
        ready += known;
    }

    /// Until the first ticket went, each counted as one.
    private void measure(double cost) {
        isMeasured = true;
        each = cost;
        most *= cost;
        ready *= cost;
    }

    private static int factor(Job.Priority lane) {
        return switch (lane) {
            case INTERACTIVE -> 4;
            case NORMAL -> 2;
            case BULK -> 1;
        };
    }
}
