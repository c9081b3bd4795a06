package safelight.app;

import java.util.Set;

/// What a process' exit code says about why it ended.
final class Exit {
    /// All went well.
    static final int DONE = 0;

    /// Something failed, and was said.
    static final int FAILED = 1;

    private static final int BY_SIGNAL = 128;
    private static final Set<Integer> FROM_OUTSIDE =
            Set.of(DONE, BY_SIGNAL + 1, BY_SIGNAL + 2, BY_SIGNAL + 9, BY_SIGNAL + 15);

    private Exit() {}

    /// Whether the process went down by what it did, rather than because someone stopped it: by
    /// HUP, INT, KILL or TERM. The kernel's out-of-memory killer cannot be told from `kill -9`; the
    /// limit on attempts ends that.
    static boolean isOwnFault(int code) {
        return !FROM_OUTSIDE.contains(code);
    }
}
