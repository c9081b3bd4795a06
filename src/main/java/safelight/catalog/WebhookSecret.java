package safelight.catalog;

import java.time.Instant;
import java.util.Optional;

/// What an account's webhooks are signed with, in clear, since signing needs it. `since` is when
/// `current` came, and `previous` was replaced by it.
public record WebhookSecret(String current, Optional<String> previous, Instant since) {}
