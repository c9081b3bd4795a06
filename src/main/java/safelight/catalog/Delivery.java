package safelight.catalog;

import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import safelight.base.AccountId;
import safelight.base.DeliveryId;
import safelight.base.Ulids;

/// One message to a webhook: what happened and who is told, which never changes, and how far it is.
/// While it is pending, `due` is when it is sent next, or when whoever has it in hand loses it.
/// `tries` counts since it came or was asked for again; `version` counts the changes of the row.
public record Delivery(
        DeliveryId id, Event event, State state, int tries, Instant due, long version) {
    /// What happened: a job or a batch ended. `subject` is its id.
    public record Event(AccountId account, Type type, String subject, String url, Instant at) {
        /// Host and port of the receiver, the same for every way of writing them: in lower case,
        /// without the root's dot, and without the port that the scheme means anyway.
        public String host() {
            int from = url.indexOf("://") + 3;
            int to = from;
            while (to < url.length() && "/?#".indexOf(url.charAt(to)) < 0) to++;
            var authority = url.substring(from, to).toLowerCase(Locale.ROOT);
            int colon = authority.lastIndexOf(':');
            boolean hasPort = colon > authority.lastIndexOf(']');
            var name = hasPort ? authority.substring(0, colon) : authority;
            if (name.endsWith(".")) name = name.substring(0, name.length() - 1);
            var port = hasPort ? authority.substring(colon + 1).replaceFirst("^0+", "") : "";
            var usual = url.regionMatches(true, 0, "https:", 0, 6) ? "443" : "80";
            return port.isEmpty() || port.equals(usual) ? name : name + ":" + port;
        }
    }

    /// What is told.
    public enum Type {
        JOB_SUCCEEDED,
        JOB_FAILED,
        JOB_CANCELLED,
        BATCH_FINISHED;

        /// As receivers see it.
        public String word() {
            return name().toLowerCase(Locale.ROOT).replace('_', '.');
        }
    }

    /// How far it is: pending, until the receiver has said that it has it, or it is given up.
    public enum State {
        PENDING,
        DELIVERED,
        FAILED
    }

    /// One try: what the receiver answered, or why it did not. `excerpt` is the beginning of the
    /// answer's body.
    public record Attempt(
            Instant at,
            long tookMs,
            Optional<Integer> status,
            Optional<String> error,
            String excerpt) {}

    /// How many are pending, and since when the oldest.
    public record Backlog(long pending, Optional<Instant> oldest) {}

    /// What is to be told of a job as it now stands: nothing before it has ended, or if it has no
    /// webhook. Of the same end always the same.
    public static Optional<Delivery> of(Job job) {
        var order = job.order();
        var type =
                switch (job.status().state()) {
                    case QUEUED, RUNNING -> Optional.<Type>empty();
                    case SUCCEEDED -> Optional.of(Type.JOB_SUCCEEDED);
                    case FAILED -> Optional.of(Type.JOB_FAILED);
                    case CANCELLED -> Optional.of(Type.JOB_CANCELLED);
                };
        if (type.isEmpty() || order.webhook().isEmpty()) return Optional.empty();
        var at = job.status().finished().orElse(order.created());
        var id = new DeliveryId(Ulids.at(at, job.id() + "/" + job.version() + "/" + type.get()));
        var url = order.webhook().get();
        return Optional.of(
                fresh(id, new Event(order.account(), type.get(), job.id().value(), url, at)));
    }

    /// That all jobs of a batch have ended, at `at`; nothing if it has no webhook. `cause` tells
    /// one such moment from others. Of the same one always the same.
    public static Optional<Delivery> of(Batch batch, Instant at, String cause) {
        var id = new DeliveryId(Ulids.at(at, batch.id() + "/" + cause));
        return batch.webhook()
                .map(url ->
                        fresh(
                                id,
                                new Event(
                                        batch.account(),
                                        Type.BATCH_FINISHED,
                                        batch.id().value(),
                                        url,
                                        at)));
    }

    private static Delivery fresh(DeliveryId id, Event event) {
        return new Delivery(id, event, State.PENDING, 0, event.at(), 0);
    }
}
