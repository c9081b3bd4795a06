package safelight.app;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.random.RandomGenerator;
import safelight.base.Digest;
import safelight.drill.Event;
import safelight.drill.History;

/// One user of a drill of data centers: uploads a picture, has it edited, reads an older one back,
/// and looks whether the login holds; again and again, at whatever data center DNS names. What has
/// no answer is asked again. For one thread.
final class CenterClient {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration ANSWER_MOST = Duration.ofSeconds(5);
    private static final Duration SETUP_MOST = Duration.ofMinutes(2);
    private static final Duration RETRY_MOST = Duration.ofMinutes(4);
    private static final Duration OPEN_MOST = Duration.ofMinutes(3);
    private static final Duration PAUSE = Duration.ofMillis(300);
    private static final Duration LOOK_AGAIN = Duration.ofSeconds(1);
    private static final String PASSWORD = "a drill a day";
    private static final int PAGE = 200;
    private static final int SIGN_IN_EACH = 10;
    private static final int NO_ANSWER = 0;
    private static final int REFUSED = 400;
    private static final int UNKNOWN_LOGIN = 401;
    private static final int MISSING = 404;
    private static final int TOO_MANY = 429;
    private static final int BROKEN = 500;

    private final Parts parts;
    private final int number;
    private final int all;
    private final Map<String, Kept> kept = new LinkedHashMap<>();
    private String cookie = "";
    private String email = "";

    /// What the users of one place share: data centers by their addresses, the way to ask DNS, a
    /// connection pool, the history, and pictures.
    record Parts(
            Map<String, String> dataCenters,
            StubResolver resolver,
            HttpClient http,
            History history,
            List<byte[]> pictures,
            long seed,
            Clock clock,
            RandomGenerator random) {}

    /// An acknowledged photo: what it has to be.
    private record Kept(String digest) {}

    /// An answer, or why there is none.
    private static final class Answer {
        private final String dataCenter;
        private final int status;
        private final byte[] body;
        private final Optional<String> cookie;

        Answer(String dataCenter, int status, byte[] body, Optional<String> cookie) {
            this.dataCenter = dataCenter;
            this.status = status;
            this.body = body;
            this.cookie = cookie;
        }

        boolean isGood() {
            return status >= 200 && status < REFUSED;
        }

        boolean isFinal() {
            return status >= REFUSED && status < BROKEN && status != TOO_MANY;
        }

        JsonNode json() throws IOException {
            return JSON.readTree(body);
        }
    }

    /// User `number` of `all` of the drill; intents are dealt among them.
    CenterClient(Parts parts, int number, int all) {
        this.parts = parts;
        this.number = number;
        this.all = all;
    }

    /// The bytes of an intent's picture: no other has the same.
    static byte[] picture(List<byte[]> pictures, int intent) {
        var base = pictures.get(intent % pictures.size());
        var mark = "drill %d".formatted(intent).getBytes(StandardCharsets.US_ASCII);
        var whole = Arrays.copyOf(base, base.length + mark.length);
        System.arraycopy(mark, 0, whole, base.length, mark.length);
        return whole;
    }

    /// Signs up.
    void settle() throws IOException, InterruptedException {
        var until = now().plus(SETUP_MOST);
        for (int turn = 0; now().isBefore(until); turn++) {
            // Another name at each try: the first one may be taken, its answer lost.
            var body = account(turn) + ",\"name\":\"\"}";
            var answer = ask("sign-up", post("/api/v1/accounts", body));
            if (answer.isGood() && answer.cookie.isPresent()) {
                cookie = answer.cookie.get();
                email = account(turn);
                return;
            }
            Thread.sleep(LOOK_AGAIN);
        }
        throw new IOException("client " + number + " could not sign up");
    }

    private String account(int turn) {
        return "{\"email\":\"drill-%d-%d-%d@example.org\",\"password\":\"%s\""
                .formatted(parts.seed, number, turn, PASSWORD);
    }

    /// Works until `isOver`; goes on about the last piece of work until it is done, but not for
    /// ever.
    void work(BooleanSupplier isOver) throws IOException, InterruptedException {
        for (int turn = 0; !isOver.getAsBoolean(); turn++) {
            int intent = turn * all + number;
            var photo = upload(intent);
            if (photo.isPresent()) edit(intent, photo.get());
            readBack();
            checkLogin(turn);
            Thread.sleep(PAUSE);
        }
    }

    private Optional<String> upload(int intent) throws IOException, InterruptedException {
        var bytes = picture(parts.pictures, intent);
        parts.history.add(new Event.Uploading(nowMs(), intent));
        var answer =
                insist(
                        intent,
                        "upload",
                        () -> request("/api/v1/photos").POST(BodyPublishers.ofByteArray(bytes)));
        if (answer.isEmpty()) return Optional.empty();
        var photo = answer.get().json().path("id").asText();
        kept.put(photo, new Kept(Digest.of(bytes).hex()));
        parts.history.add(new Event.Uploaded(nowMs(), intent, photo, answer.get().dataCenter));
        return Optional.of(photo);
    }

    private void edit(int intent, String photo) throws IOException, InterruptedException {
        var key = "drill-%d-%d".formatted(parts.seed, intent);
        parts.history.add(new Event.Intended(nowMs(), intent, key));
        var body = DrillRecipe.body(intent, photo);
        var answer =
                insist(
                        intent,
                        "edit",
                        () -> post("/api/v1/jobs", body).header("Idempotency-Key", key));
        if (answer.isEmpty()) return;
        var job = answer.get().json().path("id").asText();
        parts.history.add(new Event.Accepted(nowMs(), intent, job));
        var end = ask("look", request("/api/v1/jobs/" + job).header("Prefer", "wait=2").GET());
        if (!end.isGood()) return;
        var state = end.json().path("state").asText();
        if (!isOpen(state)) parts.history.add(new Event.Ended(nowMs(), intent, job, state));
    }

    private static boolean isOpen(String state) {
        return List.of("queued", "running").contains(state);
    }

    private void readBack() throws InterruptedException {
        if (kept.isEmpty()) return;
        var ids = List.copyOf(kept.keySet());
        var photo = ids.get(parts.random.nextInt(ids.size()));
        var answer = ask("read", request("/api/v1/photos/" + photo + "/content").GET());
        // A data center that does not answer is no news of the photo.
        if (answer.status == NO_ANSWER || isGateway(answer)) return;
        judge(photo, answer, false);
    }

    /// The load balancer's own words: nobody behind it answers.
    private static boolean isGateway(Answer answer) {
        return answer.status >= BROKEN
                && !new String(answer.body, StandardCharsets.UTF_8).contains("SL-");
    }

    private void judge(String photo, Answer answer, boolean isLast) {
        var fault = "";
        if (!answer.isGood()) fault = "status " + answer.status;
        else if (!Digest.of(answer.body).hex().equals(digest(photo))) fault = "wrong bytes";
        parts.history.add(new Event.ReadBack(nowMs(), photo, answer.dataCenter, fault, isLast));
    }

    private String digest(String photo) {
        return Optional.ofNullable(kept.get(photo)).map(Kept::digest).orElse("");
    }

    private void checkLogin(int turn) throws InterruptedException {
        var answer = ask("login", request("/api/v1/session").GET());
        noteLogin(answer);
        if (turn % SIGN_IN_EACH > 0) return;
        var signIn =
                json(HttpRequest.newBuilder(URI.create("http://x/api/v1/session")), email + "}");
        noteLogin(ask("sign-in", signIn.timeout(ANSWER_MOST)));
    }

    private void noteLogin(Answer answer) {
        if (answer.status == UNKNOWN_LOGIN)
            parts.history.add(new Event.LoggedOut(nowMs(), number, answer.dataCenter));
    }

    /// In the end: each job and photo as every data center has them.
    void collect() throws IOException, InterruptedException {
        awaitEnds();
        var first = true;
        for (var center : parts.dataCenters.keySet()) {
            noteLogin(askAt(center, "login", request("/api/v1/session").GET()));
            for (var job : pages(center, "jobs")) found(center, job, first);
            if (first)
                for (var photo : pages(center, "photos"))
                    if (photo.hasNonNull("job")) keptOf(photo);
            for (var photo : kept.keySet())
                judge(
                        photo,
                        sure(center, () -> request("/api/v1/photos/" + photo + "/content").GET()),
                        true);
            first = false;
        }
    }

    private void keptOf(JsonNode photo) {
        parts.history.add(
                new Event.Kept(
                        nowMs(),
                        photo.path("id").asText(),
                        photo.path("job").asText(),
                        photo.path("digest").asText()));
    }

    /// What the first data center has is the end; another one must say the same.
    private void found(String center, JsonNode job, boolean isFirst)
            throws IOException, InterruptedException {
        var id = job.path("id").asText();
        var state = job.path("state").asText();
        int intent = DrillRecipe.intent(job);
        if (!isFirst) {
            parts.history.add(new Event.Ended(nowMs(), intent, id, state));
            return;
        }
        boolean isDead = state.equals("failed") && job.path("error").path("retryable").asBoolean();
        var digest = "";
        if (state.equals("succeeded")) {
            var result = sure(center, () -> request("/api/v1/jobs/" + id + "/result").GET());
            if (result.isGood()) digest = Digest.of(result.body).hex();
        }
        parts.history.add(new Event.Found(nowMs(), id, intent, state, isDead, digest));
    }

    private void awaitEnds() throws IOException, InterruptedException {
        var until = now().plus(OPEN_MOST);
        for (var center : parts.dataCenters.keySet())
            while (now().isBefore(until)
                    && pages(center, "jobs").stream()
                            .anyMatch(j -> isOpen(j.path("state").asText())))
                Thread.sleep(LOOK_AGAIN);
    }

    private List<JsonNode> pages(String center, String what)
            throws IOException, InterruptedException {
        var found = new ArrayList<JsonNode>();
        var from = "";
        do {
            var path = "/api/v1/" + what + "?limit=" + PAGE + from;
            var page = sure(center, () -> request(path).GET()).json();
            page.path(what).forEach(found::add);
            from = page.hasNonNull("next") ? "&cursor=" + page.path("next").asText() : "";
        } while (!from.isEmpty());
        return found;
    }

    private interface Ask {
        HttpRequest.Builder request();
    }

    /// Asks until it is done. Empty if it was refused, or never answered.
    private Optional<Answer> insist(int intent, String what, Ask ask)
            throws IOException, InterruptedException {
        var until = now().plus(RETRY_MOST);
        while (now().isBefore(until)) {
            var answer = ask(what, ask.request());
            if (answer.isGood()) return Optional.of(answer);
            if (answer.isFinal()) {
                refused(intent, what, answer);
                return Optional.empty();
            }
            parts.history.add(new Event.Retried(nowMs(), intent, what + " " + answer.status));
            Thread.sleep(PAUSE);
        }
        return Optional.empty();
    }

    /// A photo that has not arrived in this data center yet is no fault of the edit: it is one of
    /// the copies, and judged as such.
    private void refused(int intent, String what, Answer answer) throws IOException {
        noteLogin(answer);
        if (answer.status == UNKNOWN_LOGIN) return;
        var said = answer.json().path("detail").asText();
        if (answer.status == MISSING && what.equals("edit")) lastKept(answer);
        else
            parts.history.add(
                    new Event.Refused(nowMs(), intent, answer.status, what + ": " + said));
    }

    private void lastKept(Answer answer) {
        var photo = List.copyOf(kept.keySet()).getLast();
        parts.history.add(
                new Event.ReadBack(nowMs(), photo, answer.dataCenter, "cannot be edited", false));
    }

    /// From one data center, which has to answer.
    private Answer sure(String center, Ask ask) throws InterruptedException {
        var until = now().plus(SETUP_MOST);
        while (true) {
            var answer = askAt(center, "collect", ask.request());
            if (answer.isGood() || answer.isFinal() || now().isAfter(until)) return answer;
            Thread.sleep(PAUSE);
        }
    }

    private Answer ask(String what, HttpRequest.Builder request) throws InterruptedException {
        var address = parts.resolver.address(number);
        if (address.isEmpty()) {
            Thread.sleep(PAUSE);
            return new Answer("", NO_ANSWER, new byte[0], Optional.empty());
        }
        var center =
                parts.dataCenters.entrySet().stream()
                        .filter(e -> e.getValue().equals(address.get()))
                        .map(Map.Entry::getKey)
                        .findFirst()
                        .orElseThrow(
                                () -> new IllegalStateException("nobody is at " + address.get()));
        return askAt(center, what, request);
    }

    private Answer askAt(String center, String what, HttpRequest.Builder request)
            throws InterruptedException {
        var path = request.build().uri();
        var address = Optional.ofNullable(parts.dataCenters.get(center)).orElseThrow();
        var uri =
                "http://%s:%d%s%s"
                        .formatted(
                                address,
                                DrillCenter.WEB_PORT,
                                path.getRawPath(),
                                path.getRawQuery() == null ? "" : "?" + path.getRawQuery());
        long beganMs = nowMs();
        Answer answer;
        try {
            var came =
                    parts.http.send(
                            request.uri(URI.create(uri)).build(), BodyHandlers.ofByteArray());
            answer = new Answer(center, came.statusCode(), came.body(), cookie(came));
        } catch (IOException e) {
            answer = new Answer(center, NO_ANSWER, new byte[0], Optional.empty());
        }
        parts.history.add(
                new Event.Served(beganMs, number, center, what, answer.status, nowMs() - beganMs));
        return answer;
    }

    private static Optional<String> cookie(HttpResponse<?> answer) {
        return answer.headers().firstValue("Set-Cookie").map(c -> c.replaceFirst(";.*", ""));
    }

    private HttpRequest.Builder post(String path, String body) {
        return json(request(path), body);
    }

    private static HttpRequest.Builder json(HttpRequest.Builder request, String body) {
        return request.header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(body));
    }

    /// The host comes when it is known.
    private HttpRequest.Builder request(String path) {
        var request = HttpRequest.newBuilder(URI.create("http://x" + path)).timeout(ANSWER_MOST);
        return cookie.isEmpty() ? request : request.header("Cookie", cookie);
    }

    private Instant now() {
        return parts.clock.instant();
    }

    private long nowMs() {
        return parts.clock.millis();
    }
}
