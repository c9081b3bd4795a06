package safelight.archive;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import safelight.base.AccountId;
import safelight.base.JobId;
import safelight.base.PhotoId;
import safelight.catalog.History;
import safelight.catalog.Job;

/// A row of jobs.jsonl.
final class JobLine {
    private JobLine() {}

    static Job read(Fields line) {
        var order =
                new Job.Order(
                                new AccountId(line.text("account")),
                                new PhotoId(line.text("photo")),
                                line.text("recipe"),
                                line.constant("purpose", Job.Purpose.class),
                                line.constant("priority", Job.Priority.class),
                                line.maybeObject("key")
                                        .map(key ->
                                                new Job.Key(key.text("value"), key.text("print"))),
                                line.text("request"),
                                line.text("dataCenter"),
                                line.instant("created"),
                                Optional.empty())
                        .telling(line.maybeText("webhook"))
                        .weighing(
                                line.maybeObject("weight")
                                        .map(JobLine::weight)
                                        .orElse(Job.Weight.NONE));
        return new Job(
                new JobId(line.text("id")),
                order,
                status(line.object("status")),
                line.number("version"));
    }

    private static Job.Status status(Fields status) {
        return new Job.Status(
                status.constant("state", Job.State.class),
                status.small("attempt"),
                status.small("strikes"),
                status.fraction("progress"),
                status.maybeText("worker"),
                status.maybeInstant("started"),
                status.maybeInstant("finished"),
                status.maybeObject("error").map(JobLine::reason),
                status.maybeText("result").map(PhotoId::new),
                status.maybeText("history").map(History::read).orElse(List.of()));
    }

    private static Job.Weight weight(Fields weight) {
        return new Job.Weight(weight.number("cost"), weight.number("bytes"));
    }

    private static Job.Reason reason(Fields error) {
        return new Job.Reason(error.text("code"), error.text("message"), error.flag("retryable"));
    }

    static ObjectNode write(Job job) {
        var order = job.order();
        var line =
                JsonNodeFactory.instance
                        .objectNode()
                        .put("id", job.id().value())
                        .put("account", order.account().value())
                        .put("photo", order.photo().value())
                        .put("recipe", order.recipe())
                        .put("purpose", order.purpose().name().toLowerCase(Locale.ROOT))
                        .put("priority", order.priority().name().toLowerCase(Locale.ROOT))
                        .put("request", order.request())
                        .put("dataCenter", order.dataCenter())
                        .put("created", order.created().toString())
                        .put("version", job.version());
        order.webhook().ifPresent(url -> line.put("webhook", url));
        line.putObject("weight")
                .put("cost", order.weight().cost())
                .put("bytes", order.weight().bytes());
        order.key()
                .ifPresent(key ->
                        line.putObject("key")
                                .put("value", key.value())
                                .put("print", key.fingerprint()));
        write(job.status(), line.putObject("status"));
        return line;
    }

    private static void write(Job.Status status, ObjectNode to) {
        to.put("state", status.state().name().toLowerCase(Locale.ROOT))
                .put("attempt", status.attempt())
                .put("strikes", status.strikes())
                .put("progress", status.progress());
        status.worker().ifPresent(worker -> to.put("worker", worker));
        status.started().ifPresent(time -> to.put("started", time.toString()));
        status.finished().ifPresent(time -> to.put("finished", time.toString()));
        status.error()
                .ifPresent(error ->
                        to.putObject("error")
                                .put("code", error.code())
                                .put("message", error.message())
                                .put("retryable", error.retryable()));
        status.result().ifPresent(result -> to.put("result", result.value()));
        if (!status.history().isEmpty()) to.put("history", History.write(status.history()));
    }
}
