package safelight.webhooks;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;
import org.apache.hc.client5.http.DnsResolver;
import org.apache.hc.client5.http.classic.methods.HttpPost;
import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.client5.http.config.TlsConfig;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.client5.http.impl.io.ManagedHttpClientConnectionFactory;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManager;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.config.Http1Config;
import org.apache.hc.core5.http.io.entity.ByteArrayEntity;
import org.apache.hc.core5.util.Timeout;

/// Sends one request to a receiver and tells what it answered. Each request has a connection of its
/// own. The name is looked up once, all of its addresses are checked, and the connection goes to
/// one of those: a name that says something else a moment later gains nothing. Redirects are not
/// followed, and of the answer's body a beginning is read. Thread-safe.
final class Post implements AutoCloseable {
    private static final int EXCERPT_BYTES = 256;
    private static final int HEADERS_MAX = 100;
    private static final int LINE_MAX = 8_192;

    private final Addresses addresses;
    private final Duration timeMost;
    private final CloseableHttpClient client;

    Post(WebhookSettings settings) {
        this.addresses = new Addresses(settings.allowed());
        this.timeMost = settings.timeMost();
        this.client =
                HttpClients.custom()
                        .setConnectionManager(connections(settings))
                        .setConnectionReuseStrategy((_, _, _) -> false)
                        .setDefaultRequestConfig(
                                RequestConfig.custom()
                                        .setConnectionRequestTimeout(timeout(timeMost))
                                        .setResponseTimeout(timeout(timeMost))
                                        .build())
                        .setUserAgent("Safelight-Webhooks/1")
                        .disableRedirectHandling()
                        .disableAutomaticRetries()
                        .disableCookieManagement()
                        .disableAuthCaching()
                        .disableContentCompression()
                        .build();
    }

    /// What came of a request: a status, or why there is none.
    record Answer(
            Optional<Integer> status,
            Optional<String> error,
            String excerpt,
            Optional<Duration> retryAfter) {
        static Answer failed(String error) {
            return new Answer(Optional.empty(), Optional.of(error), "", Optional.empty());
        }
    }

    /// The receiver's address is one that webhooks must not go to.
    private static final class Forbidden extends UnknownHostException {
        private static final long serialVersionUID = 1L;
    }

    /// Blocks until there is an answer, or the time is over.
    Answer send(String url, Map<String, String> headers, byte[] body, Instant now) {
        var request = new HttpPost(url);
        headers.forEach(request::setHeader);
        request.setEntity(new ByteArrayEntity(body, ContentType.APPLICATION_JSON));
        var isLate = new AtomicBoolean();
        var watch = Thread.ofVirtual().start(() -> cancelLate(request, isLate));
        try {
            return read(client.executeOpen(null, request, null), now);
        } catch (IOException e) {
            return Answer.failed(isLate.get() ? "The receiver took too long." : said(e));
        } finally {
            watch.interrupt();
            // Ends the connection. To close the response would read all that is left of it first.
            request.cancel();
        }
    }

    private void cancelLate(HttpPost request, AtomicBoolean isLate) {
        try {
            TimeUnit.NANOSECONDS.sleep(timeMost.toNanos());
            isLate.set(true);
            request.cancel();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static Answer read(ClassicHttpResponse response, Instant now) throws IOException {
        var bytes = new byte[0];
        var entity = response.getEntity();
        if (entity != null) bytes = entity.getContent().readNBytes(EXCERPT_BYTES);
        var retryAfter =
                Optional.ofNullable(response.getFirstHeader("Retry-After"))
                        .flatMap(header -> pause(header.getValue(), now));
        return new Answer(
                Optional.of(response.getCode()), Optional.empty(), text(bytes), retryAfter);
    }

    /// What a database and a person can take.
    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8)
                .replaceAll("\\p{Cntrl}+", " ")
                .replace("\ufffd", "")
                .strip();
    }

    /// Seconds or a date (RFC 9110, section 10.2.3); anything else is nothing.
    static Optional<Duration> pause(String value, Instant now) {
        try {
            if (value.matches("[0-9]{1,9}"))
                return Optional.of(Duration.ofSeconds(Long.parseLong(value)));
            var until = Instant.from(DateTimeFormatter.RFC_1123_DATE_TIME.parse(value));
            return Optional.of(Duration.between(now, until)).filter(d -> !d.isNegative());
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }

    /// In words that tell nothing of the network that this server is in.
    private static String said(IOException e) {
        return switch (e) {
            case Forbidden _ -> "The receiver's address is not public.";
            case UnknownHostException _ -> "The receiver's name has no address.";
            case SocketTimeoutException _ -> "The receiver took too long.";
            case ConnectException _ -> "The receiver cannot be reached.";
            case SSLException _ -> "The receiver's TLS is not right: its certificate, or none.";
            default -> "The connection broke off.";
        };
    }

    private PoolingHttpClientConnectionManager connections(WebhookSettings settings) {
        var time = timeout(settings.timeMost());
        return PoolingHttpClientConnectionManagerBuilder.create()
                .setDnsResolver(new Checked())
                .setConnectionFactory(
                        ManagedHttpClientConnectionFactory.builder()
                                .http1Config(
                                        Http1Config.custom()
                                                .setMaxHeaderCount(HEADERS_MAX)
                                                .setMaxLineLength(LINE_MAX)
                                                .build())
                                .build())
                .setDefaultConnectionConfig(
                        ConnectionConfig.custom()
                                .setConnectTimeout(timeout(settings.connectMost()))
                                .setSocketTimeout(time)
                                .build())
                .setDefaultTlsConfig(
                        TlsConfig.custom()
                                .setHandshakeTimeout(timeout(settings.connectMost()))
                                .build())
                .setMaxConnTotal(settings.atOnce())
                .setMaxConnPerRoute(settings.perHost())
                .build();
    }

    private static Timeout timeout(Duration time) {
        return Timeout.of(time);
    }

    /// Looks names up, and refuses those of which any address is not fit. The client connects to
    /// the addresses that come from here and to no others, also for an address in a URL.
    private final class Checked implements DnsResolver {
        @Override
        public InetAddress[] resolve(String host) throws UnknownHostException {
            var found = InetAddress.getAllByName(host);
            if (!Stream.of(found).allMatch(addresses::isFit)) throw new Forbidden();
            return found;
        }

        @Override
        public String resolveCanonicalHostname(String host) {
            return host;
        }
    }

    @Override
    public void close() {
        client.close(org.apache.hc.core5.io.CloseMode.IMMEDIATE);
    }
}
