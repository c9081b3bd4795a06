package safelight.web;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.eclipse.jetty.http.HttpCookie;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.PreEncodedHttpField;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Blocker;

/// One request and its answer, in blocking style. Used by the one thread that handles the request.
final class Exchange {
    private static final HttpField NO_STORE =
            new PreEncodedHttpField(HttpHeader.CACHE_CONTROL, "no-store");
    private static final HttpField IS_JSON =
            new PreEncodedHttpField(HttpHeader.CONTENT_TYPE, "application/json");

    private static final int KEY_MAX = 200;

    private final Request request;
    private final Response response;
    private final String id;
    private final String client;
    private final Optional<Who> who;
    private final Map<String, String> parameters;

    /// What is known of a request before its route is called.
    record Known(String id, String client, Optional<Who> who, Map<String, String> parameters) {}

    Exchange(Request request, Response response, Known known) {
        this.request = request;
        this.response = response;
        this.id = known.id;
        this.client = known.client;
        this.who = known.who;
        this.parameters = known.parameters;
    }

    /// The request's id, for logs here and in the worker.
    String id() {
        return id;
    }

    /// The client's address, as far as it can be believed.
    String client() {
        return client;
    }

    /// Who calls; routes that need somebody are not called without.
    Who who() {
        return who.orElseThrow(() -> new IllegalStateException("a route for everybody asks who"));
    }

    /// A value of the path pattern.
    String parameter(String name) {
        var value = parameters.get(name);
        if (value == null) throw new IllegalStateException("the route has no {" + name + "}");
        return value;
    }

    /// The first value of this name in the address.
    Optional<String> query(String name) {
        if (request.getHttpURI().getQuery() == null) return Optional.empty();
        return Optional.ofNullable(Request.extractQueryParameters(request).getValue(name));
    }

    /// The first header of this name.
    Optional<String> header(String name) {
        return Optional.ofNullable(request.getHeaders().get(name));
    }

    /// The client's Idempotency-Key, apart from the service's own.
    Optional<String> idempotencyKey() {
        var key = header("Idempotency-Key").map(String::strip);
        if (key.isPresent() && (key.get().isEmpty() || key.get().length() > KEY_MAX))
            throw new WebFailure.WrongParameter(
                    "An Idempotency-Key has 1 to " + KEY_MAX + " characters.");
        return key.map(k -> "client:" + k);
    }

    /// The request itself, for what this class does not offer.
    Request raw() {
        return request;
    }

    /// The body, unbounded: the caller bounds what it reads.
    InputStream body() {
        return Content.Source.asInputStream(source());
    }

    /// The body for a parser of Jetty's.
    Content.Source source() {
        Remainder.taken(request);
        return request;
    }

    /// Sets an answer's header.
    void set(String name, String value) {
        response.getHeaders().put(name, value);
    }

    /// Gives the client a cookie.
    void setCookie(HttpCookie cookie) {
        Response.addCookie(response, cookie);
    }

    /// Answers with JSON, not to be stored by anybody.
    void json(int status, JsonNode body) throws IOException {
        storeNowhere();
        response.getHeaders().put(IS_JSON);
        send(status, Json.bytes(body));
    }

    /// Answers with these bytes.
    void send(int status, String type, byte[] bytes) throws IOException {
        set("Content-Type", type);
        send(status, bytes);
    }

    private void send(int status, byte[] bytes) throws IOException {
        response.setStatus(status);
        response.getHeaders().put(HttpHeader.CONTENT_LENGTH, bytes.length);
        write(ByteBuffer.wrap(isHead() ? new byte[0] : bytes));
    }

    /// Answers without a body; there may be a cookie in the headers, so nobody is to store it.
    void empty(int status) throws IOException {
        response.setStatus(status);
        storeNowhere();
        write(ByteBuffer.allocate(0));
    }

    /// Begins an answer of `length` bytes (-1: unknown) and gives the stream to write them to; the
    /// caller closes it.
    OutputStream begin(int status, long length) throws IOException {
        response.setStatus(status);
        if (length >= 0) response.getHeaders().put(HttpHeader.CONTENT_LENGTH, length);
        if (isHead()) {
            write(ByteBuffer.allocate(0));
            return OutputStream.nullOutputStream();
        }
        return Content.Sink.asOutputStream(response);
    }

    /// Whether only headers are wanted.
    boolean isHead() {
        return request.getMethod().equals("HEAD");
    }

    /// How long the client is willing to wait (RFC 7240), at most `most`; empty if it did not say.
    Optional<Duration> wait(Duration most) {
        for (var preference : request.getHeaders().getCSV("Prefer", true)) {
            var text = preference.strip();
            if (!text.startsWith("wait=")) continue;
            try {
                var wanted =
                        Duration.ofSeconds(Math.max(0, Long.parseLong(text.substring(5).strip())));
                return Optional.of(wanted.compareTo(most) > 0 ? most : wanted);
            } catch (NumberFormatException e) {
                throw new WebFailure.WrongParameter("'Prefer: wait=' takes whole seconds.");
            }
        }
        return Optional.empty();
    }

    private void storeNowhere() {
        if (!response.getHeaders().contains(HttpHeader.CACHE_CONTROL))
            response.getHeaders().put(NO_STORE);
    }

    private void write(ByteBuffer bytes) throws IOException {
        try (Blocker.Callback callback = Blocker.callback()) {
            response.write(true, bytes, callback);
            callback.block();
        }
    }
}
