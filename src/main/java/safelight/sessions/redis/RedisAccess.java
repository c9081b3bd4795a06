package safelight.sessions.redis;

import io.lettuce.core.RedisURI;

/// Where Redis is and who we are there: `redis://user:password@host:port/database`, or `rediss://`
/// for TLS. Shows no password.
public record RedisAccess(String url) {
    /// Refuses what is no such address with an IllegalArgumentException that does not repeat it.
    public RedisAccess {
        if (!url.startsWith("redis://") && !url.startsWith("rediss://"))
            throw new IllegalArgumentException("an address of Redis begins redis:// or rediss://");
        parsed(url);
    }

    RedisURI uri() {
        return parsed(url);
    }

    private static RedisURI parsed(String url) {
        try {
            return RedisURI.create(url);
        } catch (IllegalArgumentException e) {
            // Its message quotes the address, password and all.
            throw new IllegalArgumentException(
                    "not an address of Redis: redis://user:password@host:port/database");
        }
    }

    @Override
    public String toString() {
        var uri = parsed(url);
        return "RedisAccess[%s://%s:%d/%d]"
                .formatted(
                        uri.isSsl() ? "rediss" : "redis",
                        uri.getHost(),
                        uri.getPort(),
                        uri.getDatabase());
    }
}
