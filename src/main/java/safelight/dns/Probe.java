package safelight.dns;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// One check of one address: `http:` and `https:` have to answer 2xx, `tcp:` has to accept.
final class Probe {
    private static final int OK = 200;
    private static final int OK_END = 300;

    private final HttpClient client;
    private final Duration answerMost;

    Probe(HttpClient client, Duration answerMost) {
        this.client = client;
        this.answerMost = answerMost;
    }

    /// Whether it answers in time.
    boolean passes(URI address) throws InterruptedException {
        try {
            return address.getScheme().equals("tcp") ? accepts(address) : answers(address);
        } catch (IOException | ExecutionException | TimeoutException e) {
            return false;
        }
    }

    private boolean accepts(URI address) throws IOException {
        try (var socket = new Socket()) {
            socket.connect(
                    new InetSocketAddress(address.getHost(), address.getPort()),
                    (int) answerMost.toMillis());
            return true;
        }
    }

    /// The whole exchange has the time, since a server may send a byte now and then.
    private boolean answers(URI address)
            throws InterruptedException, ExecutionException, TimeoutException {
        var request =
                HttpRequest.newBuilder(address)
                        .timeout(answerMost)
                        .header("User-Agent", "safelight-dns")
                        .build();
        var asked = client.sendAsync(request, HttpResponse.BodyHandlers.discarding());
        try {
            int status = asked.get(answerMost.toMillis(), TimeUnit.MILLISECONDS).statusCode();
            return status >= OK && status < OK_END;
        } finally {
            asked.cancel(true);
        }
    }
}
