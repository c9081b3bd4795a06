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
import java.util.concurrent.locks.ReentrantLock;
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

    private final DnsSettings settings;
    private final RandomGenerator random;
    private final AdminFile admin;
    private final DnsServer server;
    private final HttpClient client;
    private final Probe probe;
    private final Rounds rounds;

    /// One change of plan or database at a time, since each is made of the other.
    private final ReentrantLock changing = new ReentrantLock();

    // guarded by this
    private Scene scene;
    private Rounds sceneRounds;
    private Optional<Meters> meters = Optional.empty();
    private Board.Outlook shown;
    private String databaseSeen;
    private Optional<String> databaseComplaint = Optional.empty();
    private Optional<String> adminComplaint = Optional.empty();

    /// All that follows from a plan.
    private record Scene(DnsPlan plan, Board board, Answers answers, GeoMap map) {}

    /// Reads the zone, the database and the drains.
    ///
    /// @throws IOException with a sentence, if the zone or the database cannot be used
    public DnsRole(DnsPlan plan, DnsSettings settings, Clock clock, RandomGenerator random)
            throws IOException {
        this.settings = settings;
        this.random = random;
        this.rounds = new Rounds(random);
        this.sceneRounds = new Rounds(random);
        this.admin = new AdminFile(settings.adminFile());
        this.databaseSeen = stamp();
        var board = new Board(plan, home(plan), settings.checks(), admin.read(), clock);
        this.scene = new Scene(plan, board, Answers.of(plan, settings.listen()), map(plan));
        this.shown = board.outlook();
        this.client =
                HttpClient.newBuilder()
                        .version(HttpClient.Version.HTTP_1_1)
                        .connectTimeout(settings.checks().answerMost())
                        .build();
        this.probe = new Probe(client, settings.checks().answerMost());
        this.server = new DnsServer(snapshot(), settings, clock, random);
    }

    /// Answers from now on, and looks after its answers.
    public void start() throws IOException {
        server.start();
        synchronized (this) {
            watch(scene);
        }
        rounds.every(this::look, LOOK_EVERY);
        if (settings.database().isPresent()) rounds.every(this::reload, DATABASE_EVERY);
        LOG.atInfo()
                .addKeyValue("port", server.port())
                .addKeyValue("networks", now().map.table().size())
                .addKeyValue("batched", server.isBatched())
                .log("dns answers");
    }

    /// Serves another plan from now on, without missing a query: names, weights and data centers.
    /// What is known of data centers that both have stays; a new one gets clients once it is
    /// healthy.
    ///
    /// @throws IOException with a sentence, if it cannot be used; then the one before it stays
    public void change(DnsPlan plan) throws IOException {
        changing.lock();
        try {
            var before = now();
            if (plan.equals(before.plan)) return;
            var answers = Answers.of(plan, settings.listen());
            var map = map(plan);
            synchronized (this) {
                scene = new Scene(plan, before.board.following(plan, home(plan)), answers, map);
                shown = scene.board.outlook();
                use();
                sceneRounds.close();
                sceneRounds = new Rounds(random);
                watch(scene);
                meters.ifPresent(m -> measure(m, before.plan.siteNames()));
            }
            LOG.atInfo().addKeyValue("dataCenters", plan.siteNames()).log("plan changed");
        } finally {
            changing.unlock();
        }
    }

    private synchronized Scene now() {
        return scene;
    }

    private int home(DnsPlan plan) {
        return plan.siteNames().indexOf(settings.dataCenter());
    }

    private void watch(Scene watched) {
        var sites = watched.plan.sites();
        for (int i = 0; i < sites.size(); i++) {
            int site = i;
            sites.get(i)
                    .check()
                    .ifPresent(a ->
                            sceneRounds.every(() -> check(watched.board, site, a), checksEvery()));
            boolean isElsewhere = i != home(watched.plan);
            if (isElsewhere)
                sites.get(i)
                        .peer()
                        .ifPresent(a -> sceneRounds.every(() -> ask(watched, a), peersEvery()));
        }
    }

    /// Where it listens, by UDP and TCP.
    public int port() {
        return server.port();
    }

    /// What it knows, as JSON.
    public String state() {
        var now = now();
        return StateJson.write(settings.dataCenter(), now.plan, now.board);
    }

    /// Why it should not be trusted; none if all is well.
    public synchronized List<String> complaints() {
        return Stream.concat(databaseComplaint.stream(), adminComplaint.stream()).toList();
    }

    /// Shows its numbers.
    public synchronized void measure(Meters meters) {
        this.meters = Optional.of(meters);
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
        meters.gauge("safelight_dns_votes_count", () -> now().board.votesNow());
        measure(meters, List.of());
    }

    /// Shows the data centers that are not shown yet.
    private void measure(Meters meters, List<String> known) {
        for (var name : scene.plan.siteNames()) {
            if (known.contains(name)) continue;
            meters.gauge(
                    "safelight_dns_data_center_up_count", () -> isUp(name) ? 1 : 0, "name", name);
            meters.gauge(
                    "safelight_dns_data_center_drained_count",
                    () -> now().board.drains().has(name) ? 1 : 0,
                    "name",
                    name);
        }
    }

    private boolean isUp(String name) {
        var now = now();
        int site = now.plan.siteNames().indexOf(name);
        return site >= 0 && now.board.outlook().availability().isUp().get(site);
    }

    @Override
    public void close() throws IOException {
        rounds.close();
        synchronized (this) {
            sceneRounds.close();
        }
        server.close();
        client.shutdownNow();
    }

    private Duration checksEvery() {
        return settings.checks().every();
    }

    /// Often, so that a drain in one data center soon holds in all.
    private Duration peersEvery() {
        var second = Duration.ofSeconds(1);
        return checksEvery().compareTo(second) < 0 ? checksEvery() : second;
    }

    private void check(Board board, int site, URI address) throws InterruptedException {
        boolean hasPassed = probe.passes(address);
        board.checked(site, hasPassed);
        show();
    }

    /// A server that does not answer has no vote, so there is nothing to note.
    private void ask(Scene asking, URI peer) throws InterruptedException {
        try {
            var request = HttpRequest.newBuilder(peer).timeout(PEER_MOST).build();
            var answer = client.send(request, HttpResponse.BodyHandlers.ofInputStream());
            String text;
            try (var body = answer.body()) {
                text = new String(body.readNBytes(PEER_BYTES_MAX), StandardCharsets.UTF_8);
            }
            var said = StateJson.read(text, asking.plan);
            if (said.isEmpty()) return;
            asking.board.heard(said.get().view());
            var drains = asking.board.drains();
            if (!drains.merge(said.get().drains()).equals(drains))
                asking.board.drained(admin.change(d -> d.merge(said.get().drains())));
            show();
        } catch (IOException e) {
            LOG.atDebug().setCause(e).addKeyValue("peer", peer).log("peer did not answer");
        }
    }

    /// The file may have been changed by the command line or by a person.
    private void look() {
        try {
            now().board.drained(admin.read());
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
        var now = scene.board.outlook();
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
        server.use(snapshot());
    }

    private Snapshot snapshot() {
        return scene.answers.make(scene.map, shown.availability(), shown.keptMost());
    }

    private GeoMap map(DnsPlan plan) throws IOException {
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
        changing.lock();
        try {
            var before = now();
            var fresh = GeoMap.make(before.plan, settings.database(), settings.cache());
            synchronized (this) {
                scene = new Scene(before.plan, before.board, before.answers, fresh);
                databaseComplaint = Optional.empty();
                use();
            }
            LOG.atInfo().addKeyValue("networks", fresh.table().size()).log("database read anew");
        } catch (GeoDatabase.Damaged e) {
            synchronized (this) {
                databaseComplaint = Optional.of(e.getMessage() + "; the one before it is in use");
            }
            LOG.atWarn().setCause(e).log("database not used, the one before it stays");
        } finally {
            changing.unlock();
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
}
