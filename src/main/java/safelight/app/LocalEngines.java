package safelight.app;

import java.io.IOException;
import java.nio.file.Files;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;

/// PostgreSQL and Redis of this host, for `up`: started where the settings name no engine and the
/// programs are installed, so that a trial runs on what a real installation runs on.
final class LocalEngines {
    private LocalEngines() {}

    /// Starts what is wanted and there; returns the settings by which others find it, by their
    /// variables: on a command line anybody could read the passwords.
    static Map<String, String> start(Config config, Running running)
            throws IOException, InterruptedException {
        var logs = Files.createDirectories(config.data().resolve("logs"));
        var settings = new LinkedHashMap<String, String>();
        if (wantsPostgres(config))
            settings.putAll(LocalPostgres.start(config.data(), logs, running));
        if (!config.settings().isGiven(Engines.SESSIONS) && LocalRedis.isInstalled())
            settings.putAll(LocalRedis.start(config.data(), logs, running));
        return Engines.ALL.stream()
                .filter(s -> settings.containsKey(s.key()))
                .collect(Collectors.toMap(s -> s.variable(), s -> settings.get(s.key())));
    }

    /// What was begun on SQLite goes on there, also once PostgreSQL has been installed.
    private static boolean wantsPostgres(Config config) throws IOException, InterruptedException {
        return !config.settings().isGiven(Engines.CATALOG)
                && !Files.exists(config.database())
                && LocalPostgres.isUsable(config.data());
    }
}
