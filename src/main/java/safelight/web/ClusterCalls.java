package safelight.web;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import safelight.catalog.Account;
import safelight.fleet.Desired;
import safelight.fleet.Fleet;
import safelight.fleet.Instance;
import safelight.fleet.Lease;
import safelight.jobs.Jobs;
import safelight.observe.Health;
import safelight.observe.Meters;
import safelight.queue.JobQueue;
import safelight.replication.DataCenters;
import safelight.web.Route.Access;

/// What operates the system: health, metrics, the cluster, and what formats there are.
final class ClusterCalls {
    private final Fleet fleet;
    private final String dataCenter;
    private final JobQueue queue;
    private final Jobs jobs;
    private final DataCenters others;
    private final Steered.Source steered;
    private final Health health;
    private final Meters meters;
    private final Formats formats;
    private final Clock clock;

    ClusterCalls(HttpServer.Parts parts, Formats formats) {
        this.fleet = parts.fleet();
        this.dataCenter = parts.dataCenter();
        this.queue = parts.queue();
        this.jobs = parts.jobs();
        this.others = parts.centers();
        this.steered = parts.steered();
        this.health = parts.health();
        this.meters = parts.meters();
        this.formats = formats;
        this.clock = parts.clock();
    }

    List<Route> routes() {
        return List.of(
                new Route("GET", "/api/v1/formats", Access.EVERYBODY, this::formats),
                new Route("GET", "/api/v1/cluster", Access.SIGNED_IN, this::cluster));
    }

    /// These are answered even by a server that takes nothing else.
    List<Route> unboundedRoutes() {
        return List.of(
                new Route("GET", "/health/live", Access.EVERYBODY, this::live),
                new Route("GET", "/health/ready", Access.EVERYBODY, this::ready),
                new Route("GET", "/health/traffic", Access.EVERYBODY, this::traffic),
                new Route("GET", "/metrics", Access.EVERYBODY, this::metrics));
    }

    private void formats(Exchange exchange) throws IOException {
        var node = Json.object();
        var decode = node.putArray("decode");
        formats.decodes().forEach(decode::add);
        var encode = node.putArray("encode");
        formats.encodes().forEach(encode::add);
        var animated = node.putObject("animated");
        var decodeFrames = animated.putArray("decode");
        formats.decodesFrames().forEach(decodeFrames::add);
        var encodeFrames = animated.putArray("encode");
        formats.encodesFrames().forEach(encodeFrames::add);
        exchange.json(200, node);
    }

    /// Everybody signed in sees how busy the system is; addresses and processes are the
    /// administrator's.
    private void cluster(Exchange exchange) throws IOException {
        var node = Json.object();
        var instances = fleet.instances(clock.instant().minus(Lease.GONE_AFTER));
        var counts = queue.counts();
        node.putObject("queue")
                .put("waiting", jobs.waiting().jobs())
                .put("ready", counts.ready())
                .put("delivering", counts.delivering())
                .put("scheduled", counts.scheduled())
                .put("dead", counts.dead())
                .put("oldestSeconds", counts.oldest().toMillis() / 1000.0);
        var here = instances.stream().filter(i -> i.dataCenter().equals(dataCenter)).toList();
        var lanes = node.putObject("lanes");
        jobs.accountsWaiting().forEach((lane, accounts) -> lanes.put(Json.lower(lane), accounts));
        node.put("dataCenter", dataCenter);
        node.set("desired", desired(dataCenter, here));
        node.set("running", running(instances));
        dataCenters(instances, node.putArray("dataCenters"));
        if (isAdministrator(exchange.who().account())) {
            var list = node.putArray("instances");
            instances.forEach(i -> list.add(instance(i)));
        }
        exchange.json(200, node);
    }

    private void dataCenters(List<Instance> instances, ArrayNode centers) {
        var names = new TreeSet<>(Set.of(dataCenter));
        instances.forEach(i -> names.add(i.dataCenter()));
        var standings = others.standings();
        standings.forEach(s -> names.add(s.name()));
        var sites = steered.now();
        sites.forEach(s -> names.add(s.name()));
        for (var name : names) {
            var its = instances.stream().filter(i -> i.dataCenter().equals(name)).toList();
            var center = centers.addObject().put("name", name);
            center.set("desired", desired(name, its));
            center.set("running", running(its));
            standings.stream()
                    .filter(s -> s.name().equals(name))
                    .forEach(s -> center.set("replication", replication(s)));
            sites.stream()
                    .filter(s -> s.name().equals(name))
                    .forEach(s -> center.set("dns", dns(s)));
        }
    }

    private static ObjectNode dns(Steered site) {
        return Json.object()
                .put("up", site.isUp())
                .put("drained", site.isDrained())
                .put("latitude", site.latitude())
                .put("longitude", site.longitude());
    }

    private static ObjectNode replication(DataCenters.Standing standing) {
        var node =
                Json.object()
                        .put("seenSeconds", standing.seen().toMillis() / 1000.0)
                        .put("lost", standing.isLost())
                        .put("waiting", standing.lag().waiting())
                        .put("bytes", standing.lag().bytes().count())
                        .put("oldestSeconds", standing.lag().oldest().toMillis() / 1000.0);
        standing.waitsFor().ifPresent(why -> node.put("waitsFor", why));
        return node;
    }

    /// Where nobody decides, what runs is what is wanted.
    private ObjectNode desired(String center, List<Instance> running) {
        var desired =
                fleet.desired(center)
                        .orElseGet(() ->
                                new Desired(
                                        count(running, Instance.Role.WEB),
                                        count(running, Instance.Role.WORKER)));
        return Json.object().put("web", desired.web()).put("worker", desired.workers());
    }

    private static ObjectNode running(List<Instance> instances) {
        var node = Json.object();
        for (var role : Instance.Role.values()) {
            int count = count(instances, role);
            if (count > 0) node.put(Json.lower(role), count);
        }
        return node;
    }

    private static int count(List<Instance> instances, Instance.Role role) {
        return (int) instances.stream().filter(i -> i.role() == role).count();
    }

    private static boolean isAdministrator(Account account) {
        return account.administrator();
    }

    private static ObjectNode instance(Instance instance) {
        return Json.object()
                .put("id", instance.id().value())
                .put("role", Json.lower(instance.role()))
                .put("dataCenter", instance.dataCenter())
                .put("address", instance.address())
                .put("version", instance.version())
                .put("startedAt", instance.started().toString())
                .put("seenAt", instance.seen().toString())
                .put("draining", instance.draining())
                .put("busy", instance.load().busy())
                .put("places", instance.load().places())
                .put("cpuCores", instance.load().cpuCores());
    }

    private void live(Exchange exchange) throws IOException {
        exchange.json(200, Json.object().put("status", "live"));
    }

    private void ready(Exchange exchange) throws IOException {
        answer(exchange, health.complaints());
    }

    private static void answer(Exchange exchange, List<String> complaints) throws IOException {
        var node = Json.object().put("status", complaints.isEmpty() ? "ready" : "not ready");
        var list = node.putArray("complaints");
        complaints.forEach(list::add);
        exchange.json(complaints.isEmpty() ? 200 : 503, node);
    }

    /// Whether clients should be sent to this data center: it has caught up after it was away, and
    /// this server is ready.
    private void traffic(Exchange exchange) throws IOException {
        var complaints = new ArrayList<>(health.complaints());
        if (complaints.isEmpty())
            others.trafficWaitsFor().map(why -> "data center: " + why).ifPresent(complaints::add);
        answer(exchange, complaints);
    }

    private void metrics(Exchange exchange) throws IOException {
        exchange.set("Cache-Control", "no-store");
        exchange.send(
                200,
                "text/plain; version=0.0.4; charset=utf-8",
                meters.scrape().getBytes(StandardCharsets.UTF_8));
    }
}
