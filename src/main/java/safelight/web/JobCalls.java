package safelight.web;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import safelight.base.Bytes;
import safelight.base.JobId;
import safelight.base.PhotoId;
import safelight.base.Ulids;
import safelight.catalog.Job;
import safelight.catalog.Photo;
import safelight.jobs.Batches;
import safelight.jobs.JobFailure;
import safelight.jobs.Jobs;
import safelight.photos.PhotoFailure;
import safelight.photos.Photos;
import safelight.web.Route.Access;
import safelight.webhooks.Webhooks;

/// Hand in, look at, wait for, cancel and retry jobs.
final class JobCalls {
    private static final Duration WAIT_MAX = Duration.ofSeconds(30);

    private final Jobs jobs;
    private final Batches batches;
    private final Photos photos;
    private final Formats formats;
    private final Bytes jsonMost;
    private final Webhooks webhooks;

    JobCalls(
            Jobs jobs,
            Batches batches,
            Photos photos,
            Formats formats,
            Bytes jsonMost,
            Webhooks webhooks) {
        this.jobs = jobs;
        this.batches = batches;
        this.photos = photos;
        this.formats = formats;
        this.jsonMost = jsonMost;
        this.webhooks = webhooks;
    }

    List<Route> routes() {
        return List.of(
                new Route("POST", "/api/v1/jobs", Access.SIGNED_IN, this::accept),
                new Route("GET", "/api/v1/jobs", Access.SIGNED_IN, this::list),
                new Route("GET", "/api/v1/jobs/{id}", Access.SIGNED_IN, this::job),
                new Route("DELETE", "/api/v1/jobs/{id}", Access.SIGNED_IN, this::cancel),
                new Route("GET", "/api/v1/jobs/{id}/result", Access.SIGNED_IN, this::result),
                new Route("POST", "/api/v1/jobs/{id}/retry", Access.SIGNED_IN, this::retry));
    }

    private void accept(Exchange exchange) throws IOException, InterruptedException {
        var body =
                JsonBody.read(
                        exchange, jsonMost, "photo", "operations", "output", "priority", "webhook");
        var photoId = body.text("photo");
        var priority = body.choice("priority", Job.Priority.NORMAL);
        var recipe = RecipeBody.read(body, formats, id -> marked(exchange, id));
        var webhook = WebhookCalls.url(body, webhooks);
        var key = exchange.idempotencyKey();
        var wait = exchange.wait(WAIT_MAX);
        body.check();
        var photo = photo(exchange, photoId);
        var job =
                jobs.accept(
                        new Jobs.Wanted(
                                photo,
                                recipe.recipe(photo),
                                Job.Purpose.EDIT,
                                priority,
                                key,
                                exchange.id(),
                                webhook));
        exchange.set("Location", "/api/v1/jobs/" + job.id());
        answer(exchange, job, wait);
    }

    private void answer(Exchange exchange, Job job, Optional<Duration> wait)
            throws IOException, InterruptedException {
        if (wait.isEmpty()) {
            exchange.json(202, json(job));
            return;
        }
        exchange.set("Preference-Applied", "wait=" + wait.get().toSeconds());
        var later = jobs.await(job, wait.get());
        exchange.json(later.status().state().isFinal() ? 200 : 202, json(later));
    }

    private void list(Exchange exchange) throws IOException {
        var page = Paging.request(exchange);
        var state = exchange.query("state").map(JobCalls::state);
        var account = exchange.who().account().id();
        var batch = exchange.query("batch").map(BatchCalls::id);
        exchange.json(
                200,
                Paging.json(
                        () ->
                                batch.isPresent()
                                        ? batches.jobs(account, batch.get(), state, page)
                                        : jobs.list(account, state, page),
                        "jobs",
                        this::json));
    }

    private void job(Exchange exchange) throws IOException, InterruptedException {
        var job = findOwnOrDead(exchange);
        var wait = exchange.wait(WAIT_MAX);
        var later = wait.isPresent() ? jobs.await(job, wait.get()) : job;
        exchange.json(200, isOwn(exchange, job) ? json(later) : Json.deadJob(later));
    }

    private void cancel(Exchange exchange) throws IOException {
        jobs.cancel(exchange.who().account().id(), find(exchange).id());
        exchange.empty(204);
    }

    private void retry(Exchange exchange) throws IOException {
        var job = findOwnOrDead(exchange);
        var again = jobs.retry(job.order().account(), job.id());
        exchange.json(202, isOwn(exchange, job) ? json(again) : Json.deadJob(again));
    }

    private void result(Exchange exchange) throws IOException {
        var photo = jobs.result(find(exchange));
        BlobAnswer.send(
                exchange,
                new BlobAnswer.Piece(
                        photos.content(photo), photo.digest(), photo.format(), photo.name(), true));
    }

    private ObjectNode json(Job job) {
        return Json.job(job, jobs.findResult(job));
    }

    private Job find(Exchange exchange) {
        return jobs.find(exchange.who().account().id(), id(exchange));
    }

    /// The administrator sees the dead jobs of all accounts.
    private Job findOwnOrDead(Exchange exchange) {
        if (!exchange.who().account().administrator()) return find(exchange);
        try {
            return find(exchange);
        } catch (JobFailure.Unknown _) {
            return jobs.findDead(id(exchange));
        }
    }

    private static boolean isOwn(Exchange exchange, Job job) {
        return job.order().account().equals(exchange.who().account().id());
    }

    private static JobId id(Exchange exchange) {
        var id = exchange.parameter("id");
        if (!Ulids.isUlid(id)) throw new JobFailure.Unknown();
        return new JobId(id);
    }

    private Optional<Photo> marked(Exchange exchange, String id) {
        return photos.findOwn(exchange.who().account().id(), id);
    }

    private Photo photo(Exchange exchange, String id) {
        if (!Ulids.isUlid(id)) throw new PhotoFailure.Unknown();
        return photos.find(exchange.who().account().id(), new PhotoId(id));
    }

    private static Job.State state(String text) {
        return Arrays.stream(Job.State.values())
                .filter(s -> s.name().toLowerCase(Locale.ROOT).equals(text))
                .findFirst()
                .orElseThrow(() ->
                        new WebFailure.WrongParameter(
                                "'state' is one of "
                                        + Arrays.stream(Job.State.values())
                                                .map(Json::lower)
                                                .collect(Collectors.joining(", "))
                                        + "."));
    }
}
