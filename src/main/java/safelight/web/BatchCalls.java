package safelight.web;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import safelight.base.BatchId;
import safelight.base.Bytes;
import safelight.base.PhotoId;
import safelight.base.Ulids;
import safelight.catalog.Job;
import safelight.jobs.BatchFailure;
import safelight.jobs.Batches;
import safelight.photos.Photos;
import safelight.web.Route.Access;
import safelight.webhooks.Webhooks;

/// Hand in, look at and cancel batches.
final class BatchCalls {
    private static final String PATH = "/api/v1/batches";
    private static final int FAULTS_MAX = 100;

    private final Batches batches;
    private final Photos photos;
    private final Formats formats;
    private final Bytes jsonMost;
    private final Webhooks webhooks;

    BatchCalls(Batches batches, Photos photos, Formats formats, Bytes jsonMost, Webhooks webhooks) {
        this.batches = batches;
        this.photos = photos;
        this.formats = formats;
        this.jsonMost = jsonMost;
        this.webhooks = webhooks;
    }

    List<Route> routes() {
        return List.of(
                new Route("POST", PATH, Access.SIGNED_IN, this::accept),
                new Route("GET", PATH, Access.SIGNED_IN, this::list),
                new Route("GET", PATH + "/{id}", Access.SIGNED_IN, this::batch),
                new Route("DELETE", PATH + "/{id}", Access.SIGNED_IN, this::cancel));
    }

    private void accept(Exchange exchange) throws IOException {
        var body =
                JsonBody.read(
                        exchange,
                        jsonMost,
                        "photos",
                        "operations",
                        "output",
                        "priority",
                        "webhook");
        var priority = body.choice("priority", Job.Priority.BULK);
        var recipe =
                RecipeBody.read(
                        body, formats, id -> photos.findOwn(exchange.who().account().id(), id));
        var ids = photos(body);
        var webhook = WebhookCalls.url(body, webhooks);
        var key = exchange.idempotencyKey();
        body.check();
        var progress =
                batches.accept(
                        new Batches.Wanted(
                                exchange.who().account().id(),
                                ids,
                                recipe::recipe,
                                priority,
                                key,
                                exchange.id(),
                                webhook));
        exchange.set("Location", PATH + "/" + progress.batch().id());
        exchange.json(202, Json.batch(progress));
    }

    private List<PhotoId> photos(JsonBody body) {
        var ids = new ArrayList<PhotoId>();
        var given = body.get("photos");
        if (given.isEmpty() || !given.get().isArray() || given.get().isEmpty()) {
            body.wrong("/photos", "This is an array of the ids of photos, with one at least.");
            return ids;
        }
        int count = given.get().size();
        if (count > batches.most()) {
            body.wrong(
                    "/photos",
                    "A batch has at most %d photos, not %d.".formatted(batches.most(), count));
            return ids;
        }
        // An answer need not name all of thousands.
        for (int i = 0; i < count && i - ids.size() < FAULTS_MAX; i++) {
            var text = given.get().get(i).asText();
            if (Ulids.isUlid(text)) ids.add(new PhotoId(text));
            else body.wrong("/photos/" + i, "There is no such photo.");
        }
        return ids;
    }

    private void list(Exchange exchange) throws IOException {
        var page = Paging.request(exchange);
        var account = exchange.who().account().id();
        exchange.json(200, Paging.json(() -> batches.list(account, page), "batches", Json::batch));
    }

    private void batch(Exchange exchange) throws IOException {
        exchange.json(200, Json.batch(batches.find(exchange.who().account().id(), id(exchange))));
    }

    private void cancel(Exchange exchange) throws IOException {
        batches.cancel(exchange.who().account().id(), id(exchange));
        exchange.empty(204);
    }

    private static BatchId id(Exchange exchange) {
        return id(exchange.parameter("id"));
    }

    static BatchId id(String text) {
        if (!Ulids.isUlid(text)) throw new BatchFailure.Unknown();
        return new BatchId(text);
    }
}
