package safelight.webhooks;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.LinkedBlockingQueue;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import safelight.base.Backoff;

/// Webhooks over TLS, to a receiver with a certificate of an authority of our own: the JVM's trust
/// store is what an operator has for those.
class PostTlsIT {
    private static final String TRUST = "javax.net.ssl.trustStore";
    private static final String PASSWORD = "javax.net.ssl.trustStorePassword";
    private static final String SECRET = "secret";

    @TempDir private Path folder;
    private final LinkedBlockingQueue<String> got = new LinkedBlockingQueue<>();
    private HttpsServer server;

    @BeforeEach
    void receive() throws Exception {
        keytool("-genkeypair", "-alias", "ca", "-dname", "CN=Our authority", "-ext", "bc:c");
        keytool(
                "-genkeypair",
                "-alias",
                "hook",
                "-dname",
                "CN=hook",
                "-signer",
                "ca",
                "-ext",
                "san=ip:127.0.0.1");
        var authority = folder.resolve("ca.crt").toString();
        keytool("-exportcert", "-alias", "ca", "-file", authority);
        run(
                "-importcert",
                "-noprompt",
                "-alias",
                "ca",
                "-file",
                authority,
                "-keystore",
                folder.resolve("trust.p12").toString(),
                "-storepass",
                SECRET);
        server =
                HttpsServer.create(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0), 0);
        server.setHttpsConfigurator(new HttpsConfigurator(context()));
        server.createContext(
                "/",
                exchange -> {
                    var body = exchange.getRequestBody().readAllBytes();
                    got.add(new String(body, StandardCharsets.UTF_8));
                    exchange.sendResponseHeaders(204, -1);
                    exchange.close();
                });
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
        System.clearProperty(TRUST);
        System.clearProperty(PASSWORD);
    }

    @Test
    void receiverOfATrustedAuthorityGetsTheMessage() throws Exception {
        trust();

        var answer = send("127.0.0.1");

        assertThat(answer.error()).isEmpty();
        assertThat(answer.status()).contains(204);
        assertThat(got).containsExactly("{}");
    }

    @Test
    void sameReceiverByANameThatItsCertificateLacksGetsNothing() throws Exception {
        trust();

        var answer = send("localhost");

        assertThat(answer.error().orElseThrow()).contains("TLS");
        assertThat(got).isEmpty();
    }

    @Test
    void sameReceiverWithoutTheAuthorityGetsNothing() throws Exception {
        var answer = send("127.0.0.1");

        assertThat(answer.error().orElseThrow()).contains("TLS");
        assertThat(got).isEmpty();
    }

    private void trust() {
        System.setProperty(TRUST, folder.resolve("trust.p12").toString());
        System.setProperty(PASSWORD, SECRET);
    }

    private Post.Answer send(String host) {
        var second = Duration.ofSeconds(1);
        var settings =
                new WebhookSettings(
                        1,
                        new Backoff(second, second),
                        Duration.ofSeconds(30),
                        Duration.ofSeconds(60),
                        1,
                        1,
                        1,
                        Duration.ofDays(1),
                        Network.parseAll("127.0.0.0/8,::1"));
        try (var post = new Post(settings)) {
            var url = "https://" + host + ":" + server.getAddress().getPort() + "/hook";
            return post.send(url, Map.of(), "{}".getBytes(StandardCharsets.UTF_8), Instant.EPOCH);
        }
    }

    private SSLContext context() throws Exception {
        var keys = KeyStore.getInstance("PKCS12");
        try (var in = Files.newInputStream(folder.resolve("keys.p12"))) {
            keys.load(in, SECRET.toCharArray());
        }
        // Else the authority's own certificate might be the one that is shown.
        keys.deleteEntry("ca");
        var managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        managers.init(keys, SECRET.toCharArray());
        var context = SSLContext.getInstance("TLS");
        context.init(managers.getKeyManagers(), null, null);
        return context;
    }

    private void keytool(String... arguments) throws IOException, InterruptedException {
        var all = new ArrayList<>(List.of(arguments));
        if (arguments[0].equals("-genkeypair")) all.addAll(List.of("-keyalg", "EC"));
        all.addAll(List.of("-keystore", folder.resolve("keys.p12").toString()));
        all.addAll(List.of("-storepass", SECRET));
        run(all.toArray(String[]::new));
    }

    private static void run(String... arguments) throws IOException, InterruptedException {
        var command = new ArrayList<String>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
        command.addAll(List.of(arguments));
        assertThat(new ProcessBuilder(command).inheritIO().start().waitFor()).isZero();
    }
}
