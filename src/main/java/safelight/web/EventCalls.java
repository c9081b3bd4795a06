package safelight.web;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import safelight.base.AccountId;
import safelight.base.JobId;
import safelight.catalog.Job;
import safelight.jobs.Feed;
import safelight.jobs.JobFailure;
import safelight.jobs.Jobs;
import safelight.observe.Health;
import safelight.queue.JobChanged;
import safelight.web.Route.Access;

/// Every change of the account's jobs as server-sent events (WHATWG HTML, section 9.2). The log of
/// changes in the catalog says what happened, so that a client may go on at any web server where it
/// left off; announcements only say when to look. Progress is not logged and has no id.
final class EventCalls {
    static final String PATH = "/api/v1/events";

    private static final Duration LOOK_AGAIN = Duration.ofSeconds(2);
    private static final Duration STILL_HERE = Duration.ofSeconds(10);
    private static final int BATCH_MAX = 200;

    private final Jobs jobs;
    private final Doorman doorman;
    private final Health health;
    private final Clock clock;

    EventCalls(Jobs jobs, Doorman doorman, Health health, Clock clock) {
        this.jobs = jobs;
        this.doorman = doorman;
        this.health = health;
        this.clock = clock;
    }

    List<Route> routes() {
        return List.of(new Route("GET", PATH, Access.SIGNED_IN, this::events));
    }

    private void events(Exchange exchange) throws IOException, InterruptedException {
        var account = exchange.who().account().id();
        var resume = resume(exchange);
        exchange.set("Content-Type", "text/event-stream");
        exchange.set("Cache-Control", "no-store");
        exchange.set("X-Accel-Buffering", "no");
        try (var ear = jobs.listen(account);
                var out = exchange.begin(200, -1)) {
            if (exchange.isHead()) return;
            long last = resume.orElseGet(() -> jobs.lastEvent(account));
            write(out, "retry: 1000\n: connected\n\n");
            follow(exchange, account, ear, new Position(out, last));
        }
    }

    private void follow(Exchange exchange, AccountId account, Feed.Ear ear, Position at)
            throws IOException, InterruptedException {
        var checked = clock.instant();
        while (health.isServing()) {
            send(account, at);
            var hint = ear.next(LOOK_AGAIN);
            if (hint.isPresent() && hint.get().kind() == JobChanged.Kind.PROGRESS)
                progress(account, hint.get(), at.out);
            if (clock.instant().isBefore(checked.plus(STILL_HERE))) continue;
            checked = clock.instant();
            if (doorman.recognize(exchange.raw()).isEmpty()) return;
            write(at.out, ": still here\n\n");
        }
        write(at.out, ": this server is stopping, come back\n\n");
    }

    /// Where a client is in the log of changes.
    private static final class Position {
        private final OutputStream out;
        private long last;

        Position(OutputStream out, long last) {
            this.out = out;
            this.last = last;
        }
    }

    /// Asked before the answer begins, since then it cannot be refused any more.
    private static Optional<Long> resume(Exchange exchange) {
        try {
            return exchange.header("Last-Event-ID")
                    .or(() -> exchange.query("lastEventId"))
                    .map(String::strip)
                    .map(Long::valueOf);
        } catch (NumberFormatException e) {
            throw new WebFailure.WrongParameter("Last-Event-ID is the id of an event.");
        }
    }

    /// Sends what changed. A job that changed several times is sent once, as it stands now.
    private void send(AccountId account, Position at) throws IOException {
        while (true) {
            var events = jobs.events(account, at.last, BATCH_MAX);
            if (events.isEmpty()) return;
            var latest = new LinkedHashMap<JobId, Long>();
            for (var event : events) {
                latest.remove(event.job());
                latest.put(event.job(), event.sequence());
            }
            for (var entry : latest.entrySet()) {
                var job = find(account, entry.getKey());
                if (job.isPresent())
                    write(at.out, "id: " + entry.getValue() + "\n" + event(job.get()));
            }
            at.last = events.getLast().sequence();
        }
    }

    private void progress(AccountId account, JobChanged change, OutputStream out)
            throws IOException {
        var job = find(account, change.job());
        if (job.isEmpty() || job.get().status().state() != Job.State.RUNNING) return;
        // The log does not tell of their end, so a client would wait for it for ever.
        if (job.get().order().purpose() == Job.Purpose.THUMBNAIL) return;
        var node = Json.job(job.get(), Optional.empty()).put("progress", change.progress());
        write(
                out,
                "event: job\ndata: "
                        + new String(Json.bytes(node), StandardCharsets.UTF_8)
                        + "\n\n");
    }

    private Optional<Job> find(AccountId account, JobId id) {
        try {
            return Optional.of(jobs.find(account, id));
        } catch (JobFailure.Unknown e) {
            return Optional.empty();
        }
    }

    private String event(Job job) {
        var json = Json.bytes(Json.job(job, jobs.findResult(job)));
        return "event: job\ndata: " + new String(json, StandardCharsets.UTF_8) + "\n\n";
    }

    private static void write(OutputStream out, String text) throws IOException {
        out.write(text.getBytes(StandardCharsets.UTF_8));
        out.flush();
    }
}
