package safelight.replication;

import java.time.Duration;
import safelight.catalog.BlobTask;

/// What a data center does about a blob that came or went elsewhere: a pure decision. The rows say
/// whether the blob is wanted, and they may be late: what another data center wrote at the same
/// time may not be here yet. So nothing is given up before it had time to arrive, and nothing is
/// removed that a row here still names.
enum Judgement {
    FETCH,
    REMOVE,
    DONE,
    LATER,

    /// Either its row is about to come, or it was deleted since: then no other data center has it.
    ASK;

    /// So long the rows may take to come after the task: longer than storage keeps what a data
    /// center has missed.
    static final Duration ROWS_MOST = Duration.ofHours(4);

    static Judgement of(BlobTask.Kind kind, boolean isUsed, boolean isHere, Duration age) {
        boolean isSettled = age.compareTo(ROWS_MOST) > 0;
        return switch (kind) {
            case COME -> {
                if (isUsed) yield isHere ? DONE : FETCH;
                yield isSettled ? DONE : ASK;
            }
            case GONE -> {
                if (isUsed) yield isSettled ? DONE : LATER;
                yield isHere ? REMOVE : DONE;
            }
        };
    }
}
