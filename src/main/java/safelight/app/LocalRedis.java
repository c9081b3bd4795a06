package safelight.app;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

/// A Redis for this host alone, started for `up`: on loopback, with a password, syncing every write
/// to its log.
final class LocalRedis {
    private static final Path PROGRAM = Path.of("/usr/bin/redis-server");
    private static final int SECRET_BYTES = 16;

    private LocalRedis() {}

    /// Whether there is one to start.
    static boolean isInstalled() {
        return Files.isExecutable(PROGRAM);
    }

    /// Starts it on a free port; returns the settings by which others find it.
    static Map<String, String> start(Path data, Path logs, Running running)
            throws IOException, InterruptedException {
        var folder = Files.createDirectories(data.resolve("redis"));
        int port = FreePort.find();
        var bytes = new byte[SECRET_BYTES];
        new SecureRandom().nextBytes(bytes);
        var password = HexFormat.of().formatHex(bytes);
        var file =
                PrivateFile.write(
                        folder.resolve("redis.conf"), configuration(folder, port, password));
        running.add(
                EngineProcess.start(
                        "redis",
                        "TERM",
                        logs.resolve("redis.log"),
                        List.of(PROGRAM.toString(), file.toString())));
        FreePort.awaitTaken(port, "redis", logs.resolve("redis.log"));
        return Map.of(
                Engines.SESSIONS.key(),
                Engines.REDIS,
                Engines.REDIS_URL.key(),
                "redis://:%s@127.0.0.1:%d".formatted(password, port));
    }

    private static String configuration(Path folder, int port, String password) {
        return """
        bind 127.0.0.1
        port %d
        requirepass %s
        dir "%s"
        appendonly yes
        appendfsync always
        save ""
        """
                .formatted(port, password, folder);
    }
}
