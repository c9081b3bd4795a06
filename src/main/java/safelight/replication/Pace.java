package safelight.replication;

import java.time.Duration;
import safelight.base.Bytes;

/// Not more than so many bytes a second, on average over some seconds. Thread-safe.
final class Pace {
    private static final double NANOS = 1e9;

    private final double bytesPerNano;
    private long freeNanos;

    /// `now` is the time of a clock that only measures, in nanoseconds.
    Pace(Bytes perSecond, long now) {
        this.bytesPerNano = Math.max(1, perSecond.count()) / NANOS;
        this.freeNanos = now;
    }

    /// Notes that these bytes have come. Returns how long to wait before the next ones.
    synchronized Duration after(Bytes bytes, long now) {
        freeNanos = Math.max(freeNanos, now) + (long) (bytes.count() / bytesPerNano);
        return Duration.ofNanos(freeNanos - now);
    }
}
