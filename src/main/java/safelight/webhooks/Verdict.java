package safelight.webhooks;

import java.time.Duration;
import java.time.Instant;
import java.util.random.RandomGenerator;
import safelight.catalog.Delivery;

/// What becomes of a delivery after a try. Pure: no clock, no storage.
final class Verdict {
    private static final int GONE = 410;

    private Verdict() {}

    /// Any 2xx is a receipt, and 410 asks for no more; everything else is tried again after a
    /// growing wait, or later if the receiver says so, until there were too many tries.
    static Delivery of(
            Delivery was,
            Post.Answer answer,
            WebhookSettings settings,
            Instant now,
            RandomGenerator random) {
        int tries = was.tries() + 1;
        int status = answer.status().orElse(0);
        if (status / 100 == 2) return with(was, Delivery.State.DELIVERED, tries, now);
        if (status == GONE || tries >= settings.attemptsMost())
            return with(was, Delivery.State.FAILED, tries, now);
        var pause = settings.backoff().delay(tries, random);
        var asked = answer.retryAfter().orElse(Duration.ZERO);
        var most = settings.backoff().most();
        var wait = asked.compareTo(most) > 0 ? most : asked;
        return with(
                was,
                Delivery.State.PENDING,
                tries,
                now.plus(wait.compareTo(pause) > 0 ? wait : pause));
    }

    private static Delivery with(Delivery was, Delivery.State state, int tries, Instant due) {
        return new Delivery(was.id(), was.event(), state, tries, due, was.version());
    }
}
