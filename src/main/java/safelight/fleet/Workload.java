package safelight.fleet;

import java.time.Duration;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/// Measures what an instance has in hand and how much CPU time it uses, between one heartbeat and
/// the next. Thread-safe.
public final class Workload {
    private static final double NANOS = 1e9;

    private final int places;
    private final LongSupplier nanoTime;
    private final Supplier<Duration> cpuTime;
    private int inHand;
    private long finished;
    private long changedNanos;
    private double areaSeconds;
    private long sampledNanos;
    private Duration cpuBefore;

    /// Of an instance that takes `places` requests or jobs at once, on the clocks of this process.
    public Workload(int places) {
        this(places, System::nanoTime, Workload::ownCpuTime);
    }

    Workload(int places, LongSupplier nanoTime, Supplier<Duration> cpuTime) {
        this.places = places;
        this.nanoTime = nanoTime;
        this.cpuTime = cpuTime;
        this.changedNanos = nanoTime.getAsLong();
        this.sampledNanos = changedNanos;
        this.cpuBefore = cpuTime.get();
    }

    /// One more is in hand.
    public synchronized void begin() {
        advance();
        inHand++;
    }

    /// One that was in hand has ended.
    public synchronized void end() {
        advance();
        inHand--;
        finished++;
    }

    /// How many are in hand now.
    public synchronized int inHand() {
        return inHand;
    }

    /// The load since the last sample, or since this was made.
    public synchronized Load sample() {
        advance();
        double seconds = (changedNanos - sampledNanos) / NANOS;
        var cpu = cpuTime.get();
        if (seconds <= 0) return new Load(inHand, places, 0, finished);
        double cores = Math.max(0, cpu.minus(cpuBefore).toNanos() / NANOS / seconds);
        var load = new Load(Math.max(0, areaSeconds / seconds), places, cores, finished);
        areaSeconds = 0;
        sampledNanos = changedNanos;
        cpuBefore = cpu;
        return load;
    }

    private void advance() {
        long now = nanoTime.getAsLong();
        areaSeconds += inHand * ((now - changedNanos) / NANOS);
        changedNanos = now;
    }

    private static Duration ownCpuTime() {
        return ProcessHandle.current().info().totalCpuDuration().orElse(Duration.ZERO);
    }
}
