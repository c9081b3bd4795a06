package safelight.web;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
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
import safelight.imaging.BadRecipe;
import safelight.imaging.Format;
import safelight.imaging.Operation;
import safelight.imaging.Operations;
import safelight.imaging.Output;
import safelight.imaging.Recipe;
import safelight.jobs.JobFailure;
import safelight.jobs.Jobs;
import safelight.photos.PhotoFailure;
import safelight.photos.Photos;
import safelight.web.Route.Access;

/// Hand in, look at, wait for, cancel and retry jobs.
final class JobCalls {
    private static final Duration WAIT_MAX = Duration.ofSeconds(30);
    private static final int KEY_MAX = 200;

    private final Jobs jobs;
    private final Photos photos;
    private final Formats formats;
    private final Bytes jsonMost;

    JobCalls(Jobs jobs, Photos photos, Formats formats, Bytes jsonMost) {
        this.jobs = jobs;
        this.photos = photos;
        this.formats = formats;
        this.jsonMost = jsonMost;
    }

    List<Route> routes() {
        return List.of(
                new Route("POST", "/api/v1/jobs", Access.SIGNED_IN, this::accept),
                new Route("GET", "/api/v1/jobs", Access.SIGNED_IN, this::list),
                new Route("GET", "/api/v1/jobs/dead", Access.ADMINISTRATOR, this::dead),
                new Route("GET", "/api/v1/jobs/{id}", Access.SIGNED_IN, this::job),
                new Route("DELETE", "/api/v1/jobs/{id}", Access.SIGNED_IN, this::cancel),
                new Route("GET", "/api/v1/jobs/{id}/result", Access.SIGNED_IN, this::result),
                new Route("POST", "/api/v1/jobs/{id}/retry", Access.SIGNED_IN, this::retry));
    }

    private void accept(Exchange exchange) throws IOException, InterruptedException {
        var body = JsonBody.read(exchange, jsonMost, "photo", "operations", "output", "priority");
        var photoId = body.text("photo");
        var priority = body.choice("priority", Job.Priority.NORMAL);
        var operations = operations(body);
        var key = key(exchange);
        var wait = exchange.wait(WAIT_MAX);
        body.check();
        var photo = photo(exchange, photoId);
        var output = output(body, photo);
        body.check();
        var job =
                jobs.accept(
                        new Jobs.Wanted(
                                photo,
                                new Recipe(operations, output),
                                Job.Purpose.EDIT,
                                priority,
                                key,
                                exchange.id()));
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
        exchange.json(200, Paging.json(() -> jobs.list(account, state, page), "jobs", this::json));
    }

    private void dead(Exchange exchange) throws IOException {
        var page = Paging.request(exchange);
        exchange.json(200, Paging.json(() -> jobs.dead(page), "jobs", this::json));
    }

    private void job(Exchange exchange) throws IOException, InterruptedException {
        var job = find(exchange);
        var wait = exchange.wait(WAIT_MAX);
        exchange.json(200, json(wait.isPresent() ? jobs.await(job, wait.get()) : job));
    }

    private void cancel(Exchange exchange) throws IOException {
        jobs.cancel(exchange.who().account().id(), find(exchange).id());
        exchange.empty(204);
    }

    private void retry(Exchange exchange) throws IOException {
        var job = jobs.retry(exchange.who().account().id(), find(exchange).id());
        exchange.json(202, json(job));
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
        var id = exchange.parameter("id");
        if (!Ulids.isUlid(id)) throw new JobFailure.Unknown();
        return jobs.find(exchange.who().account().id(), new JobId(id));
    }

    private Photo photo(Exchange exchange, String id) {
        if (!Ulids.isUlid(id)) throw new PhotoFailure.Unknown();
        return photos.find(exchange.who().account().id(), new PhotoId(id));
    }

    private static List<Operation> operations(JsonBody body) {
        var list = new ArrayList<Operation>();
        var given = body.get("operations");
        if (given.isEmpty()) return list;
        if (!given.get().isArray()) {
            body.wrong("/operations", "This is an array of operations.");
            return list;
        }
        if (given.get().size() > Recipe.OPERATIONS_MAX) {
            body.wrong(
                    "/operations",
                    "A job has at most %d operations, not %d."
                            .formatted(Recipe.OPERATIONS_MAX, given.get().size()));
            return list;
        }
        for (int i = 0; i < given.get().size(); i++)
            operation(body, given.get().get(i), "/operations/" + i).ifPresent(list::add);
        return list;
    }

    private static Optional<Operation> operation(JsonBody body, JsonNode node, String where) {
        if (!node.isObject() || !node.path("op").isTextual()) {
            body.wrong(
                    where + (node.isObject() ? "/op" : ""),
                    "An operation is like {\"op\": \"blur\", \"sigma\": 2}.");
            return Optional.empty();
        }
        var values = JsonBody.values(node);
        values.remove("op");
        try {
            return Optional.of(Operations.read(node.get("op").textValue(), values));
        } catch (BadRecipe e) {
            e.under(where).problem().faults().forEach(f -> body.wrong(f.pointer(), f.detail()));
            return Optional.empty();
        }
    }

    private Output output(JsonBody body, Photo photo) {
        var own = Format.byId(photo.format()).filter(f -> formats.encodes(f)).orElse(Format.JPEG);
        var given = body.get("output");
        if (given.isEmpty()) return new Output(own, Output.QUALITY_DEFAULT);
        var node = given.get();
        if (!node.isObject()) {
            body.wrong("/output", "The output is like {\"format\": \"jpeg\", \"quality\": 80}.");
            return new Output(own, Output.QUALITY_DEFAULT);
        }
        for (var name : (Iterable<String>) node::fieldNames)
            if (!name.equals("format") && !name.equals("quality"))
                body.wrong("/output/" + name, "There is no such field; there are format, quality.");
        return new Output(format(body, node, own), quality(body, node));
    }

    private Format format(JsonBody body, JsonNode output, Format otherwise) {
        if (!output.hasNonNull("format")) return otherwise;
        var format = Format.byId(output.get("format").asText()).filter(formats::encodes);
        if (format.isEmpty())
            body.wrong(
                    "/output/format",
                    "This installation writes " + String.join(", ", formats.encodes()) + ".");
        return format.orElse(otherwise);
    }

    private static int quality(JsonBody body, JsonNode output) {
        if (!output.hasNonNull("quality")) return Output.QUALITY_DEFAULT;
        var node = output.get("quality");
        if (node.isInt() && node.intValue() >= 1 && node.intValue() <= 100) return node.intValue();
        body.wrong("/output/quality", "The quality is a whole number from 1 to 100.");
        return Output.QUALITY_DEFAULT;
    }

    private static Optional<String> key(Exchange exchange) {
        var key = exchange.header("Idempotency-Key").map(String::strip);
        if (key.isPresent() && (key.get().isEmpty() || key.get().length() > KEY_MAX))
            throw new WebFailure.WrongParameter(
                    "An Idempotency-Key has 1 to " + KEY_MAX + " characters.");
        return key.map(k -> "client:" + k);
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
