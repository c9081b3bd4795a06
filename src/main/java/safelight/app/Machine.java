package safelight.app;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import safelight.base.Bytes;

/// What this machine, or the container that this process is in, has.
final class Machine {
    private Machine() {}

    /// So much of its memory, in whole mebibytes.
    static Bytes memory(double share) {
        var system = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
        return Bytes.mebi(Math.max(1, (long) (system.getTotalMemorySize() * share) >> 20));
    }
}
