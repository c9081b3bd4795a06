package safelight.drill;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.Set;
import java.util.stream.Collectors;

/// A guarantee that a drill takes away on purpose, to show that its checker notices. Some are
/// covered by the sweeper, which publishes again what the queue has lost, so that alone they cost
/// time and no job; they are taken away together with it.
public enum Control {
    /// Nothing takes over from a queue that lost tickets. Alone it is to change nothing: the queue
    /// loses none.
    SWEEPER("sweeper", false, Set.of()),
    /// What the broker wrote to its journal is gone when it is killed, as after a power failure
    /// without fsync.
    JOURNAL_SYNC("journal-sync", true, Set.of(Fault.KILL_BROKER)),
    /// A ticket is acknowledged when it is handed out, not when its job is done.
    ACKNOWLEDGEMENT(
            "acknowledgement", true, Set.of(Fault.KILL_WORKER, Fault.KILL_PHOTO_WORK)),
    /// A ticket that comes back is destroyed, as by a broker with one delivery and no dead-letter
    /// queue.
    DEAD_LETTERS(
            "dead-letters",
            true,
            Set.of(Fault.KILL_WORKER, Fault.KILL_PHOTO_WORK, Fault.BREAK_LINES)),
    /// A job is given to the queue once, when it is accepted; its row is never looked at again.
    RELAY("relay", true, Set.of(Fault.KILL_BROKER)),
    /// The Idempotency-Key is not stored, so a request that comes again is a new job.
    UNIQUE_KEY("unique-key", false, Set.of(Fault.CUT_ANSWERS, Fault.KILL_WEB));

    private final String label;
    private final boolean isCoveredBySweeper;
    private final Set<Fault> shownBy;

    Control(String label, boolean isCoveredBySweeper, Set<Fault> shownBy) {
        this.label = label;
        this.isCoveredBySweeper = isCoveredBySweeper;
        this.shownBy = Set.copyOf(shownBy);
    }

    /// Its name on the command line.
    public String label() {
        return label;
    }

    /// The control of this name.
    ///
    /// @throws IllegalArgumentException if there is none
    public static Control of(String label) {
        return Arrays.stream(values())
                .filter(c -> c.label.equals(label))
                .findFirst()
                .orElseThrow(() ->
                        new IllegalArgumentException(
                                "There is no control '%s'; there are %s."
                                        .formatted(label, labels())));
    }

    /// These and what has to go with them.
    public static Set<Control> complete(Set<Control> wanted) {
        var all = EnumSet.noneOf(Control.class);
        all.addAll(wanted);
        if (wanted.stream().anyMatch(c -> c.isCoveredBySweeper)) all.add(SWEEPER);
        return all;
    }

    /// The faults that break something once these guarantees are gone.
    public static Set<Fault> shownBy(Set<Control> without) {
        var all = EnumSet.noneOf(Fault.class);
        without.forEach(c -> all.addAll(c.shownBy));
        return all;
    }

    private static String labels() {
        return Arrays.stream(values()).map(Control::label).collect(Collectors.joining(", "));
    }
}
