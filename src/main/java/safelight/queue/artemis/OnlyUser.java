package safelight.queue.artemis;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Set;
import org.apache.activemq.artemis.core.security.CheckType;
import org.apache.activemq.artemis.core.security.Role;
import org.apache.activemq.artemis.spi.core.security.ActiveMQSecurityManager;
import org.jspecify.annotations.Nullable;

/// Lets in whoever knows the password, to send, to take and to look; what would change or destroy a
/// queue is refused to everyone.
final class OnlyUser implements ActiveMQSecurityManager {
    private static final Set<CheckType> ALLOWED =
            Set.of(
                    CheckType.SEND,
                    CheckType.CONSUME,
                    CheckType.BROWSE,
                    CheckType.MANAGE,
                    CheckType.VIEW,
                    CheckType.CREATE_ADDRESS,
                    CheckType.CREATE_NON_DURABLE_QUEUE,
                    CheckType.DELETE_NON_DURABLE_QUEUE);

    private final byte[] password;

    OnlyUser(String password) {
        this.password = password.getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public boolean validateUser(@Nullable String user, @Nullable String claimed) {
        return BrokerAccess.USER.equals(user)
                && claimed != null
                && MessageDigest.isEqual(password, claimed.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public boolean validateUserAndRole(
            @Nullable String user, @Nullable String claimed, Set<Role> roles, CheckType check) {
        return ALLOWED.contains(check) && validateUser(user, claimed);
    }
}
