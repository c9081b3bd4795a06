package safelight.web;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Optional;
import safelight.base.BatchId;
import safelight.base.JobId;
import safelight.catalog.Delivery;
import safelight.jobs.BatchFailure;
import safelight.jobs.Batches;
import safelight.jobs.JobFailure;
import safelight.jobs.Jobs;
import safelight.webhooks.Messages;

/// The bodies of messages to webhooks: what happened, and the job or batch as the API shows it.
public final class WebhookMessages implements Messages {
    private final Jobs jobs;
    private final Batches batches;

    /// Of these jobs and batches.
    public WebhookMessages(Jobs jobs, Batches batches) {
        this.jobs = jobs;
        this.batches = batches;
    }

    @Override
    public Optional<byte[]> body(Delivery delivery) {
        return data(delivery.event())
                .map(data -> {
                    var node =
                            Json.object()
                                    .put("id", delivery.id().value())
                                    .put("type", delivery.event().type().word())
                                    .put("createdAt", delivery.event().at().toString());
                    node.set("data", data);
                    return Json.bytes(node);
                });
    }

    private Optional<ObjectNode> data(Delivery.Event event) {
        try {
            return Optional.of(
                    switch (event.type()) {
                        case JOB_SUCCEEDED, JOB_FAILED, JOB_CANCELLED -> job(event);
                        case BATCH_FINISHED -> batch(event);
                    });
        } catch (JobFailure.Unknown | BatchFailure.Unknown e) {
            return Optional.empty();
        }
    }

    private ObjectNode job(Delivery.Event event) {
        var job = jobs.find(event.account(), new JobId(event.subject()));
        return Json.job(job, jobs.findResult(job));
    }

    private ObjectNode batch(Delivery.Event event) {
        return Json.batch(batches.find(event.account(), new BatchId(event.subject())));
    }
}
