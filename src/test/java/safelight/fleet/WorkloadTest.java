package safelight.fleet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class WorkloadTest {
    private static final double EXACT = 1e-9;

    private final AtomicLong nanos = new AtomicLong(5_000_000_000L);
    private final AtomicReference<Duration> cpu = new AtomicReference<>(Duration.ofSeconds(3));
    private final Workload workload = new Workload(8, nanos::get, cpu::get);

    private void pass(Duration time) {
        nanos.addAndGet(time.toNanos());
    }

    @Test
    void busyIsTheAverageOverTime() {
        workload.begin();
        pass(Duration.ofSeconds(1));
        workload.begin();
        pass(Duration.ofSeconds(1));
        workload.end();
        workload.end();
        pass(Duration.ofSeconds(2));

        var load = workload.sample();

        assertThat(load.busy()).isCloseTo((1 + 2) / 4.0, within(EXACT));
        assertThat(load.finished()).isEqualTo(2);
        assertThat(load.places()).isEqualTo(8);
    }

    @Test
    void eachSampleBeginsAnew() {
        workload.begin();
        pass(Duration.ofSeconds(1));
        workload.sample();
        workload.end();
        pass(Duration.ofSeconds(1));

        assertThat(workload.sample().busy()).isZero();
    }

    @Test
    void coresAreCpuTimeOverTime() {
        cpu.set(Duration.ofSeconds(4));
        pass(Duration.ofSeconds(2));

        assertThat(workload.sample().cpuCores()).isCloseTo(0.5, within(EXACT));
    }

    @Test
    void twoSamplesAtOnceDivideByNothing() {
        workload.begin();

        assertThat(workload.sample()).isEqualTo(new Load(1, 8, 0, 0));
    }
}
