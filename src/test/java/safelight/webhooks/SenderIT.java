package safelight.webhooks;

import static org.assertj.core.api.Assertions.assertThat;
import static safelight.base.Waiting.until;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import safelight.base.AccountId;
import safelight.base.Backoff;
import safelight.base.HandClock;
import safelight.base.JobId;
import safelight.base.Page;
import safelight.base.PhotoId;
import safelight.catalog.Delivery;
import safelight.catalog.Job;
import safelight.catalog.Samples;
import safelight.catalog.WebhookRows;
import safelight.catalog.sql.SqlJobs;
import safelight.catalog.sql.SqlWebhooks;
import safelight.observe.Meters;
import safelight.sql.Database;

/// What senders do with real receivers: those that behave, and those that do not.
class SenderIT {
    private static final String LOOPBACK = "127.0.0.0/8";
    private static final Duration PATIENT = Duration.ofSeconds(30);
    private static final Duration IMPATIENT = Duration.ofSeconds(2);
    private static final Duration FOR_EVER = Duration.ofMinutes(2);
    private static final byte[] BODY = "{\"a\": \"\u732b\"}".getBytes(StandardCharsets.UTF_8);

    @TempDir private Path folder;
    private final Samples samples =
            new Samples(new HandClock(Instant.now().minus(Duration.ofMinutes(5))));
    private final AccountId account = samples.accountId();
    private final Meters meters = new Meters();
    private final List<AutoCloseable> open = new ArrayList<>();
    private Database database;
    private WebhookRows rows;
    private SqlJobs jobs;

    @BeforeEach
    void open() {
        database = Database.open(folder.resolve("catalog.db"));
        rows = new SqlWebhooks(database);
        jobs = new SqlJobs(database, Clock.systemUTC());
    }

    @AfterEach
    void close() throws Exception {
        for (var each : open.reversed()) each.close();
        database.close();
    }

    private <T extends AutoCloseable> T use(T part) {
        open.add(part);
        return part;
    }

    private static WebhookSettings settings(String allow, Duration connectMost, Duration timeMost) {
        return new WebhookSettings(
                4,
                new Backoff(Duration.ofMillis(20), Duration.ofSeconds(1)),
                connectMost,
                timeMost,
                8,
                2,
                4,
                Duration.ofDays(1),
                Network.parseAll(allow));
    }

    private Sender sender(String allow) {
        return sender(settings(allow, PATIENT, PATIENT));
    }

    private Sender sender(WebhookSettings settings) {
        var clock = Clock.systemUTC();
        return use(
                new Sender(
                        new Sender.Parts(
                                rows,
                                new Webhooks(rows, settings, clock, new Random(1)),
                                _ -> Optional.of(BODY),
                                settings,
                                meters,
                                clock,
                                new Random(2))));
    }

    /// A job that is to be told of at this URL has failed.
    private Delivery told(String url) {
        return told(account, url);
    }

    private Delivery told(AccountId account, String url) {
        var order =
                new Job.Order(
                                account,
                                new PhotoId(samples.id()),
                                "v1;blur(sigma=2)",
                                Job.Purpose.EDIT,
                                Job.Priority.NORMAL,
                                Optional.empty(),
                                "request-1",
                                "us-east",
                                Instant.now(),
                                Optional.empty())
                        .telling(Optional.of(url));
        var job = Job.accepted(new JobId(samples.id()), order);
        jobs.accept(job, 1000);
        var running = jobs.advance(samples.running(job, "w1")).orElseThrow();
        return Delivery.of(jobs.advance(samples.failed(running, true)).orElseThrow()).orElseThrow();
    }

    private Delivery.State state(Delivery delivery) {
        return rows.find(delivery.id()).orElseThrow().state();
    }

    private Delivery.Attempt firstAttempt(Delivery delivery) {
        until(() -> !rows.attempts(delivery.id()).isEmpty());
        return rows.attempts(delivery.id()).getFirst();
    }

    @Test
    void messageIsSignedAsTheSpecificationSays() throws Exception {
        var receiver = use(new Receiver(204));
        var told = told(receiver.url("/hook"));
        sender(LOOPBACK);

        var got = receiver.next();

        assertThat(got.path()).isEqualTo("/hook");
        assertThat(got.body()).isEqualTo(BODY);
        assertThat(got.id()).isEqualTo(told.id().value());
        assertThat(got.host()).isEqualTo("127.0.0.1:" + receiver.port());
        var sent = Instant.ofEpochSecond(Long.parseLong(got.time()));
        assertThat(Duration.between(sent, Instant.now()).abs()).isLessThan(Duration.ofMinutes(2));
        var key = Base64.getDecoder().decode(secret().replaceFirst("^whsec_", ""));
        var mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(key, "HmacSHA256"));
        mac.update((got.id() + "." + got.time() + ".").getBytes(StandardCharsets.UTF_8));
        assertThat(got.signature())
                .isEqualTo("v1," + Base64.getEncoder().encodeToString(mac.doFinal(got.body())));
        until(() -> state(told) == Delivery.State.DELIVERED);
        assertThat(firstAttempt(told).status()).contains(204);
        until(() -> meters.scrape().contains("safelight_webhooks_delivered_total 1.0"));
    }

    private String secret() {
        return rows.secret(account).orElseThrow().current();
    }

    @Test
    void failureIsTriedAgainUntilItIsTaken() throws Exception {
        var receiver = use(new Receiver(500, 503, 200));
        var told = told(receiver.url("/"));
        sender(LOOPBACK);

        until(() -> state(told) == Delivery.State.DELIVERED);

        assertThat(rows.attempts(told.id()))
                .extracting(a -> a.status().orElseThrow())
                .containsExactly(500, 503, 200);
        assertThat(receiver.rest()).extracting(Receiver.Got::id).containsOnly(told.id().value());
    }

    @Test
    void receiverThatIsGoneIsNotAskedAgain() throws Exception {
        var receiver = use(new Receiver(410, 200));
        var told = told(receiver.url("/"));
        sender(LOOPBACK);

        until(() -> state(told) == Delivery.State.FAILED);

        assertThat(rows.attempts(told.id())).hasSize(1);
    }

    @Test
    void lastOfAllTriesGivesUpAndResendStartsAnew() throws Exception {
        var receiver = use(new Receiver(500, 500, 500, 500, 200));
        var told = told(receiver.url("/"));
        sender(LOOPBACK);
        until(() -> state(told) == Delivery.State.FAILED);
        assertThat(rows.attempts(told.id())).hasSize(4);

        rows.resend(told.id(), Instant.now());

        until(() -> state(told) == Delivery.State.DELIVERED);
    }

    @Test
    void redirectIsNotFollowed() throws Exception {
        var inner = use(new Receiver(200));
        var receiver =
                use(
                        new Receiver((exchange, _) -> {
                            exchange.getResponseHeaders().set("Location", inner.url("/inner"));
                            exchange.sendResponseHeaders(302, -1);
                        }));
        var told = told(receiver.url("/"));
        sender(LOOPBACK);

        until(() -> state(told) == Delivery.State.FAILED);

        assertThat(firstAttempt(told).status()).contains(302);
        assertThat(inner.rest()).isEmpty();
    }

    @Test
    void nameThatMeansLoopbackIsNotConnectedTo() throws Exception {
        var receiver = use(new Receiver(200));
        var told = told("http://localhost:" + receiver.port() + "/");
        sender("");

        assertThat(firstAttempt(told).error()).contains("The receiver's address is not public.");

        assertThat(receiver.rest()).isEmpty();
    }

    @Test
    void nameIsConnectedToWhereItIsAllowed() throws Exception {
        var receiver = use(new Receiver(200));
        var told = told("http://localhost:" + receiver.port() + "/");
        sender(LOOPBACK + ",::1");

        until(() -> state(told) == Delivery.State.DELIVERED);

        assertThat(receiver.next().host()).isEqualTo("localhost:" + receiver.port());
    }

    @Test
    void literalOfLoopbackIsNotConnectedToEither() throws Exception {
        var receiver = use(new Receiver(200));
        var told = told(receiver.url("/"));
        sender("10.0.0.0/8");

        assertThat(firstAttempt(told).error()).contains("The receiver's address is not public.");

        assertThat(receiver.rest()).isEmpty();
    }

    @Test
    void hangingReceiverHoldsUpNoOthers() throws Exception {
        var hanging = use(Receiver.hanging());
        var good = use(new Receiver(200));
        for (int i = 0; i < 20; i++) told(hanging.url("/"));
        var told = told(good.url("/"));
        sender(settings(LOOPBACK, PATIENT, FOR_EVER));

        until(() -> state(told) == Delivery.State.DELIVERED);

        var waiting = Page.Request.LIMIT_MAX;
        assertThat(
                        rows.list(
                                        account,
                                        Optional.of(Delivery.State.PENDING),
                                        new Page.Request(waiting, Optional.empty()))
                                .items())
                .hasSize(20);
        assertThat(hanging.rest()).hasSizeLessThanOrEqualTo(2);
    }

    @Test
    void accountWithManyHangingReceiversHoldsUpNoOthers() throws Exception {
        var hanging = new ArrayList<Receiver>();
        for (int i = 0; i < 8; i++) {
            hanging.add(use(Receiver.hanging()));
            for (int j = 0; j < 3; j++) told(hanging.get(i).url("/"));
        }
        var good = use(new Receiver(200));
        var told = told(samples.accountId(), good.url("/"));
        sender(settings(LOOPBACK, PATIENT, FOR_EVER));

        until(() -> state(told) == Delivery.State.DELIVERED);

        until(() -> received(hanging) >= 1);
        assertThat(received(hanging)).isLessThanOrEqualTo(4);
    }

    private static int received(List<Receiver> all) {
        return all.stream().mapToInt(receiver -> receiver.rest().size()).sum();
    }

    @Test
    void hangingReceiverIsGivenUpInTime() throws Exception {
        var hanging = use(Receiver.hanging());
        var told = told(hanging.url("/"));
        sender(settings(LOOPBACK, PATIENT, IMPATIENT));

        assertThat(firstAttempt(told).error()).contains("The receiver took too long.");
    }

    @Test
    void receiverThatDripsIsGivenUpInTime() throws Exception {
        var slow =
                use(
                        new Receiver((exchange, _) -> {
                            exchange.sendResponseHeaders(200, 0);
                            for (int i = 0; i < 200; i++) {
                                exchange.getResponseBody().write('x');
                                exchange.getResponseBody().flush();
                                Thread.sleep(100);
                            }
                        }));
        var told = told(slow.url("/"));
        sender(settings(LOOPBACK, PATIENT, IMPATIENT));

        assertThat(firstAttempt(told).error()).contains("The receiver took too long.");
    }

    @Test
    void ofAHugeAnswerABeginningIsRead() throws Exception {
        var huge =
                use(
                        new Receiver((exchange, _) -> {
                            exchange.sendResponseHeaders(200, 0);
                            var chunk =
                                    "all is well\0 "
                                            .repeat(10_000)
                                            .getBytes(StandardCharsets.UTF_8);
                            for (int i = 0; i < 100_000; i++)
                                exchange.getResponseBody().write(chunk);
                        }));
        var told = told(huge.url("/"));
        sender(LOOPBACK);

        var attempt = firstAttempt(told);

        assertThat(attempt.status()).contains(200);
        assertThat(attempt.excerpt()).startsWith("all is well").hasSizeLessThanOrEqualTo(256);
        assertThat(attempt.excerpt()).doesNotContain("\0");
    }

    @Test
    void receiverThatIsNotThereIsNoted() throws Exception {
        var receiver = new Receiver(200);
        var url = receiver.url("/");
        receiver.close();
        var told = told(url);
        sender(LOOPBACK);

        assertThat(firstAttempt(told).error()).contains("The receiver cannot be reached.");
    }

    @Test
    void plainReceiverAtAnHttpsUrlIsNoted() throws Exception {
        var receiver = use(new Receiver(200));
        var told = told("https://127.0.0.1:" + receiver.port() + "/");
        sender(settings(LOOPBACK, Duration.ofSeconds(1), PATIENT));

        assertThat(firstAttempt(told).error()).isPresent();
        assertThat(receiver.rest()).isEmpty();
    }

    @Test
    void certificateThatNobodyVouchesForIsNotTrusted() throws Exception {
        var server =
                HttpsServer.create(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0), 0);
        server.setHttpsConfigurator(new HttpsConfigurator(selfSigned()));
        var came = new ArrayList<String>();
        server.createContext("/", exchange -> came.add(exchange.getRequestMethod()));
        server.start();
        use(() -> server.stop(0));
        var told = told("https://127.0.0.1:" + server.getAddress().getPort() + "/");
        sender(LOOPBACK);

        assertThat(firstAttempt(told).error().orElseThrow()).contains("TLS");

        assertThat(came).isEmpty();
    }

    private SSLContext selfSigned() throws Exception {
        var store = folder.resolve("key.p12");
        var keytool = Path.of(System.getProperty("java.home"), "bin", "keytool").toString();
        var made =
                new ProcessBuilder(
                                keytool,
                                "-genkeypair",
                                "-alias",
                                "a",
                                "-keyalg",
                                "EC",
                                "-dname",
                                "CN=127.0.0.1",
                                "-ext",
                                "san=ip:127.0.0.1",
                                "-keystore",
                                store.toString(),
                                "-storepass",
                                "secret")
                        .inheritIO()
                        .start();
        assertThat(made.waitFor()).isZero();
        var keys = KeyStore.getInstance("PKCS12");
        try (var in = Files.newInputStream(store)) {
            keys.load(in, "secret".toCharArray());
        }
        var managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        managers.init(keys, "secret".toCharArray());
        var context = SSLContext.getInstance("TLS");
        context.init(managers.getKeyManagers(), null, null);
        return context;
    }

    @Test
    void twoServersSendEachMessageOnce() throws Exception {
        var receiver = use(new Receiver(200));
        for (int i = 0; i < 20; i++) told(receiver.url("/"));
        sender(LOOPBACK);
        sender(LOOPBACK);

        until(() -> rows.backlog().pending() == 0);

        assertThat(receiver.rest())
                .hasSize(20)
                .extracting(Receiver.Got::id)
                .doesNotHaveDuplicates();
    }

    @Test
    void sweepShowsWhatIsPending() throws Exception {
        var receiver = use(new Receiver(503));
        told(receiver.url("/"));
        var sender = sender("");

        sender.sweep();

        assertThat(meters.scrape()).contains("safelight_webhooks_pending_deliveries 1.0");
    }
}
