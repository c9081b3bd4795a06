package safelight.app;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;

/// A process that develops photos for `bench imaging`, and what it uses up.
final class BenchRival implements AutoCloseable {
    private static final Pattern PEAK = Pattern.compile("VmHWM:\\s+(\\d+) kB");
    private static final String RESET_PEAK = "5";
    private static final double NANOS = 1e9;

    private final String name;
    private final Process process;
    private final Path complaints;
    private final BufferedReader answers;
    private final Writer questions;

    /// Starts it.
    BenchRival(String name, List<String> command) throws IOException {
        this.name = name;
        complaints = Files.createTempFile("bench-" + name, ".err");
        complaints.toFile().deleteOnExit();
        var builder = new ProcessBuilder(command).redirectError(complaints.toFile());
        builder.environment().putIfAbsent("MALLOC_ARENA_MAX", "2");
        builder.environment()
                .put(
                        "UV_THREADPOOL_SIZE",
                        Integer.toString(Runtime.getRuntime().availableProcessors()));
        process = builder.start();
        answers = process.inputReader(StandardCharsets.UTF_8);
        questions = process.outputWriter(StandardCharsets.UTF_8);
    }

    String name() {
        return name;
    }

    /// What a number of photos took.
    record Spent(double imagesPerSecond, double cpuSeconds, long peakMib) {}

    /// Develops so many photos by a recipe.
    Spent develop(int count, String recipe) throws IOException {
        var folder = Path.of("/proc", Long.toString(process.pid()));
        Files.writeString(folder.resolve("clear_refs"), RESET_PEAK);
        var cpu = cpu();
        long began = System.nanoTime();
        questions.write(count + " " + recipe + "\n");
        questions.flush();
        var answer = answers.readLine();
        double tookS = (System.nanoTime() - began) / NANOS;
        if (answer == null || !answer.startsWith("done"))
            throw new CannotStart(
                    "%s ended at %s: %s%n%s"
                            .formatted(name, recipe, answer, Files.readString(complaints)));
        var peak = PEAK.matcher(Files.readString(folder.resolve("status")));
        return new Spent(
                count / tookS,
                cpu().minus(cpu).toNanos() / NANOS / count,
                peak.find() ? Long.parseLong(peak.group(1)) / 1024 : 0);
    }

    private Duration cpu() {
        return process.info().totalCpuDuration().orElse(Duration.ZERO);
    }

    @Override
    public void close() throws IOException {
        questions.close();
        process.destroy();
    }
}
