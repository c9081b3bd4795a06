package safelight.platform;

import java.util.List;
import safelight.fleet.Instance;

/// Where instances run: starts them, keeps them running and stops them. Thread-safe.
public interface Platform extends AutoCloseable {
    /// Starts one more instance and returns before it serves. One that dies is started again under
    /// the same name until it is stopped. Throws {@link PlatformUnavailable} if this platform does
    /// not run the role, or starts nothing any more.
    Member start(Instance.Role role);

    /// Asks an instance to drain and end, and returns at once. One that does not end in time is
    /// killed. Stopping what is not there, or stops already, is no fault.
    void stop(String name);

    /// What was started and has not ended yet, in the order of starting; also what is stopping.
    List<Member> members();

    /// Stops everything, roles that need others first, and waits until it has ended. Idempotent.
    @Override
    void close();
}
