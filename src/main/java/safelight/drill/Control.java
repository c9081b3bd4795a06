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
    SWEEPER("sweeper", false),
    /// What the broker wrote to its journal is gone when it is killed, as after a power failure
    /// without fsync.
    JOURNAL_SYNC("journal-sync", true),
    /// A ticket is acknowledged when it is handed out, not when its job is done.
    ACKNOWLEDGEMENT("acknowledgement", true),
    /// A ticket that comes back is destroyed, as by a broker with one delivery and no dead-letter
    /// queue.
    DEAD_LETTERS("dead-letters", true),
    /// A job is given to the queue once, when it is accepted; its row is never looked at again.
    RELAY("relay", true),
    /// The Idempotency-Key is not stored, so a request that comes again is a new job.
    UNIQUE_KEY("unique-key", false);

    private final String label;
    private final boolean isCoveredBySweeper;

    Control(String label, boolean isCoveredBySweeper) {
        this.label = label;
        this.isCoveredBySweeper = isCoveredBySweeper;
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
        without.forEach(c -> all.addAll(c.shownBy()));
        return all;
    }

    private Set<Fault> shownBy() {
        return switch (this) {
            case SWEEPER -> Set.of();
            case JOURNAL_SYNC, RELAY -> Set.of(Fault.KILL_BROKER);
            case ACKNOWLEDGEMENT -> Set.of(Fault.KILL_WORKER, Fault.KILL_PHOTO_WORK);
            case DEAD_LETTERS ->
                    Set.of(Fault.KILL_WORKER, Fault.KILL_PHOTO_WORK, Fault.BREAK_LINES);
            case UNIQUE_KEY -> Set.of(Fault.CUT_ANSWERS, Fault.KILL_WEB);
        };
    }

    private static String labels() {
        return Arrays.stream(values()).map(Control::label).collect(Collectors.joining(", "));
    }
}
