package safelight.webhooks;

import java.util.Optional;
import safelight.catalog.Delivery;

/// Port: the bodies of messages, which look as the API does.
public interface Messages {
    /// The body of this delivery, with the job or batch as it stands now; empty if there is none
    /// any more. Fails as storage does.
    Optional<byte[]> body(Delivery delivery);
}
