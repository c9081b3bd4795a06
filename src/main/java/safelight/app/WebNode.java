package safelight.app;

import java.io.IOException;
import java.nio.file.Files;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import safelight.accounts.Accounts;
import safelight.accounts.Tokens;
import safelight.base.Failure;
import safelight.base.InstanceId;
import safelight.fleet.Desired;
import safelight.fleet.Instance;
import safelight.fleet.Lease;
import safelight.fleet.Load;
import safelight.jobs.Feed;
import safelight.jobs.Jobs;
import safelight.jobs.Orphans;
import safelight.jobs.Relay;
import safelight.jobs.Renditions;
import safelight.jobs.Sweeper;
import safelight.observe.Health;
import safelight.observe.Meters;
import safelight.photos.Photos;
import safelight.photos.Uploads;
import safelight.queue.JobQueue;
import safelight.web.HttpServer;

/// A web server, wired: answers requests until it is closed. Also relays and sweeps jobs.
final class WebNode implements AutoCloseable {
    private static final Duration UPLOADS_KEPT = Duration.ofHours(24);

    private final Feed feed;
    private final Relay relay;
    private final Sweeper sweeper;
    private final Health health;
    private final HttpServer server;
    private final Lease lease;

    /// Serves once this returns. `extraChecks` are what readiness depends on besides storage;
    /// `extraMetrics` are lines to add to this process' own.
    WebNode(
            Config config,
            Storage storage,
            JobQueue queue,
            Desired desired,
            List<Health.Check> extraChecks,
            Supplier<String> extraMetrics)
            throws IOException {
        var clock = Clock.tickMillis(ZoneOffset.UTC);
        var random = new SecureRandom();
        var id = Instances.next(Instance.Role.WEB, clock, random);
        var meters = new Meters(extraMetrics);
        var accounts =
                new Accounts(
                        storage.accounts(), storage.sessions(), config.sessions(), clock, random);
        feed = new Feed(queue);
        relay = new Relay(storage.jobs(), queue, meters, clock);
        var photos = photos(config, storage, clock, random);
        var uploads = uploads(config, storage, photos, clock, random);
        sweeper = sweeper(config, storage, queue, relay, List.of(accounts::sweep, uploads::sweep));
        var jobs =
                new Jobs(
                        new Jobs.Parts(
                                storage.jobs(),
                                storage.photos(),
                                queue,
                                feed,
                                relay,
                                config.jobs(),
                                config.limits(),
                                config.dataCenter(),
                                clock,
                                random));
        health = health(storage, id, extraChecks);
        QueueGauges.show(queue, meters, clock);
        meters.gauge("safelight_blobs_room_bytes", storage.blobs()::roomLeft);
        server =
                new HttpServer(
                        new HttpServer.Parts(
                                config.web(),
                                accounts,
                                new Tokens(storage.accounts(), clock, random),
                                photos,
                                uploads,
                                jobs,
                                new Renditions(storage.photos(), storage.blobs(), jobs, clock),
                                storage.fleet(),
                                desired,
                                queue,
                                health,
                                meters,
                                id,
                                config.dataCenter(),
                                Files.createDirectories(config.data().resolve("tmp")),
                                clock,
                                random));
        health.serve();
        lease =
                new Lease(
                        storage.fleet(),
                        instance(id, config, server.port(), clock),
                        () -> Load.NONE,
                        clock);
    }

    int port() {
        return server.port();
    }

    @Override
    public void close() {
        health.drain();
        lease.close();
        server.close();
        sweeper.close();
        relay.close();
        feed.close();
    }

    private static Sweeper sweeper(
            Config config, Storage storage, JobQueue queue, Relay relay, List<Runnable> features) {
        var clock = Clock.tickMillis(ZoneOffset.UTC);
        var orphans = new Orphans(storage.jobs(), config.jobs(), clock);
        var chores = new ArrayList<>(features);
        chores.add(() -> adoptOrphans(storage, orphans, clock));
        return new Sweeper(storage.jobs(), queue, relay, config.sweepEvery(), clock, chores);
    }

    /// Jobs of workers without a living lease go back in line.
    private static void adoptOrphans(Storage storage, Orphans orphans, Clock clock) {
        var since = clock.instant().minus(Lease.GONE_AFTER);
        // The busy ones first: whoever takes a job has a lease by then.
        var busy = storage.jobs().busyWorkers();
        var alive = storage.fleet().instances(since).stream().map(i -> i.id().value()).toList();
        for (var worker : busy) if (!alive.contains(worker)) orphans.adopt(worker, false);
        storage.fleet().forget(since.minus(Lease.GONE_AFTER));
    }

    private static Photos photos(Config config, Storage storage, Clock clock, SecureRandom random) {
        return new Photos(
                storage.photos(),
                storage.blobs(),
                config.photoMost(),
                config.limits(),
                clock,
                random);
    }

    private static Uploads uploads(
            Config config, Storage storage, Photos photos, Clock clock, SecureRandom random) {
        return new Uploads(
                new Uploads.Parts(
                        storage.uploads(),
                        storage.photos(),
                        storage.blobs(),
                        photos,
                        config.photoMost(),
                        UPLOADS_KEPT,
                        clock,
                        random));
    }

    private static Instance instance(InstanceId id, Config config, int port, Clock clock) {
        var now = clock.instant();
        return new Instance(
                id,
                Instance.Role.WEB,
                config.dataCenter(),
                config.web().host() + ":" + port,
                "",
                Version.CURRENT,
                Instance.Abilities.NONE,
                now,
                now,
                Load.NONE,
                false);
    }

    private static Health health(Storage storage, InstanceId id, List<Health.Check> extraChecks) {
        var checks = new ArrayList<>(extraChecks);
        checks.add(new Health.Check("catalog", () -> catalogComplaint(storage, id)));
        return new Health(checks);
    }

    private static Optional<String> catalogComplaint(Storage storage, InstanceId id) {
        if (!storage.database().isWriting())
            return Optional.of("nothing can be written any more; the log says why; restart");
        try {
            storage.jobs().runningOn(id.value());
            return Optional.empty();
        } catch (Failure e) {
            return Optional.of(e.problem().detail());
        }
    }
}
