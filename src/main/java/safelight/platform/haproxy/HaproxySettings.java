package safelight.platform.haproxy;

import java.nio.file.Path;
import java.time.Duration;

/// How HAProxy runs. `bind` is where clients come in (`0.0.0.0:8080`), `stats` where its page of
/// figures and `/metrics` are, on loopback; `folder` is private to it; `slots` is how many web
/// servers there is room for at first; `drainMost` is what requests get to end on stop.
public record HaproxySettings(
        Path program, String bind, String stats, Path folder, int slots, Duration drainMost) {
    /// Where Debian puts it.
    public static final Path PROGRAM = Path.of("/usr/sbin/haproxy");

    /// Refuses no slots.
    public HaproxySettings {
        if (slots < 1) throw new IllegalArgumentException("no HAProxy with " + slots + " slots");
    }
}
