package safelight.app;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import safelight.base.Digest;
import safelight.drill.Event;
import safelight.drill.History;

/// One user of a drill, who hands in a job, waits a while for its end, and hands in the next. What
/// has no answer is sent again with the same key, to the next web server. For one thread.
final class DrillClient {
    private static final Logger LOG = LoggerFactory.getLogger(DrillClient.class);
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration ANSWER_MOST = Duration.ofSeconds(5);
    private static final Duration SETUP_MOST = Duration.ofMinutes(1);
    private static final Duration PAUSE = Duration.ofMillis(200);
    private static final Duration LOOK_FAILED = Duration.ofSeconds(1);
    private static final int WAIT_SECONDS = 2;
    private static final int TOO_MANY = 429;
    private static final int BROKEN = 500;
    private static final int REFUSED = 400;
    private static final int PAGE = 200;

    private final Parts parts;
    private final int number;
    private final List<String> photos = new ArrayList<>();
    private String cookie = "";
    private Duration answerMost = SETUP_MOST;
    private int turn;

    /// What all clients share: the web servers, a connection pool, the history, and the next
    /// intent's number.
    record Parts(
            List<String> doors,
            HttpClient http,
            History history,
            AtomicInteger next,
            long seed,
            Clock clock) {}

    DrillClient(Parts parts, int number) {
        this.parts = parts;
        this.number = number;
        this.turn = number;
    }

    /// Signs up and uploads the pictures.
    void settle(List<byte[]> pictures) throws IOException, InterruptedException {
        var until = parts.clock.instant().plus(SETUP_MOST);
        // Another name at each try: the first one may be taken, its answer lost.
        var answer =
                insist(
                        () ->
                                request("/api/v1/accounts")
                                        .header("Content-Type", "application/json")
                                        .POST(BodyPublishers.ofString(account())),
                        until);
        cookie =
                answer.headers()
                        .firstValue("Set-Cookie")
                        .orElseThrow(() -> new IOException("no sign-up: " + answer.statusCode()))
                        .replaceFirst(";.*", "");
        for (var picture : pictures)
            photos.add(
                    read(insist(() -> post("/api/v1/photos", picture), until)).path("id").asText());
        answerMost = ANSWER_MOST;
    }

    private String account() {
        return """
        {"email":"drill-%d-%d@example.org","password":"a drill a day","name":""}\
        """
                .formatted(number, turn);
    }

    /// Hands in one job after the other until `isOver`; goes on about the last one until `until`.
    void work(BooleanSupplier isOver, Instant until) throws InterruptedException {
        while (!isOver.getAsBoolean()) {
            int intent = parts.next.getAndIncrement();
            // Else a client that waits for each job hands in all of them at the same server.
            turn = intent;
            var job = submit(intent, until);
            if (job.isPresent()) await(intent, job.get());
            Thread.sleep(PAUSE);
        }
    }

    /// The jobs and photos of this account, with the digests of what is really sent.
    void collect() throws IOException, InterruptedException {
        var until = parts.clock.instant().plus(SETUP_MOST);
        for (var job : pages("jobs", until)) {
            var state = job.path("state").asText();
            boolean dead =
                    state.equals("failed") && job.path("error").path("retryable").asBoolean();
            parts.history.add(
                    new Event.Found(
                            now(),
                            job.path("id").asText(),
                            DrillRecipe.intent(job),
                            state,
                            dead,
                            state.equals("succeeded") ? result(job, until) : ""));
        }
        for (var photo : pages("photos", until))
            if (photo.hasNonNull("job"))
                parts.history.add(
                        new Event.Kept(
                                now(),
                                photo.path("id").asText(),
                                photo.path("job").asText(),
                                photo.path("digest").asText()));
    }

    private String result(JsonNode job, Instant until) throws IOException, InterruptedException {
        var path = "/api/v1/jobs/" + job.path("id").asText() + "/result";
        var answer = insist(() -> request(path).GET(), until);
        return answer.statusCode() < REFUSED ? Digest.of(answer.body()).hex() : "";
    }

    private List<JsonNode> pages(String what, Instant until)
            throws IOException, InterruptedException {
        var all = new ArrayList<JsonNode>();
        var from = "";
        do {
            var path = "/api/v1/" + what + "?limit=" + PAGE + from;
            var page = read(insist(() -> request(path).GET(), until));
            page.path(what).forEach(all::add);
            from = page.hasNonNull("next") ? "&cursor=" + page.path("next").asText() : "";
        } while (!from.isEmpty());
        return all;
    }

    private Optional<String> submit(int intent, Instant until) throws InterruptedException {
        var key = "drill-%d-%d".formatted(parts.seed, intent);
        var body = DrillRecipe.body(intent, photos.get(intent % photos.size()));
        parts.history.add(new Event.Intended(now(), intent, key));
        while (parts.clock.instant().isBefore(until)) {
            try {
                var answer =
                        send(
                                request("/api/v1/jobs")
                                        .header("Content-Type", "application/json")
                                        .header("Idempotency-Key", key)
                                        .POST(BodyPublishers.ofString(body)));
                if (answer.statusCode() < REFUSED) return accepted(intent, answer);
                if (isFinal(answer)) return refused(intent, answer);
                retried(intent, "status " + answer.statusCode());
            } catch (IOException e) {
                retried(intent, e.getClass().getSimpleName());
            }
            Thread.sleep(PAUSE);
        }
        return Optional.empty();
    }

    private Optional<String> accepted(int intent, HttpResponse<byte[]> answer) throws IOException {
        var job = read(answer).path("id").asText();
        parts.history.add(new Event.Accepted(now(), intent, job));
        return Optional.of(job);
    }

    private Optional<String> refused(int intent, HttpResponse<byte[]> answer) throws IOException {
        var why = read(answer).path("detail").asText();
        parts.history.add(new Event.Refused(now(), intent, answer.statusCode(), why));
        return Optional.empty();
    }

    private void retried(int intent, String why) {
        parts.history.add(new Event.Retried(now(), intent, why));
    }

    /// No answer is no harm here: the end counts.
    private void await(int intent, String job) throws InterruptedException {
        try {
            var answer =
                    send(
                            request("/api/v1/jobs/" + job)
                                    .header("Prefer", "wait=" + WAIT_SECONDS)
                                    .GET());
            if (answer.statusCode() >= REFUSED) {
                if (isFinal(answer)) refused(intent, answer);
                return;
            }
            var state = read(answer).path("state").asText();
            if (!List.of("queued", "running").contains(state))
                parts.history.add(new Event.Ended(now(), intent, job, state));
        } catch (IOException e) {
            LOG.atDebug().addKeyValue("job", job).setCause(e).log("no look at the job");
            Thread.sleep(LOOK_FAILED);
        }
    }

    /// Tries until there is an answer that stays as it is.
    private HttpResponse<byte[]> insist(Ask ask, Instant until)
            throws IOException, InterruptedException {
        while (true) {
            try {
                var answer = send(ask.request());
                if (answer.statusCode() < REFUSED || isFinal(answer)) return answer;
                if (parts.clock.instant().isAfter(until))
                    throw new IOException("the answer stays " + answer.statusCode());
            } catch (IOException e) {
                if (parts.clock.instant().isAfter(until)) throw e;
            }
            Thread.sleep(PAUSE);
        }
    }

    private interface Ask {
        HttpRequest.Builder request();
    }

    private static boolean isFinal(HttpResponse<?> answer) {
        int status = answer.statusCode();
        return status >= REFUSED && status < BROKEN && status != TOO_MANY;
    }

    private HttpRequest.Builder post(String path, byte[] bytes) {
        BodyPublisher body = BodyPublishers.ofByteArray(bytes);
        return request(path).POST(body);
    }

    /// To the next web server each time.
    private HttpRequest.Builder request(String path) {
        var door = parts.doors.get(turn++ % parts.doors.size());
        var request = HttpRequest.newBuilder(URI.create(door + path)).timeout(answerMost);
        return cookie.isEmpty() ? request : request.header("Cookie", cookie);
    }

    private HttpResponse<byte[]> send(HttpRequest.Builder request)
            throws IOException, InterruptedException {
        return parts.http.send(request.build(), BodyHandlers.ofByteArray());
    }

    private static JsonNode read(HttpResponse<byte[]> answer) throws IOException {
        return JSON.readTree(answer.body());
    }

    private long now() {
        return parts.clock.millis();
    }
}
