package safelight.web;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import safelight.base.DeliveryId;
import safelight.base.Ulids;
import safelight.catalog.Delivery;
import safelight.web.Route.Access;
import safelight.webhooks.WebhookFailure;
import safelight.webhooks.Webhooks;

/// Deliveries to webhooks, and the secret that signs them.
final class WebhookCalls {
    private static final String DELIVERIES = "/api/v1/webhooks/deliveries";
    private static final String SECRET = "/api/v1/account/webhook-secret";

    private final Webhooks webhooks;

    WebhookCalls(Webhooks webhooks) {
        this.webhooks = webhooks;
    }

    List<Route> routes() {
        return List.of(
                new Route("GET", SECRET, Access.SIGNED_IN, this::secret),
                new Route("POST", SECRET, Access.SIGNED_IN, this::replaceSecret),
                new Route("GET", DELIVERIES, Access.SIGNED_IN, this::list),
                new Route("GET", DELIVERIES + "/{id}", Access.SIGNED_IN, this::delivery),
                new Route("POST", DELIVERIES + "/{id}/resend", Access.SIGNED_IN, this::resend));
    }

    /// The `webhook` of a request for work.
    static Optional<String> url(JsonBody body, Webhooks webhooks) {
        if (body.get("webhook").isEmpty()) return Optional.empty();
        var url = body.text("webhook");
        if (!url.isEmpty() || body.get("webhook").get().isTextual())
            webhooks.fault(url).ifPresent(fault -> body.wrong("/webhook", fault));
        return Optional.of(url);
    }

    private void secret(Exchange exchange) throws IOException {
        exchange.json(200, Json.secrets(webhooks.secrets(exchange.who().account().id())));
    }

    private void replaceSecret(Exchange exchange) throws IOException {
        exchange.json(200, Json.secrets(webhooks.replaceSecret(exchange.who().account().id())));
    }

    private void list(Exchange exchange) throws IOException {
        var page = Paging.request(exchange);
        var state = exchange.query("state").map(WebhookCalls::state);
        var account = exchange.who().account().id();
        exchange.json(
                200,
                Paging.json(
                        () -> webhooks.list(account, state, page), "deliveries", Json::delivery));
    }

    private void delivery(Exchange exchange) throws IOException {
        var id = id(exchange);
        exchange.json(200, Json.delivery(webhooks.find(exchange.who().account().id(), id)));
    }

    private void resend(Exchange exchange) throws IOException {
        var id = id(exchange);
        exchange.json(202, Json.delivery(webhooks.resend(exchange.who().account().id(), id)));
    }

    private static DeliveryId id(Exchange exchange) {
        var id = exchange.parameter("id");
        if (!Ulids.isUlid(id)) throw new WebhookFailure.Unknown();
        return new DeliveryId(id);
    }

    private static Delivery.State state(String text) {
        return Arrays.stream(Delivery.State.values())
                .filter(s -> Json.lower(s).equals(text))
                .findFirst()
                .orElseThrow(() ->
                        new WebFailure.WrongParameter(
                                "'state' is one of "
                                        + Arrays.stream(Delivery.State.values())
                                                .map(Json::lower)
                                                .collect(Collectors.joining(", "))
                                        + "."));
    }
}
