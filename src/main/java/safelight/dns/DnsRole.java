package safelight.dns;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import safelight.geo.GeoDatabase;
import safelight.observe.Meters;

/// A DNS server with what keeps its answers right: checks of every data center, what the servers in
/// the others see, the file of drains, and the geographic database.
public final class DnsRole implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(DnsRole.class);
    private static final Duration LOOK_EVERY = Duration.ofMillis(500);
    private static final Duration DATABASE_EVERY = Duration.ofSeconds(5);
    private static final Duration PEER_MOST = Duration.ofSeconds(2);
    private static final int PEER_BYTES_MAX = 1 << 16;
    private static final double JITTER = 0.1;

    private final DnsPlan plan;
    private final DnsSettings settings;
    private final RandomGenerator random;
    private final AdminFile admin;
    private final Board board;
    private final Answers answers;
    private final DnsServer server;
    private final HttpClient client;
    private final Probe probe;
    private final CountDownLatch stopped = new CountDownLatch(1);
    private final ExecutorService tasks = Executors.newVirtualThreadPerTaskExecutor();

    // guarded by this
    private GeoMap map;
    private Board.Outlook shown;
    private String databaseSeen;
    private Optional<String> databaseComplaint = Optional.empty();
    private Optional<String> adminComplaint = Optional.empty();

    /// Reads the zone, the database and the drains.
    ///
    /// @throws IOException with a sentence, if the zone or the database cannot be used
    public DnsRole(DnsPlan plan, DnsSettings settings, Clock clock, RandomGenerator random)
            throws IOException {
        this.plan = plan;
        this.settings = settings;
        this.random = random;
        this.admin = new AdminFile(settings.adminFile());
        int home = plan.siteNames().indexOf(settings.dataCenter());
        this.board = new Board(plan, home, settings.checks(), admin.read(), clock);
        this.answers = Answers.of(plan, settings.listen());
        this.databaseSeen = stamp();
        this.map = firstMap();
        this.shown = board.outlook();
        this.client =
                HttpClient.newBuilder()
                        .version(HttpClient.Version.HTTP_1_1)
                        .connectTimeout(settings.checks().answerMost())
                        .build();
        this.probe = new Probe(client, settings.checks().answerMost());
        this.server =
                new DnsServer(
                        answers.make(map, shown.availability(), shown.keptMost()),
                        settings,
                        clock,
                        random);
    }

    /// Answers from now on, and looks after its answers.
    public void start() throws IOException {
        server.start();
        for (int i = 0; i < plan.sites().size(); i++) {
            int site = i;
            plan.sites().get(i).check().ifPresent(a -> every(() -> check(site, a), checksEvery()));
            boolean isElsewhere = !plan.siteNames().get(i).equals(settings.dataCenter());
            if (isElsewhere)
                plan.sites().get(i).peer().ifPresent(a -> every(() -> ask(a), peersEvery()));
        }
        every(this::look, LOOK_EVERY);
        if (settings.database().isPresent()) every(this::reload, DATABASE_EVERY);
        LOG.atInfo()
                .addKeyValue("port", server.port())
                .addKeyValue("networks", map.table().size())
                .addKeyValue("batched", server.isBatched())
                .log("dns answers");
    }

    /// Where it listens, by UDP and TCP.
    public int port() {
        return server.port();
    }

    /// What it knows, as JSON.
    public String state() {
        return StateJson.write(settings.dataCenter(), plan, board);
    }

    /// Why it should not be trusted; none if all is well.
    public synchronized List<String> complaints() {
        return Stream.concat(databaseComplaint.stream(), adminComplaint.stream()).toList();
    }

    /// Shows its numbers.
    public void measure(Meters meters) {
        var counts = server.counts();
        meters.gauge("safelight_dns_queries_udp_count", counts.udp::sum);
        meters.gauge("safelight_dns_queries_tcp_count", counts.tcp::sum);
        meters.gauge("safelight_dns_queries_steered_count", counts.steered::sum);
        meters.gauge("safelight_dns_queries_malformed_count", counts.malformed::sum);
        meters.gauge("safelight_dns_queries_dropped_count", counts.dropped::sum);
        meters.gauge("safelight_dns_queries_limited_count", counts.limited::sum);
        meters.gauge("safelight_dns_answers_truncated_count", counts.truncated::sum);
        meters.gauge("safelight_dns_answers_refused_count", counts.refused::sum);
        meters.gauge("safelight_dns_answers_failed_count", counts.failed::sum);
        meters.gauge("safelight_dns_connections_count", server::connections);
        meters.gauge("safelight_dns_votes_count", board::votesNow);
        for (int i = 0; i < plan.sites().size(); i++) {
            int site = i;
            var name = plan.siteNames().get(i);
            meters.gauge(
                    "safelight_dns_data_center_up_count",
                    () -> board.outlook().availability().isUp().get(site) ? 1 : 0,
                    "name",
                    name);
            meters.gauge(
                    "safelight_dns_data_center_drained_count",
                    () -> board.drains().has(name) ? 1 : 0,
                    "name",
                    name);
        }
    }

    @Override
    public void close() throws IOException {
        stopped.countDown();
        server.close();
        client.shutdownNow();
        tasks.shutdownNow();
    }

    private Duration checksEvery() {
        return settings.checks().every();
    }

    /// Often, so that a drain in one data center soon holds in all.
    private Duration peersEvery() {
        var second = Duration.ofSeconds(1);
        return checksEvery().compareTo(second) < 0 ? checksEvery() : second;
    }

    private void check(int site, URI address) throws InterruptedException {
        boolean hasPassed = probe.passes(address);
        board.checked(site, hasPassed);
        show();
    }

    /// A server that does not answer has no vote, so there is nothing to note.
    private void ask(URI peer) throws InterruptedException {
        try {
            var request = HttpRequest.newBuilder(peer).timeout(PEER_MOST).build();
            var answer = client.send(request, HttpResponse.BodyHandlers.ofInputStream());
            String text;
            try (var body = answer.body()) {
                text = new String(body.readNBytes(PEER_BYTES_MAX), StandardCharsets.UTF_8);
            }
            var said = StateJson.read(text, plan);
            if (said.isEmpty()) return;
            board.heard(said.get().view());
            var drains = board.drains();
            if (!drains.merge(said.get().drains()).equals(drains))
                board.drained(admin.change(d -> d.merge(said.get().drains())));
            show();
        } catch (IOException e) {
            LOG.atDebug().setCause(e).addKeyValue("peer", peer).log("peer did not answer");
        }
    }

    /// The file may have been changed by the command line or by a person.
    private void look() {
        try {
            board.drained(admin.read());
            complain(Optional.empty());
            show();
        } catch (DnsFailure e) {
            complain(Optional.of(e.problem().detail() + " The drains before it hold."));
        }
    }

    private synchronized void complain(Optional<String> complaint) {
        if (complaint.isPresent() && !complaint.equals(adminComplaint))
            LOG.atWarn().addKeyValue("file", settings.adminFile()).log("drains not read");
        adminComplaint = complaint;
    }

    private synchronized void show() {
        var now = board.outlook();
        if (now.equals(shown)) return;
        if (!now.availability().equals(shown.availability()))
            LOG.atWarn()
                    .addKeyValue("up", now.availability().isUp())
                    .addKeyValue("drained", now.availability().isDrained())
                    .log("data centers changed");
        shown = now;
        use();
    }

    private void use() {
        server.use(answers.make(map, shown.availability(), shown.keptMost()));
    }

    private GeoMap firstMap() throws IOException {
        try {
            return GeoMap.make(plan, settings.database(), settings.cache());
        } catch (GeoDatabase.Damaged e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    private void reload() {
        var stamp = stamp();
        synchronized (this) {
            if (stamp.equals(databaseSeen)) return;
            databaseSeen = stamp;
        }
        try {
            var fresh = GeoMap.make(plan, settings.database(), settings.cache());
            synchronized (this) {
                map = fresh;
                databaseComplaint = Optional.empty();
                use();
            }
            LOG.atInfo().addKeyValue("networks", fresh.table().size()).log("database read anew");
        } catch (GeoDatabase.Damaged e) {
            synchronized (this) {
                databaseComplaint = Optional.of(e.getMessage() + "; the one before it is in use");
            }
            LOG.atWarn().setCause(e).log("database not used, the one before it stays");
        }
    }

    private String stamp() {
        return settings.database().map(DnsRole::stamp).orElse("");
    }

    private static String stamp(Path file) {
        try {
            return Files.getLastModifiedTime(file) + " " + Files.size(file);
        } catch (IOException e) {
            return "unreadable";
        }
    }

    /// Something done again and again, with jitter, until the role is closed.
    private interface Task {
        void run() throws InterruptedException;
    }

    private void every(Task task, Duration pause) {
        tasks.execute(() -> repeat(task, pause));
    }

    private void repeat(Task task, Duration pause) {
        try {
            long waitMs;
            do {
                long beganNs = System.nanoTime();
                try {
                    task.run();
                } catch (RuntimeException e) {
                    LOG.atWarn().setCause(e).log("a round failed");
                }
                // a slow check is no reason for the next to come later
                waitMs = jittered(pause) - (System.nanoTime() - beganNs) / 1_000_000;
            } while (!stopped.await(Math.max(1, waitMs), TimeUnit.MILLISECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /// At most the pause itself, so that thresholds are reached in the time that was promised.
    private synchronized long jittered(Duration pause) {
        return (long) (pause.toMillis() * (1 - JITTER * random.nextDouble()));
    }
}
