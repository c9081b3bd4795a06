package safelight.app;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.xbill.DNS.ClientSubnetOption;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.OPTRecord;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.SimpleResolver;
import org.xbill.DNS.Type;
import safelight.drill.Event;
import safelight.drill.History;

/// What can be seen of data centers from outside while a drill runs: how far each says it is
/// behind, and what the DNS server in each answers to whom.
final class CentersWatch implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(CentersWatch.class);
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration LOOK_EVERY = Duration.ofMillis(500);
    private static final Duration ASK_EVERY = Duration.ofMillis(100);
    private static final Duration ANSWER_MOST = Duration.ofSeconds(2);
    private static final Duration SIGN_UP_MOST = Duration.ofSeconds(30);
    private static final Duration CLOSE_MOST = Duration.ofSeconds(5);
    private static final long FLIGHT_MOST_MS = 3000;
    private static final double SECOND_MS = 1000;
    private static final int NETWORK_BITS = 24;
    private static final int UDP_MOST = 1232;

    private final Parts parts;
    private final Map<String, Standing> last = new LinkedHashMap<>();
    private final CountDownLatch closed = new CountDownLatch(1);
    private final List<Thread> threads;
    private final String cookie;

    /// Data centers by their addresses, who should be answered which one as long as all work (by
    /// client networks), and the name to ask for.
    record Parts(
            Map<String, String> dataCenters,
            Map<String, String> nearest,
            String name,
            HttpClient http,
            History history,
            Clock clock) {}

    private record Standing(int waiting, long lagMs, boolean isOpen) {
        boolean isLevel(boolean isAtRest) {
            return isOpen && (isAtRest ? waiting == 0 : lagMs <= FLIGHT_MOST_MS);
        }
    }

    /// Signs up, and looks from now on.
    CentersWatch(Parts parts) throws IOException, InterruptedException {
        this.parts = parts;
        this.cookie = signUp();
        this.threads =
                parts.dataCenters.keySet().stream()
                        .map(name ->
                                Thread.ofVirtual().name("watch-" + name).start(() -> run(name)))
                        .toList();
    }

    private String signUp() throws IOException, InterruptedException {
        var address = parts.dataCenters.values().iterator().next();
        var body = "{\"email\":\"watch@example.org\",\"password\":\"a drill a day\",\"name\":\"\"}";
        var request =
                request(address, "/api/v1/accounts")
                        .timeout(SIGN_UP_MOST)
                        .header("Content-Type", "application/json")
                        .POST(BodyPublishers.ofString(body));
        var answer = parts.http.send(request.build(), BodyHandlers.ofString());
        return answer.headers()
                .firstValue("Set-Cookie")
                .orElseThrow(() -> new IOException("no sign-up: " + answer.body()))
                .replaceFirst(";.*", "");
    }

    /// Waits until no answer of another data center's DNS server names this one; notes when.
    boolean awaitNoticed(String dataCenter, Duration most) throws InterruptedException {
        var address = addressOf(dataCenter);
        boolean isNoticed =
                await(
                        () ->
                                parts.dataCenters.keySet().stream()
                                        .filter(c -> !c.equals(dataCenter))
                                        .allMatch(c -> namesNot(c, address)),
                        most);
        if (isNoticed) parts.history.add(new Event.Noticed(parts.clock.millis(), dataCenter));
        return isNoticed;
    }

    private boolean namesNot(String server, String address) {
        return parts.nearest.keySet().stream()
                .map(network -> answer(server, network))
                .allMatch(a -> a.isPresent() && !a.get().equals(address));
    }

    /// Waits until each DNS server answers as before, each data center takes traffic, and nothing
    /// waits to be copied, if clients are at rest, or nothing but what came just now; notes when.
    boolean awaitLevel(Duration most, boolean isAtRest) throws InterruptedException {
        boolean isLevel = await(() -> isLevel(isAtRest), most);
        if (isLevel) parts.history.add(new Event.Level(parts.clock.millis()));
        return isLevel;
    }

    private boolean isLevel(boolean isAtRest) {
        synchronized (last) {
            for (var name : parts.dataCenters.keySet()) {
                var standing = Optional.ofNullable(last.get(name));
                if (standing.isEmpty() || !standing.get().isLevel(isAtRest)) return false;
            }
        }
        return parts.dataCenters.keySet().stream()
                .allMatch(server ->
                        parts.nearest.entrySet().stream()
                                .allMatch(n ->
                                        answer(server, n.getKey())
                                                .equals(Optional.of(addressOf(n.getValue())))));
    }

    private boolean await(BooleanSupplier claim, Duration most) throws InterruptedException {
        long deadline = System.nanoTime() + most.toNanos();
        while (!claim.getAsBoolean()) {
            if (System.nanoTime() > deadline) return false;
            Thread.sleep(ASK_EVERY);
        }
        return true;
    }

    private String addressOf(String dataCenter) {
        return Optional.ofNullable(parts.dataCenters.get(dataCenter)).orElseThrow();
    }

    /// What this data center's DNS server answers to a client of that network.
    private Optional<String> answer(String server, String network) {
        try {
            var resolver =
                    new SimpleResolver(
                            new InetSocketAddress(InetAddress.ofLiteral(addressOf(server)), 53));
            resolver.setTimeout(ANSWER_MOST);
            var question =
                    Message.newQuery(
                            Record.newRecord(Name.fromString(parts.name + "."), Type.A, DClass.IN));
            var subnet = new ClientSubnetOption(NETWORK_BITS, InetAddress.ofLiteral(network));
            question.addRecord(new OPTRecord(UDP_MOST, 0, 0, 0, subnet), Section.ADDITIONAL);
            return resolver.send(question).getSection(Section.ANSWER).stream()
                    .map(Record::rdataToString)
                    .findFirst();
        } catch (IOException e) {
            LOG.atDebug().addKeyValue("server", server).setCause(e).log("dns does not answer");
            return Optional.empty();
        }
    }

    private void run(String name) {
        try {
            while (!closed.await(LOOK_EVERY.toMillis(), TimeUnit.MILLISECONDS)) look(name);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /// One that does not answer shows nothing.
    private void look(String name) throws InterruptedException {
        try {
            var address = addressOf(name);
            var open = send(request(address, "/health/traffic").GET()).statusCode() == 200;
            var shown = send(request(address, "/api/v1/cluster").header("Cookie", cookie).GET());
            if (shown.statusCode() == 200) note(name, open, JSON.readTree(shown.body()));
        } catch (IOException e) {
            LOG.atDebug().addKeyValue("center", name).setCause(e).log("nothing is shown");
            synchronized (last) {
                last.remove(name);
            }
        }
    }

    private java.net.http.HttpResponse<String> send(HttpRequest.Builder request)
            throws IOException, InterruptedException {
        return parts.http.send(request.build(), BodyHandlers.ofString());
    }

    private static HttpRequest.Builder request(String address, String path) {
        var uri = "http://%s:%d%s".formatted(address, DrillCenter.WEB_PORT, path);
        return HttpRequest.newBuilder(URI.create(uri)).timeout(ANSWER_MOST);
    }

    private void note(String name, boolean isOpen, JsonNode shown) {
        int waiting = 0;
        double lag = 0;
        double heard = 0;
        for (var center : shown.path("dataCenters")) {
            var its = center.path("replication");
            if (center.path("name").asText().equals(name)) {
                waiting = its.path("waiting").asInt();
                lag = its.path("oldestSeconds").asDouble();
            } else heard = Math.max(heard, its.path("seenSeconds").asDouble());
        }
        parts.history.add(
                new Event.Shown(
                        parts.clock.millis(),
                        name,
                        waiting,
                        (long) (lag * SECOND_MS),
                        (long) (heard * SECOND_MS)));
        synchronized (last) {
            last.put(name, new Standing(waiting, (long) (lag * SECOND_MS), isOpen));
        }
    }

    @Override
    public void close() {
        closed.countDown();
        try {
            for (var thread : threads) thread.join(CLOSE_MOST);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
