package safelight.sessions.redis;

import io.lettuce.core.RedisCommandExecutionException;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import safelight.sessions.SessionsUnavailable;

/// What this Redis would still know after a crash. That belongs to whoever runs Redis, so we say
/// what we see and change nothing.
final class Durability {
    private static final Logger LOG = LoggerFactory.getLogger(RedisSessions.class);
    private static final String UNKNOWN = "unknown";
    private static final Pattern APPEND_ONLY = Pattern.compile("(?m)^aof_enabled:([01])");

    private Durability() {}

    /// One line in the log, a warning if a crash signs people out.
    static void log(Link link) {
        var appendOnly = orUnknown(() -> appendOnly(link));
        if (appendOnly.equals("0"))
            LOG.atWarn()
                    .addKeyValue("appendonly", "no")
                    .log("redis keeps no log on disk: if it crashes, people are signed out");
        else
            LOG.atInfo()
                    .addKeyValue("appendonly", appendOnly.equals("1") ? "yes" : UNKNOWN)
                    .addKeyValue("appendfsync", orUnknown(() -> setting(link, "appendfsync")))
                    .log("sessions are in redis");
    }

    private static String appendOnly(Link link) {
        var info = link.call("ask how durable it is", c -> c.info("persistence"));
        var found = APPEND_ONLY.matcher(info);
        return found.find() ? found.group(1) : UNKNOWN;
    }

    private static String setting(Link link, String name) {
        return link.call("ask for a setting", c -> c.configGet(name)).getOrDefault(name, UNKNOWN);
    }

    /// An account of Redis may be refused INFO and CONFIG.
    private static String orUnknown(Supplier<String> question) {
        try {
            return question.get();
        } catch (SessionsUnavailable e) {
            if (e.getCause() instanceof RedisCommandExecutionException) return UNKNOWN;
            throw e;
        }
    }
}
