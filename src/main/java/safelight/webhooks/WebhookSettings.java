package safelight.webhooks;

import java.time.Duration;
import java.util.List;
import safelight.base.Backoff;

/// How webhooks are sent. `attemptsMost`: tries before a delivery is given up; `backoff`: waits
/// between them; `connectMost`, `timeMost`: time for connecting, and for a try as a whole;
/// `atOnce`, `perHost`, `perAccount`: tries that a server has under way, in all, to one receiver
/// and of one account; `kept`: how long deliveries are remembered; `allowed`: networks that are not
/// public and may be sent to.
public record WebhookSettings(
        int attemptsMost,
        Backoff backoff,
        Duration connectMost,
        Duration timeMost,
        int atOnce,
        int perHost,
        int perAccount,
        Duration kept,
        List<Network> allowed) {
    /// Copies the networks.
    public WebhookSettings {
        allowed = List.copyOf(allowed);
    }
}
