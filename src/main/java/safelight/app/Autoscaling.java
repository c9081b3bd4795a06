package safelight.app;

import java.time.Duration;
import java.util.List;
import safelight.scaling.Pace;
import safelight.scaling.Scaling;
import safelight.scaling.WorkerScaling;
import safelight.settings.Setting;
import safelight.settings.Settings;

/// How many instances there are, as the settings want it.
record Autoscaling(Settings settings) {
    private static final double PERCENT = 100;
    private static final int INSTANCES_MAX = 500;

    private static final Setting<Integer> WEB_LEAST =
            Setting.number(
                    "autoscaler.web-least", 2, 1, INSTANCES_MAX, "Web servers there always are");
    private static final Setting<Integer> WEB_MOST =
            Setting.number(
                    "autoscaler.web-most", 6, 1, INSTANCES_MAX, "Web servers there are at most");
    private static final Setting<Integer> WORKERS_LEAST =
            Setting.number(
                    "autoscaler.workers-least",
                    1,
                    0,
                    INSTANCES_MAX,
                    "Workers there always are; 0 for none while there is no work");
    private static final Setting<Integer> WORKERS_MOST =
            Setting.number(
                    "autoscaler.workers-most", 4, 1, INSTANCES_MAX, "Workers there are at most");
    private static final Setting<Duration> WAIT_TARGET =
            Setting.duration(
                    "autoscaler.wait-target",
                    "0s",
                    "Time that jobs may always wait, so that fewer workers do; less than"
                            + " autoscaler.drain-target");
    private static final Setting<Duration> DRAIN_TARGET =
            Setting.duration(
                    "autoscaler.drain-target",
                    "60s",
                    "Time in which the jobs that wait are meant to be done");
    private static final Setting<Integer> SLOTS_BUSY =
            Setting.number(
                    "autoscaler.slots-percent",
                    80,
                    1,
                    100,
                    "Part of a worker's slots that is meant to be in use");
    private static final Setting<Integer> BUSY =
            Setting.number(
                    "autoscaler.busy-percent",
                    70,
                    1,
                    100,
                    "Part of web.places that is meant to be in use");
    private static final Setting<Integer> CPU =
            Setting.number(
                    "autoscaler.cpu-percent",
                    65,
                    1,
                    100,
                    "Part of the cores that is meant to be in use");
    private static final Setting<Duration> STABLE =
            Setting.duration("autoscaler.stable", "60s", "Window of the averages");
    private static final Setting<Duration> BURST =
            Setting.duration("autoscaler.burst", "6s", "Window in which a burst is seen");
    private static final Setting<Integer> BURST_FACTOR =
            Setting.number(
                    "autoscaler.burst-percent",
                    200,
                    100,
                    1000,
                    "What asks for so much of what is there is a burst, and answered at once");
    private static final Setting<Duration> GROW =
            Setting.duration(
                    "autoscaler.grow-every", "15s", "Time in which the count at most doubles");
    private static final Setting<Duration> HOLD =
            Setting.duration("autoscaler.hold", "5m", "Time for which what was needed is kept");
    private static final Setting<Duration> SHRINK =
            Setting.duration(
                    "autoscaler.shrink-every", "60s", "Time in which at most a tenth goes");

    static final List<Setting<?>> ALL =
            List.of(
                    WEB_LEAST,
                    WEB_MOST,
                    WORKERS_LEAST,
                    WORKERS_MOST,
                    WAIT_TARGET,
                    DRAIN_TARGET,
                    SLOTS_BUSY,
                    BUSY,
                    CPU,
                    STABLE,
                    BURST,
                    BURST_FACTOR,
                    GROW,
                    HOLD,
                    SHRINK);

    int workersLeast() {
        return settings.get(WORKERS_LEAST);
    }

    int workersMost() {
        return Math.max(settings.get(WORKERS_LEAST), settings.get(WORKERS_MOST));
    }

    /// For workers of so many slots.
    WorkerScaling workers(int slots) {
        var usual = WorkerScaling.between(workersLeast(), workersMost(), slots);
        return new WorkerScaling(
                slots,
                settings.get(SLOTS_BUSY) / PERCENT,
                settings.get(WAIT_TARGET),
                settings.get(DRAIN_TARGET),
                settings.get(STABLE),
                new Pace(
                        usual.pace().least(),
                        usual.pace().most(),
                        settings.get(GROW),
                        settings.get(HOLD),
                        settings.get(SHRINK),
                        usual.pace().fresh()));
    }

    /// For instances that may each use `cores`.
    Scaling web(double cores) {
        var usual = Scaling.between(settings.get(WEB_LEAST), settings.get(WEB_MOST), cores);
        return new Scaling(
                usual.least(),
                usual.most(),
                settings.get(BUSY) / PERCENT,
                settings.get(CPU) / PERCENT,
                cores,
                settings.get(STABLE),
                settings.get(BURST),
                settings.get(BURST_FACTOR) / PERCENT,
                settings.get(GROW),
                settings.get(HOLD),
                settings.get(SHRINK),
                usual.fresh());
    }
}
