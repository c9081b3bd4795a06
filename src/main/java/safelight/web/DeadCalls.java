package safelight.web;

import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import safelight.base.AccountId;
import safelight.base.Bytes;
import safelight.base.Ulids;
import safelight.jobs.DeadJobs;
import safelight.jobs.Jobs;
import safelight.web.Route.Access;

/// List and retry dead jobs by what they have in common: each account its own, the administrator
/// those of all.
final class DeadCalls {
    private static final String PATH = "/api/v1/jobs/dead";
    private static final String OWN = "me";
    private static final int RETRIED_DEFAULT = 100;

    private final Jobs jobs;
    private final Bytes jsonMost;

    DeadCalls(Jobs jobs, Bytes jsonMost) {
        this.jobs = jobs;
        this.jsonMost = jsonMost;
    }

    List<Route> routes() {
        return List.of(
                new Route("GET", PATH, Access.SIGNED_IN, this::list),
                new Route("POST", PATH + "/retry", Access.SIGNED_IN, this::retry));
    }

    private void list(Exchange exchange) throws IOException {
        var page = Paging.request(exchange);
        var filter =
                new DeadJobs.Filter(
                        account(exchange, exchange.query("account")),
                        exchange.query("code"),
                        exchange.query("text"),
                        exchange.query("since").map(time("since")),
                        exchange.query("until").map(time("until")));
        exchange.json(
                200,
                Paging.json(
                        () -> jobs.dead().list(filter, page),
                        "jobs",
                        job ->
                                exchange.who().account().administrator()
                                        ? Json.deadJob(job)
                                        : Json.job(job, Optional.empty())));
    }

    private void retry(Exchange exchange) throws IOException {
        var body =
                JsonBody.read(
                        exchange, jsonMost, "account", "code", "text", "since", "until", "most");
        var most = most(body);
        var filter =
                new DeadJobs.Filter(
                        account(exchange, text(body, "account")),
                        text(body, "code"),
                        text(body, "text"),
                        text(body, "since").map(time("since")),
                        text(body, "until").map(time("until")));
        body.check();
        var done = jobs.dead().retry(filter, most);
        exchange.json(200, Json.object().put("retried", done.jobs()).put("more", done.more()));
    }

    private static Optional<String> text(JsonBody body, String name) {
        return body.get(name).isPresent() ? Optional.of(body.text(name)) : Optional.empty();
    }

    private static int most(JsonBody body) {
        var given = body.get("most");
        if (given.isEmpty()) return RETRIED_DEFAULT;
        int most = given.get().isInt() ? given.get().intValue() : 0;
        if (most >= 1 && most <= DeadJobs.RETRIED_MAX) return most;
        body.wrong("/most", "This is a whole number from 1 to %d.".formatted(DeadJobs.RETRIED_MAX));
        return RETRIED_DEFAULT;
    }

    /// All accounts are the administrator's only; he names his own by `me`.
    private static Optional<AccountId> account(Exchange exchange, Optional<String> asked) {
        var own = exchange.who().account();
        if (!own.administrator()) {
            if (asked.isEmpty() || asked.get().equals(OWN)) return Optional.of(own.id());
            if (asked.get().equals(own.id().value())) return Optional.of(own.id());
            throw new WebFailure.NotAdministrator();
        }
        if (asked.isEmpty()) return Optional.empty();
        if (asked.get().equals(OWN)) return Optional.of(own.id());
        if (Ulids.isUlid(asked.get())) return Optional.of(new AccountId(asked.get()));
        throw new WebFailure.WrongParameter("'account' is the id of an account, or me.");
    }

    private static Function<String, Instant> time(String name) {
        return text -> {
            try {
                return Instant.parse(text);
            } catch (DateTimeException e) {
                throw new WebFailure.WrongParameter(
                        "'%s' is a time like 2026-01-31T12:00:00Z.".formatted(name));
            }
        };
    }
}
