package safelight.queue.artemis;

/// Artemis swallows interrupts and tells of them by an exception of its own.
final class Interrupts {
    private Interrupts() {}

    /// Interrupts this thread again if `failure` came of an interrupt.
    static void restore(Throwable failure) {
        for (var cause = failure; cause != null; cause = cause.getCause())
            if (cause instanceof InterruptedException) Thread.currentThread().interrupt();
    }
}
