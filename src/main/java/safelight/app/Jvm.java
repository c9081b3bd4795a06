package safelight.app;

import java.lang.module.ModuleFinder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The command line of another JVM like this one: the same class path, and flags for what it is to
/// do. Those that serve share the AOT cache, which needs all of them to agree on object headers,
/// collector and modules; one that does photo work has a module more, and no cache.
final class Jvm {
    private static final List<String> ALL =
            List.of(
                    "--enable-native-access=ALL-UNNAMED",
                    "--sun-misc-unsafe-memory-access=allow",
                    "-XX:+UseSerialGC",
                    "-XX:+UseCompactObjectHeaders",
                    "-XX:+ExitOnOutOfMemoryError");

    private static final List<String> SERVING =
            List.of(
                    "-Xms24m",
                    "-Xmx512m",
                    "-XX:MinHeapFreeRatio=10",
                    "-XX:MaxHeapFreeRatio=20",
                    "-XX:TrimNativeHeapInterval=5000",
                    "-Dio.netty.jfr.enabled=false",
                    "-Dio.lettuce.core.jfr=false");

    /// Later ones count. A start is over before compilers pay for much of what it calls.
    private static final List<String> WEB =
            List.of(
                    "-Xms8m",
                    "-XX:NewSize=4m",
                    "-XX:Tier3InvocationThreshold=600",
                    "-XX:Tier3MinInvocationThreshold=300",
                    "-XX:Tier3CompileThreshold=6000",
                    "-XX:Tier3BackEdgeThreshold=180000",
                    "-XX:Tier4InvocationThreshold=100000",
                    "-XX:Tier4MinInvocationThreshold=50000",
                    "-XX:Tier4CompileThreshold=200000",
                    "-XX:Tier4BackEdgeThreshold=1000000");

    private static final String VECTORS = "jdk.incubator.vector";

    /// Where the libvips is that the launcher fetched.
    private static final String FETCHED_VIPS = "safelight.vips";

    private Jvm() {}

    /// One that does photo work; what a crash leaves goes to `crashes`.
    static List<String> forPhotoWork(Class<?> main, Path crashes, List<String> arguments) {
        var flags =
                List.of(
                        "-Xmx512m",
                        "-XX:TrimNativeHeapInterval=10000",
                        "-XX:-CreateCoredumpOnCrash",
                        "-XX:ErrorFile=" + crashes.resolve("hs_err_%p.log"));
        // a runtime may be linked without it
        if (ModuleFinder.ofSystem().find(VECTORS).isEmpty()) return command(flags, main, arguments);
        var all = new ArrayList<>(flags);
        all.add("--add-modules=" + VECTORS);
        return plain(all, main, arguments);
    }

    /// One that serves, and gives back what it does not need, as the launcher starts them.
    static List<String> forServing(Class<?> main, List<String> arguments) {
        return command(SERVING, main, arguments);
    }

    /// A web server, as the launcher starts them; with a cache of its own, if there is one.
    static List<String> forWeb(Class<?> main, Optional<Path> cache, List<String> arguments) {
        var flags = new ArrayList<>(SERVING);
        flags.addAll(WEB);
        cache.ifPresentOrElse(c -> flags.addAll(cached(c)), () -> flags.addAll(cached()));
        return plain(flags, main, arguments);
    }

    /// A web server's short run, which leaves a cache in `output`. Without profiles: they would
    /// have it compile early and more.
    static List<String> forTraining(Class<?> main, Path output, List<String> arguments) {
        var flags = new ArrayList<>(SERVING);
        flags.addAll(
                List.of(
                        "-XX:+UnlockDiagnosticVMOptions",
                        "-XX:-AOTRecordTraining",
                        "-XX:AOTCacheOutput=" + output));
        return plain(flags, main, arguments);
    }

    /// The cache of this process, if it has one.
    static Optional<Path> cache() {
        return Optional.of(System.getProperty("safelight.aot", ""))
                .filter(path -> !path.isEmpty())
                .map(Path::of);
    }

    private static List<String> cached() {
        return cache().map(Jvm::cached).orElse(List.of());
    }

    private static List<String> cached(Path cache) {
        return List.of("-XX:AOTCache=" + cache, "-Dsafelight.aot=" + cache);
    }

    private static List<String> command(List<String> flags, Class<?> main, List<String> arguments) {
        var all = new ArrayList<>(flags);
        all.addAll(cached());
        return plain(all, main, arguments);
    }

    private static List<String> plain(List<String> flags, Class<?> main, List<String> arguments) {
        var command = new ArrayList<String>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(ALL);
        command.addAll(flags);
        var vips = System.getProperty(FETCHED_VIPS, "");
        if (!vips.isEmpty()) command.add("-D" + FETCHED_VIPS + "=" + vips);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
        command.addAll(arguments);
        return command;
    }
}
