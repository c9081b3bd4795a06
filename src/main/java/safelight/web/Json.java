package safelight.web;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.util.JsonRecyclerPools;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.Locale;
import java.util.Optional;
import safelight.base.Problem;
import safelight.catalog.Account;
import safelight.catalog.Delivery;
import safelight.catalog.Job;
import safelight.catalog.Photo;
import safelight.catalog.Token;
import safelight.catalog.Upload;
import safelight.imaging.Developed;
import safelight.imaging.Operation;
import safelight.imaging.Recipe;
import safelight.jobs.Batches;
import safelight.webhooks.Webhooks;

/// JSON in and out: the one place that knows how the API's objects look. Empty values are left out.
final class Json {
    private static final int DEPTH_MAX = 32;

    /// Sets of buffers kept for the next answer. Jackson's default keeps them with the thread, and
    /// each request has a thread of its own.
    private static final int BUFFERS_MAX = 64;

    private static final JsonMapper MAPPER =
            JsonMapper.builder(
                            JsonFactory.builder()
                                    .recyclerPool(JsonRecyclerPools.newBoundedPool(BUFFERS_MAX))
                                    .build())
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                    .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
                    .build();

    static {
        MAPPER.getFactory()
                .setStreamReadConstraints(
                        StreamReadConstraints.builder()
                                .maxNestingDepth(DEPTH_MAX)
                                .maxNumberLength(40)
                                .build());
    }

    private Json() {}

    static byte[] bytes(JsonNode node) {
        try {
            return MAPPER.writeValueAsBytes(node);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree of JSON cannot be written", e);
        }
    }

    static JsonNode parse(byte[] body) {
        try {
            var node = MAPPER.readTree(body);
            if (node == null || node.isMissingNode())
                throw new WebFailure.NotJson("The body is empty; send a JSON object.");
            return node;
        } catch (JsonProcessingException e) {
            throw new WebFailure.NotJson("The body is not valid JSON%s.".formatted(fault(e)));
        } catch (IOException e) {
            throw new IllegalStateException("reading from memory failed", e);
        }
    }

    /// Where and what. What the parser says in brackets names its own classes; a broken limit, such
    /// as that of depth, has no place.
    private static String fault(JsonProcessingException e) {
        var at = e.getLocation();
        var what = e.getOriginalMessage().lines().findFirst().orElse("").replaceFirst(" \\(.*", "");
        if (at == null) return ": " + what;
        return ", at line %d, column %d: %s".formatted(at.getLineNr(), at.getColumnNr(), what);
    }

    static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }

    static ObjectNode problem(Problem problem) {
        var node =
                object().put("type", "/errors/" + problem.code())
                        .put("title", problem.title())
                        .put("status", problem.status())
                        .put("detail", problem.detail())
                        .put("code", problem.code());
        if (!problem.faults().isEmpty()) {
            var errors = node.putArray("errors");
            for (var fault : problem.faults())
                errors.addObject().put("pointer", fault.pointer()).put("detail", fault.detail());
        }
        return node;
    }

    static ObjectNode account(Account account) {
        return object().put("id", account.id().value())
                .put("email", account.email())
                .put("name", account.name())
                .put("administrator", account.administrator())
                .put("avatar", account.avatar().isPresent())
                .put("createdAt", account.created().toString());
    }

    static ObjectNode token(Token token) {
        var node =
                object().put("id", token.id().value())
                        .put("name", token.name())
                        .put("createdAt", token.created().toString());
        token.used().ifPresent(u -> node.put("lastUsedAt", u.toString()));
        return node;
    }

    static ObjectNode photo(Photo photo) {
        var node =
                object().put("id", photo.id().value())
                        .put("digest", photo.digest().hex())
                        .put("width", photo.widthPx())
                        .put("height", photo.heightPx())
                        .put("format", photo.format())
                        .put("bytes", photo.size())
                        .put("frames", photo.frames().here())
                        .put("name", photo.name())
                        .put("createdAt", photo.created().toString());
        photo.origin()
                .ifPresent(o -> node.put("parent", o.photo().value()).put("job", o.job().value()));
        return node;
    }

    static ObjectNode upload(Upload upload) {
        var node =
                object().put("id", upload.id().value())
                        .put("name", upload.name())
                        .put("offset", upload.offset())
                        .put("length", upload.size())
                        .put("createdAt", upload.created().toString())
                        .put("expiresAt", upload.expires().toString());
        if (upload.offset() == upload.size()) node.put("photo", upload.photo().value());
        return node;
    }

    static ObjectNode job(Job job, Optional<Photo> result) {
        var order = job.order();
        var status = job.status();
        var recipe = Recipe.parse(order.recipe());
        var node = object().put("id", job.id().value()).put("photo", order.photo().value());
        var operations = node.putArray("operations");
        for (var operation : recipe.operations()) operations.add(operation(operation));
        var output = node.putObject("output");
        output.put("format", recipe.output().format().id())
                .put("quality", recipe.output().quality());
        if (recipe.output().isLossless()) output.put("lossless", true);
        if (recipe.output().isBestEffort()) output.put("bestEffort", true);
        node.put("priority", lower(order.priority()))
                .put("state", lower(status.state()))
                .put("attempt", status.attempt())
                .put("progress", status.progress())
                .put("createdAt", order.created().toString());
        status.started().ifPresent(t -> node.put("startedAt", t.toString()));
        status.finished().ifPresent(t -> node.put("finishedAt", t.toString()));
        status.worker().ifPresent(w -> node.put("worker", w));
        node.put("dataCenter", order.dataCenter());
        order.batch().ifPresent(b -> node.put("batch", b.value()));
        order.webhook().ifPresent(url -> node.put("webhook", url));
        status.error()
                .ifPresent(e ->
                        node.putObject("error")
                                .put("code", e.code())
                                .put("message", e.message())
                                .put("retryable", e.retryable()));
        var attempts = status.attempts();
        if (!attempts.isEmpty()) {
            var list = node.putArray("attempts");
            attempts.forEach(each -> list.add(attempt(each)));
        }
        result.ifPresent(p -> node.set("result", result(job, p)));
        return node;
    }

    /// A dead job as the administrator sees it: with whose it is.
    static ObjectNode deadJob(Job job) {
        return job(job, Optional.empty()).put("account", job.order().account().value());
    }

    private static ObjectNode attempt(Job.Attempt attempt) {
        var node =
                object().put("number", attempt.number())
                        .put("worker", attempt.worker())
                        .put("startedAt", attempt.started().toString());
        attempt.ended().ifPresent(t -> node.put("endedAt", t.toString()));
        attempt.outcome().ifPresent(o -> node.put("outcome", lower(o)));
        attempt.code().ifPresent(c -> node.put("code", c));
        return node;
    }

    static ObjectNode batch(Batches.Progress progress) {
        var batch = progress.batch();
        var counts = progress.counts();
        var node =
                object().put("id", batch.id().value())
                        .put("priority", lower(batch.priority()))
                        .put("createdAt", batch.created().toString())
                        .put("total", batch.total());
        node.putObject("counts")
                .put("queued", counts.queued())
                .put("running", counts.running())
                .put("succeeded", counts.succeeded())
                .put("failed", counts.failed())
                .put("cancelled", counts.cancelled());
        batch.webhook().ifPresent(url -> node.put("webhook", url));
        return node;
    }

    static ObjectNode delivery(Delivery delivery) {
        var event = delivery.event();
        boolean isPending = delivery.state() == Delivery.State.PENDING;
        var node =
                object().put("id", delivery.id().value())
                        .put("type", event.type().word())
                        .put("subject", event.subject())
                        .put("url", event.url())
                        .put("state", lower(delivery.state()))
                        .put("tries", delivery.tries())
                        .put("createdAt", event.at().toString());
        if (isPending) node.put("nextAt", delivery.due().toString());
        return node;
    }

    static ObjectNode delivery(Webhooks.Story story) {
        var node = delivery(story.delivery());
        var attempts = node.putArray("attempts");
        for (var attempt : story.attempts()) {
            var each =
                    attempts.addObject()
                            .put("at", attempt.at().toString())
                            .put("tookMs", attempt.tookMs());
            attempt.status().ifPresent(status -> each.put("status", status));
            attempt.error().ifPresent(error -> each.put("error", error));
            if (!attempt.excerpt().isEmpty()) each.put("excerpt", attempt.excerpt());
        }
        return node;
    }

    static ObjectNode secrets(Webhooks.Secrets secrets) {
        var node =
                object().put("secret", secrets.current())
                        .put("createdAt", secrets.since().toString());
        secrets.previous().ifPresent(secret -> node.put("previousSecret", secret));
        secrets.previousUntil().ifPresent(time -> node.put("previousUntil", time.toString()));
        return node;
    }

    static String lower(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }

    private static ObjectNode result(Job job, Photo photo) {
        var node =
                object().put("photo", photo.id().value())
                        .put("digest", photo.digest().hex())
                        .put("width", photo.widthPx())
                        .put("height", photo.heightPx())
                        .put("format", photo.format())
                        .put("bytes", photo.size())
                        .put("frames", photo.frames().here())
                        .put("url", "/api/v1/jobs/" + job.id() + "/result");
        var frames = photo.frames();
        var flags = Developed.Flag.of(frames.ofSource(), frames.here());
        if (!flags.isEmpty()) {
            var list = node.putArray("flags");
            for (var flag : flags) list.add(flag.id());
        }
        return node;
    }

    private static ObjectNode operation(Operation operation) {
        var node = object().put("op", operation.op());
        operation
                .parameters()
                .forEach((name, value) -> {
                    switch (value) {
                        case Integer i -> node.put(name, i);
                        case Double d -> node.put(name, d);
                        default -> node.put(name, value.toString());
                    }
                });
        // outside, a photo's name is its id, and that may be gone
        if (operation instanceof Operation.Watermark && node.has("photo"))
            node.set("digest", node.remove("photo"));
        return node;
    }
}
