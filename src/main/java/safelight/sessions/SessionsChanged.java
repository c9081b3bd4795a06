package safelight.sessions;

import safelight.base.Digest;

/// Port: word of sessions that ended or changed at any server, for whoever keeps copies of them. An
/// engine that has no such word is {@link #NONE}, and copies just grow old. Thread-safe; nothing is
/// durable here.
@FunctionalInterface
public interface SessionsChanged {
    /// Never says anything, and never claims that it would have.
    SessionsChanged NONE = _ -> () -> {};

    /// Tells `listener` from now on, on a thread of the engine. Throws {@link SessionsUnavailable}
    /// if storage does not answer.
    Listening listen(Listener listener);

    /// What is told; every call returns at once.
    interface Listener {
        /// This session is no longer what it was.
        void changed(Digest id);

        /// Changes may go untold from now on, and may have been for a while: trust no copy.
        void lost();

        /// Every change that comes after this call is told again.
        void resumed();
    }

    /// Ends with {@link #close()}, which may be called twice.
    interface Listening extends AutoCloseable {
        /// Nothing is told any more once this has returned, or very soon after.
        @Override
        void close();
    }
}
