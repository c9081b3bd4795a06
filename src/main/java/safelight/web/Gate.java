package safelight.web;

import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.PreEncodedHttpField;
import org.eclipse.jetty.io.EofException;
import org.eclipse.jetty.io.QuietException;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import safelight.accounts.AccountFailure;
import safelight.base.Bytes;
import safelight.base.Failure;
import safelight.base.Problem;
import safelight.base.Ulids;
import safelight.fleet.Workload;
import safelight.observe.Meters;

/// Where every request comes in: finds its route and who sends it, bounds how many run at once,
/// calls the handler on the request's own virtual thread, and turns whatever goes wrong into a
/// problem (RFC 9457), never a stack trace.
final class Gate extends Handler.Abstract {
    private static final Logger LOG = LoggerFactory.getLogger(Gate.class);
    private static final Set<String> METHODS =
            Set.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS");
    private static final Pattern REQUEST_ID = Pattern.compile("[A-Za-z0-9._-]{1,64}");

    /// Event streams mostly wait: they must not take the places of requests.
    private static final int STREAMS_TIMES = 10;

    private static final String POLICY =
            "default-src 'self'; img-src 'self' blob: data:; style-src 'self' 'unsafe-inline';"
                    + " script-src 'self'; worker-src 'self' blob:; object-src 'none';"
                    + " base-uri 'none'; frame-ancestors 'none'; form-action 'self'";

    // In bytes already: every answer has them.
    private static final HttpField NO_SNIFFING =
            new PreEncodedHttpField("X-Content-Type-Options", "nosniff");
    private static final HttpField REFERRER =
            new PreEncodedHttpField("Referrer-Policy", "same-origin");
    private static final HttpField CONTENT_POLICY =
            new PreEncodedHttpField("Content-Security-Policy", POLICY);

    private final Router bounded;
    private final Router unbounded;
    private final Doorman doorman;
    private final Semaphore places;
    private final Semaphore streams;
    private final Bytes remainderMost;
    private final Workload workload;
    private final Meters meters;
    private final Clock clock;
    private final Ulids ids;

    /// What a gate needs.
    record Parts(
            Router bounded,
            Router unbounded,
            Doorman doorman,
            int requestsMost,
            Bytes remainderMost,
            Workload workload,
            Meters meters,
            Clock clock,
            Ulids ids) {}

    Gate(Parts parts) {
        this.bounded = parts.bounded;
        this.unbounded = parts.unbounded;
        this.doorman = parts.doorman;
        this.places = new Semaphore(parts.requestsMost);
        this.streams = new Semaphore(parts.requestsMost * STREAMS_TIMES);
        this.remainderMost = parts.remainderMost;
        this.workload = parts.workload;
        this.meters = parts.meters;
        this.clock = parts.clock;
        this.ids = parts.ids;
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) {
        var began = clock.instant();
        var id = requestId(request);
        response.getHeaders().put("X-Request-Id", id);
        response.getHeaders().put(NO_SNIFFING).put(REFERRER).put(CONTENT_POLICY);
        var pattern = new StringBuilder("none");
        try {
            route(request, response, id, pattern);
            callback.succeeded();
        } catch (Throwable e) {
            fail(request, response, id, callback, e);
        }
        note(request, response, id, pattern.toString(), began);
        return true;
    }

    private void route(Request request, Response response, String id, StringBuilder pattern)
            throws Exception {
        var path = request.getHttpURI().getDecodedPath();
        if (path.startsWith("/health/") || path.equals("/metrics")) {
            call(unbounded.find(request.getMethod(), path), request, response, id, pattern);
            return;
        }
        boolean isStream = path.equals(EventCalls.PATH);
        var room = isStream ? streams : places;
        if (!room.tryAcquire()) throw new WebFailure.TooBusy();
        if (!isStream) workload.begin();
        try {
            call(bounded.find(request.getMethod(), path), request, response, id, pattern);
        } finally {
            if (!isStream) workload.end();
            room.release();
        }
    }

    private void call(
            Router.Match match,
            Request request,
            Response response,
            String id,
            StringBuilder pattern)
            throws Exception {
        var route = match.route();
        pattern.replace(0, pattern.length(), route.pattern());
        doorman.refuseCrossSite(request);
        Optional<Who> who = Optional.empty();
        if (route.access() != Route.Access.EVERYBODY) {
            who = doorman.recognize(request);
            if (who.isEmpty()) throw new AccountFailure.NotSignedIn();
            if (route.access() == Route.Access.ADMINISTRATOR
                    && !who.get().account().administrator())
                throw new WebFailure.NotAdministrator();
        }
        var known = new Exchange.Known(id, doorman.client(request), who, match.parameters());
        route.handler().handle(new Exchange(request, response, known));
    }

    /// Nothing is answered any more once bytes have gone out: then the connection is cut, so that
    /// the client sees an answer that is incomplete.
    private void fail(
            Request request, Response response, String id, Callback callback, Throwable failure) {
        if (failure instanceof InterruptedException) Thread.currentThread().interrupt();
        if (response.isCommitted() || isClientGone(failure)) {
            callback.failed(failure);
            return;
        }
        try {
            Remainder.drop(request, remainderMost);
            answer(request, response, id, failure);
            callback.succeeded();
        } catch (IOException | RuntimeException e) {
            callback.failed(e);
        }
    }

    private void answer(Request request, Response response, String id, Throwable failure)
            throws IOException {
        var problem = problem(failure, id);
        response.getHeaders().remove(HttpHeader.ETAG);
        response.getHeaders().remove(HttpHeader.CONTENT_LENGTH);
        response.getHeaders().remove("Content-Disposition");
        response.getHeaders().put(HttpHeader.CACHE_CONTROL, "no-store");
        if (failure instanceof WebFailure.WrongMethod wrong)
            response.getHeaders().put(HttpHeader.ALLOW, String.join(", ", wrong.allowed()));
        if (problem.status() == 401)
            response.getHeaders().put(HttpHeader.WWW_AUTHENTICATE, "Bearer realm=\"safelight\"");
        if (problem.retryable() && (problem.status() == 429 || problem.status() == 503))
            response.getHeaders()
                    .put(HttpHeader.RETRY_AFTER, Long.toString(roundUp(problem.pause())));
        var known = new Exchange.Known(id, "", Optional.empty(), Map.of());
        new Exchange(request, response, known)
                .send(
                        problem.status(),
                        "application/problem+json",
                        Json.bytes(Json.problem(problem).put("request", id)));
    }

    private static Problem problem(Throwable failure, String id) {
        if (failure instanceof Failure known) {
            if (known.problem().status() >= 500)
                LOG.atWarn()
                        .addKeyValue("request", id)
                        .addKeyValue("problem", known.problem().code())
                        .setCause(failure)
                        .log("request failed");
            return known.problem();
        }
        if (isTimeout(failure)) return new WebFailure.TooSlow().problem();
        LOG.atError().addKeyValue("request", id).setCause(failure).log("request broke");
        return Problem.of(
                "SL-WEB-09",
                500,
                "Unexpected failure",
                "Something went wrong that should not; the server's log says more under this"
                        + " request's id.");
    }

    private void note(
            Request request, Response response, String id, String pattern, Instant began) {
        var took = Duration.between(began, clock.instant());
        var status = Integer.toString(response.getStatus());
        meters.time(
                "safelight_web_requests_seconds",
                took,
                "method",
                known(request.getMethod()),
                "route",
                pattern,
                "status",
                status);
        LOG.atInfo()
                .addKeyValue("request", id)
                .addKeyValue("method", known(request.getMethod()))
                .addKeyValue("route", pattern)
                .addKeyValue("status", status)
                .addKeyValue("tookMs", took.toMillis())
                .log("request ended");
    }

    /// A client may invent methods; each would be a meter for ever.
    private static String known(String method) {
        return METHODS.contains(method) ? method : "other";
    }

    private String requestId(Request request) {
        var given = request.getHeaders().get("X-Request-Id");
        return given != null && REQUEST_ID.matcher(given).matches() ? given : ids.next();
    }

    /// A failure of ours is answered: a form that ends too early also has an EofException behind
    /// it.
    private static boolean isTimeout(Throwable failure) {
        for (var cause = failure; cause != null; cause = cause.getCause())
            if (cause instanceof TimeoutException) return true;
        return false;
    }

    private static boolean isClientGone(Throwable failure) {
        if (failure instanceof Failure) return false;
        for (var cause = failure; cause != null; cause = cause.getCause())
            if (cause instanceof EofException || cause instanceof QuietException) return true;
        return false;
    }

    private static long roundUp(Duration pause) {
        return Math.max(1, pause.plusMillis(999).toSeconds());
    }
}
