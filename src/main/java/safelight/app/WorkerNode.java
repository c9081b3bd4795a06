package safelight.app;

import java.security.SecureRandom;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import safelight.base.InstanceId;
import safelight.fleet.Instance;
import safelight.fleet.Lease;
import safelight.fleet.Load;
import safelight.fleet.Workload;
import safelight.imaging.Darkroom;
import safelight.imaging.Format;
import safelight.jobs.CarryOut;
import safelight.observe.Meters;
import safelight.queue.JobQueue;
import safelight.worker.Worker;

/// A worker, wired: takes jobs until it is closed.
final class WorkerNode implements AutoCloseable {
    private static final int EXIT_HUNG = 70;

    private final Lease lease;
    private final Worker worker;
    private boolean isClosed;

    /// Who it is, and the process that keeps it, under which its lease may be found.
    record Name(InstanceId id, InstanceId place) {}

    WorkerNode(
            Config config,
            Storage storage,
            JobQueue queue,
            Darkroom darkroom,
            Name name,
            Meters meters) {
        var clock = Clock.tickMillis(ZoneOffset.UTC);
        var carryOut =
                new CarryOut(
                        new CarryOut.Parts(
                                storage.jobs(),
                                storage.photos(),
                                storage.accounts(),
                                storage.blobs(),
                                queue,
                                darkroom,
                                config.jobs(),
                                config.limits(),
                                name.id,
                                Worker.inHandMost(config.slots()),
                                config.workerMemory(),
                                storage::isElsewhere,
                                meters,
                                clock,
                                new SecureRandom(),
                                () -> Runtime.getRuntime().halt(EXIT_HUNG)));
        var workload = new Workload(config.slots());
        // Announced before the first job: the sweeper frees the jobs of workers without a lease.
        var now = clock.instant();
        lease =
                new Lease(
                        storage.fleet(),
                        new Instance(
                                name.id,
                                Instance.Role.WORKER,
                                config.dataCenter(),
                                name.place.value(),
                                "",
                                Version.CURRENT,
                                new Instance.Abilities(
                                        ids(darkroom.decodes(), darkroom.decodesFrames()),
                                        ids(darkroom.encodes(), darkroom.encodesFrames())),
                                now,
                                now,
                                Load.NONE,
                                false),
                        workload::sample,
                        clock);
        worker = new Worker(queue, carryOut, config.slots(), workload, config.workerDrain());
    }

    /// Drains. Whoever comes second, by a signal, waits until that is done.
    @Override
    public synchronized void close() {
        if (isClosed) return;
        isClosed = true;
        lease.drain();
        worker.close();
        lease.close();
    }

    private static SortedSet<String> ids(Set<Format> formats, Set<Format> moving) {
        return Stream.concat(
                        formats.stream().map(Format::id),
                        moving.stream().map(f -> Instance.Abilities.FRAMES + f.id()))
                .collect(Collectors.toCollection(TreeSet::new));
    }
}
