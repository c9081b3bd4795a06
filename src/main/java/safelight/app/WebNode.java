package safelight.app;

import java.io.IOException;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import safelight.accounts.AccountCopies;
import safelight.accounts.Accounts;
import safelight.accounts.Tokens;
import safelight.autoscaler.Adviser;
import safelight.base.Digest;
import safelight.base.Failure;
import safelight.base.InstanceId;
import safelight.fleet.Instance;
import safelight.fleet.Lease;
import safelight.fleet.Load;
import safelight.fleet.Workload;
import safelight.jobs.Batches;
import safelight.jobs.Feed;
import safelight.jobs.Jobs;
import safelight.jobs.Orphans;
import safelight.jobs.Pressure;
import safelight.jobs.Relay;
import safelight.jobs.Renditions;
import safelight.jobs.Share;
import safelight.jobs.Sweeper;
import safelight.observe.Health;
import safelight.observe.Meters;
import safelight.photos.Photos;
import safelight.photos.Uploads;
import safelight.queue.JobQueue;
import safelight.scaling.WorkerPolicy;
import safelight.web.AgentCheck;
import safelight.web.HttpServer;
import safelight.web.Steered;
import safelight.web.WebhookMessages;
import safelight.webhooks.Sender;
import safelight.webhooks.Webhooks;

/// A web server, wired: answers requests until it is closed. Also relays and sweeps jobs.
final class WebNode implements AutoCloseable {
    private static final Digest NOBODY = Digest.of(new byte[0]);
    private static final Duration SEEN_WITHIN = Lease.BEAT_EVERY.multipliedBy(3);
    private static final Duration SILENCE_MOST = Duration.ofSeconds(3);

    private final Temporary temporary;
    private final Feed feed;
    private final Relay relay;
    private final Sender sender;
    private final Pressure pressure;
    private final Sweeper sweeper;
    private final Health health;
    private final Optional<DnsView> steered;
    private final HttpServer server;
    private final Optional<AgentCheck> agent;
    private final Running advice = new Running();
    private final Lease lease;
    private final Config config;
    private final Duration leave;

    /// What differs between a server of `serve` and one of many: what readiness depends on besides
    /// storage, lines to add to this process' own metrics, and whether a load balancer stands
    /// before it, which needs an agent check and some time to notice that the server is going.
    record Circumstances(List<Health.Check> checks, Supplier<String> metrics, boolean isBalanced) {}

    /// Serves once this returns.
    WebNode(Config config, Storage storage, JobQueue queue, Circumstances circumstances)
            throws IOException {
        this.config = config;
        this.leave = circumstances.isBalanced ? config.webLeave() : Duration.ZERO;
        var clock = Clock.tickMillis(ZoneOffset.UTC);
        var random = new SecureRandom();
        var id = Instances.next(Instance.Role.WEB, clock, random);
        var meters = new Meters(circumstances.metrics);
        var accounts = accounts(config, storage, clock, random);
        temporary = Temporary.of(config.data().resolve("tmp"), id, clock);
        feed = new Feed(queue);
        relay = new Relay(storage.jobs(), queue, meters, clock, () -> share(storage, id, clock));
        pressure = pressure(config, storage, meters, clock);
        var photos = photos(config, storage, clock, random);
        var uploads = uploads(config, storage, photos, clock, random);
        var parts = jobs(config, storage, queue, feed, relay, pressure);
        var jobs = new Jobs(parts);
        var batches = new Batches(storage.batches(), parts);
        var webhooks = new Webhooks(storage.webhooks(), config.webhooks(), clock, random);
        sender = sender(config, storage, webhooks, new WebhookMessages(jobs, batches), meters);
        var chores = List.<Runnable>of(accounts::sweep, uploads::sweep, sender::sweep);
        sweeper = sweeper(config, storage, queue, relay, chores);
        health = health(storage, id, circumstances.checks, clock);
        var workload = new Workload(config.webPlaces());
        // An HTTP client takes some megabytes, and most have no DNS server to ask.
        steered = config.dns().state(config.dataCenter()).map(DnsView::new);
        gauges(storage, queue, workload, meters);
        server =
                new HttpServer(
                        new HttpServer.Parts(
                                config.web(),
                                accounts,
                                new Tokens(storage.accounts(), clock, random),
                                photos,
                                uploads,
                                jobs,
                                batches,
                                webhooks,
                                new Renditions(storage.photos(), storage.blobs(), jobs, clock),
                                storage.fleet(),
                                queue,
                                storage.centers(),
                                steered.<Steered.Source>map(view -> view).orElse(List::of),
                                health,
                                workload,
                                meters,
                                id,
                                config.dataCenter(),
                                temporary.folder(),
                                clock,
                                () -> ThreadLocalRandom.current().nextLong()));
        health.serve();
        var load = new AtomicReference<>(Load.NONE);
        agent = circumstances.isBalanced ? Optional.of(agent(load)) : Optional.empty();
        if (circumstances.isBalanced) advise(storage, queue, meters, clock);
        Supplier<Load> sample = () -> load.updateAndGet(_ -> workload.sample());
        lease = new Lease(storage.fleet(), instance(id, clock), sample, clock);
    }

    int port() {
        return server.port();
    }

    /// Where it answers, for a person.
    String url() {
        var host = config.web().host();
        return "http://" + (host.equals("127.0.0.1") ? "localhost" : host) + ":" + port();
    }

    /// Load balancers get time to notice before connections are refused; then requests get time to
    /// end.
    @Override
    public void close() {
        health.drain();
        lease.drain();
        leave();
        server.close();
        steered.ifPresent(DnsView::close);
        lease.close();
        agent.ifPresent(AgentCheck::close);
        advice.close();
        sweeper.close();
        sender.close();
        pressure.close();
        relay.close();
        feed.close();
        temporary.close();
    }

    /// For whoever carries out how many workers there should be, such as KEDA.
    private void advise(Storage storage, JobQueue queue, Meters meters, Clock clock) {
        var line = advice.add(new LineWatch(config, storage, queue, clock));
        advice.add(
                new Adviser(
                        new Adviser.Parts(
                                config.dataCenter(),
                                storage.fleet(),
                                new WorkerPolicy(config.autoscaling().workers(config.slots())),
                                line,
                                meters,
                                clock)));
    }

    private AgentCheck agent(AtomicReference<Load> load) throws IOException {
        double cores = Runtime.getRuntime().availableProcessors();
        return new AgentCheck(
                config.web().host(),
                config.agentPort(),
                () ->
                        AgentCheck.Willingness.of(
                                !health.isServing(), load.get().cpuCores() / cores));
    }

    /// The time counts from when HAProxy has heard it, which may be late on a host that stalls.
    private void leave() {
        try {
            if (agent.isPresent()) agent.get().awaitDrainHeard(leave);
            Thread.sleep(leave);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static Accounts accounts(
            Config config, Storage storage, Clock clock, SecureRandom random) {
        var rows = storage.accounts();
        var copies = new AccountCopies(rows, config.engines().accountsCached(), System::nanoTime);
        return new Accounts(rows, copies, storage.sessions(), config.sessions(), clock, random);
    }

    private static Jobs.Parts jobs(
            Config config,
            Storage storage,
            JobQueue queue,
            Feed feed,
            Relay relay,
            Pressure pressure) {
        return new Jobs.Parts(
                storage.jobs(),
                storage.photos(),
                queue,
                feed,
                relay,
                pressure,
                config.jobs(),
                config.limits(),
                config.dataCenter(),
                Clock.tickMillis(ZoneOffset.UTC),
                new SecureRandom());
    }

    private static void gauges(Storage storage, JobQueue queue, Workload workload, Meters meters) {
        QueueGauges.show(queue, meters, Clock.tickMillis(ZoneOffset.UTC));
        meters.gauge("safelight_blobs_room_bytes", storage.blobs()::roomLeft);
        meters.gauge("safelight_web_requests_in_hand", workload::inHand);
    }

    private static Sender sender(
            Config config,
            Storage storage,
            Webhooks webhooks,
            WebhookMessages messages,
            Meters meters) {
        return new Sender(
                new Sender.Parts(
                        storage.webhooks(),
                        webhooks,
                        messages,
                        config.webhooks(),
                        meters,
                        Clock.tickMillis(ZoneOffset.UTC),
                        new SecureRandom()));
    }

    private static Pressure pressure(Config config, Storage storage, Meters meters, Clock clock) {
        return new Pressure(
                storage.jobs(),
                config.jobs().open().everywhere(),
                () ->
                        storage.fleet().instances(clock.instant().minus(SEEN_WITHIN)).stream()
                                .filter(i -> i.role() == Instance.Role.WORKER)
                                .filter(i -> i.dataCenter().equals(config.dataCenter()))
                                .mapToLong(i -> i.load().finished())
                                .sum(),
                meters);
    }

    /// The part of the data center's outbox that falls to this web server.
    private Share share(Storage storage, InstanceId id, Clock clock) {
        var since = clock.instant().minus(SEEN_WITHIN);
        return Share.of(
                id.value(),
                storage.fleet().instances(since).stream()
                        .filter(i -> i.role() == Instance.Role.WEB)
                        .filter(i -> i.dataCenter().equals(config.dataCenter()))
                        .map(i -> i.id().value())
                        .toList());
    }

    private static Sweeper sweeper(
            Config config, Storage storage, JobQueue queue, Relay relay, List<Runnable> features) {
        var clock = Clock.tickMillis(ZoneOffset.UTC);
        var orphans = new Orphans(storage.jobs(), config.jobs(), clock);
        var chores = new ArrayList<>(features);
        chores.addAll(storage.chores());
        chores.add(() -> adoptOrphans(storage, orphans, clock));
        var pace = Sweeper.Pace.of(config.sweepEvery(), config.jobs());
        return new Sweeper(storage.jobs(), queue, relay, pace, clock, chores);
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
                        config.uploadsKept(),
                        clock,
                        random));
    }

    private Instance instance(InstanceId id, Clock clock) {
        var now = clock.instant();
        return new Instance(
                id,
                Instance.Role.WEB,
                config.dataCenter(),
                config.web().host() + ":" + port(),
                agent.map(a -> config.web().host() + ":" + a.port()).orElse(""),
                Version.CURRENT,
                Instance.Abilities.NONE,
                now,
                now,
                Load.NONE,
                false);
    }

    private static Health health(
            Storage storage, InstanceId id, List<Health.Check> extraChecks, Clock clock) {
        var checks = new ArrayList<>(extraChecks);
        checks.addAll(storage.checks());
        checks.add(engine("catalog", () -> storage.jobs().runningOn(id.value()), clock));
        checks.add(engine("sessions", () -> storage.sessions().find(NOBODY), clock));
        return new Health(checks);
    }

    private static Health.Check engine(String name, Runnable question, Clock clock) {
        return new Health.Check(name, () -> complaint(question)).standingFor(SILENCE_MOST, clock);
    }

    private static Optional<String> complaint(Runnable question) {
        try {
            question.run();
            return Optional.empty();
        } catch (Failure e) {
            return Optional.of(e.problem().detail());
        }
    }
}
