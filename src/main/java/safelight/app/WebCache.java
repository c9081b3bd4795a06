package safelight.app;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The AOT cache of the web servers of a host: one for each set of engines, beside that of this
/// process, made the first time by a short run. All that is in a cache is loaded at every start, so
/// each has the drivers of its engines and no others. The launcher names them in the same way.
final class WebCache {
    private static final Logger LOG = LoggerFactory.getLogger(WebCache.class);
    private static final List<String> WITH_DRIVERS =
            List.of(Engines.CASSANDRA, Engines.POSTGRESQL, Engines.REDIS, Engines.S3);
    private static final int TRAIN_SECONDS_MAX = 90;

    private WebCache() {}

    /// The cache for the engines of this host; empty if this process has none, since then nobody
    /// wants any, or if it could not be made.
    static Optional<Path> trained(Config config, HostNode.Plan plan, Path logs)
            throws IOException, InterruptedException {
        var own = Jvm.cache();
        if (own.isEmpty()) return own;
        var cache = own.get().resolveSibling(name(own.get().getFileName().toString(), config));
        if (!Files.exists(cache)) train(cache, plan, logs);
        return Optional.of(cache).filter(Files::exists);
    }

    /// `SUM.aot` becomes `SUM-web-postgresql-redis.aot`.
    static String name(String own, Config config) {
        var engines = config.engines();
        var used = Stream.of(engines.catalog(), engines.sessions(), engines.blobs()).toList();
        return own.replaceFirst("\\.aot$", "-web-")
                + WITH_DRIVERS.stream().filter(used::contains).collect(Collectors.joining("-"))
                + ".aot";
    }

    private static void train(Path cache, HostNode.Plan plan, Path logs)
            throws IOException, InterruptedException {
        Files.createDirectories(logs);
        var fresh =
                cache.resolveSibling(cache.getFileName() + ".new." + ProcessHandle.current().pid());
        var arguments = new ArrayList<>(List.of("train-web"));
        arguments.addAll(plan.arguments());
        var builder =
                new ProcessBuilder(Jvm.forTraining(plan.main(), fresh, arguments))
                        .redirectErrorStream(true)
                        .redirectOutput(logs.resolve("train.log").toFile());
        builder.environment().putAll(plan.engines());
        var process = builder.start();
        boolean ended = process.waitFor(TRAIN_SECONDS_MAX, TimeUnit.SECONDS);
        if (ended && process.exitValue() == Exit.DONE && Files.exists(fresh)) {
            Files.move(fresh, cache, StandardCopyOption.ATOMIC_MOVE);
            return;
        }
        process.destroyForcibly();
        Files.deleteIfExists(fresh);
        LOG.atWarn().addKeyValue("log", logs.resolve("train.log")).log("web servers start slower");
    }
}
