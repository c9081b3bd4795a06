package safelight.autoscaler;

import java.util.List;
import safelight.fleet.Instance;
import safelight.scaling.WorkSample;

/// One look at the workers and their line after the other, and what `safelight_workers_desired`
/// says of it: 0 while there is no work, at least 1 from the first job that waits, and not a number
/// while a figure is missing.
final class Advice {
    private final Adviser.Parts parts;
    private final Crew<WorkSample> workers;

    Advice(Adviser.Parts parts) {
        this.parts = parts;
        this.workers = new Crew<>(Instance.Role.WORKER, parts.policy(), parts.meters());
        parts.meters().gauge("safelight_workers_desired", workers::recommended);
    }

    /// Looks and decides once.
    void look() {
        var now = parts.clock().instant();
        var here = Sight.living(parts.fleet(), parts.dataCenter(), now);
        var sight =
                new Sight(
                        Instance.Role.WORKER, now, here, List.of(), parts.policy().pace().fresh());
        workers.decide(sight.sample(parts.line().get()), now);
    }

    /// Nothing can be seen now.
    void lose() {
        workers.lose();
    }
}
