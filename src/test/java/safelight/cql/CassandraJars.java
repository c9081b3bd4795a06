package safelight.cql;

import java.io.File;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/// Cassandra's jars, which come from Maven and are not on the tests' class path.
final class CassandraJars {
    private static final String VERSION = "5.0.6";
    private static final Duration RESOLVE_MOST = Duration.ofMinutes(8);

    private CassandraJars() {}

    /// Resolved by Maven once for each `target`, and from its local repository the next time.
    static synchronized String classPath() throws IOException {
        var place = Files.createDirectories(Path.of("target/cassandra").toAbsolutePath());
        // The other JVMs that run tests may begin at the same time.
        try (var file =
                        FileChannel.open(
                                place.resolve("lock"),
                                StandardOpenOption.CREATE,
                                StandardOpenOption.WRITE);
                var _ = file.lock()) {
            return resolved(place);
        }
    }

    private static String resolved(Path place) throws IOException {
        var list = place.resolve("class-path-" + VERSION);
        if (Files.exists(list) && isComplete(Files.readString(list))) return Files.readString(list);
        Files.writeString(
                place.resolve("pom.xml"),
                """
                <project xmlns="http://maven.apache.org/POM/4.0.0">
                  <modelVersion>4.0.0</modelVersion>
                  <groupId>safelight</groupId>
                  <artifactId>cassandra-server</artifactId>
                  <version>1</version>
                  <packaging>pom</packaging>
                  <dependencies>
                    <dependency>
                      <groupId>org.apache.cassandra</groupId>
                      <artifactId>cassandra-all</artifactId>
                      <version>%s</version>
                    </dependency>
                  </dependencies>
                </project>
                """
                        .formatted(VERSION));
        var maven =
                new ProcessBuilder(
                        "mvn",
                        "-q",
                        "-B",
                        "-f",
                        place.resolve("pom.xml").toString(),
                        "org.apache.maven.plugins:maven-dependency-plugin:3.11.0:build-classpath",
                        "-DincludeScope=runtime",
                        "-Dmdep.outputFile=" + list);
        maven.redirectErrorStream(true).redirectOutput(place.resolve("maven.log").toFile());
        run(maven, place.resolve("maven.log"));
        return Files.readString(list);
    }

    private static boolean isComplete(String classPath) {
        return !classPath.isBlank()
                && Stream.of(classPath.strip().split(File.pathSeparator))
                        .allMatch(jar -> Files.exists(Path.of(jar)));
    }

    private static void run(ProcessBuilder maven, Path log) throws IOException {
        try {
            var process = maven.start();
            if (process.waitFor(RESOLVE_MOST.toSeconds(), TimeUnit.SECONDS)
                    && process.exitValue() == 0) return;
            process.destroyForcibly();
            throw new IOException(
                    "Maven could not resolve Cassandra's jars:\n" + Files.readString(log));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }
}
