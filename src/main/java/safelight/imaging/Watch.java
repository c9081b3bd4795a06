package safelight.imaging;

/// How a caller follows a running operation and stops it. Called from the operation's threads,
/// often: both methods are quick and thread-safe.
public interface Watch {
    /// Nobody is watching.
    Watch NONE =
            new Watch() {
                @Override
                public boolean isStopped() {
                    return false;
                }

                @Override
                public void progress(double fraction) {
                    // nobody is watching
                }
            };

    /// Whether the operation has to end now, with {@link DarkroomStopped}.
    boolean isStopped();

    /// How much is done, from 0 to 1; never goes down.
    void progress(double fraction);
}
