package safelight.platform;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// How a {@link TinyServer} is started.
public final class Tiny {
    private Tiny() {}

    /// Its command line.
    public static List<String> command(String... options) {
        var command =
                new ArrayList<>(
                        List.of(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-XX:+UseSerialGC",
                                "-XX:TieredStopAtLevel=1",
                                "-cp",
                                System.getProperty("java.class.path"),
                                TinyServer.class.getName()));
        command.addAll(List.of(options));
        return command;
    }
}
