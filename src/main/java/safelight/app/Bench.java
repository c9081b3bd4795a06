package safelight.app;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// Measures this machine: how long `serve` takes to start, what it needs idle, and how many jobs a
/// second it carries out, end to end through the API with everything durable.
@Command(
        name = "bench",
        subcommands = ImagingBench.class,
        description = {
            "Measures a 'serve' of its own in a temporary folder: start, idle memory, jobs a",
            "second (crop 1600x1200, blur 2, sharpen 1, JPEG 80; every job another crop)."
        })
final class Bench implements Callable<Integer> {
    private static final Pattern READY = Pattern.compile("is ready at (http://\\S+)");
    private static final Pattern RESIDENT = Pattern.compile("VmRSS:\\s+(\\d+) kB");
    private static final Duration SETTLE = Duration.ofSeconds(5);
    private static final Duration LOOK_AGAIN = Duration.ofMillis(100);
    private static final int WARM_UP_JOBS = 20;

    @Parameters(
            paramLabel = "PHOTO",
            arity = "0..1",
            description = "A JPEG of at least 1700x1300 pixels.")
    private Optional<Path> photo = Optional.empty();

    @Option(names = "--jobs", defaultValue = "100", description = "Jobs to run; ${DEFAULT-VALUE}.")
    private int jobs;

    @Option(names = "--json", description = "Prints JSON.")
    private boolean json;

    @Spec private CommandSpec spec = CommandSpec.create();

    private final Clock clock = Clock.tickMillis(ZoneOffset.UTC);

    @Override
    public Integer call() throws IOException, InterruptedException {
        var picture = Files.readAllBytes(photo.orElseThrow(this::missing));
        var folder = Files.createTempDirectory("safelight-bench");
        try {
            print(measure(folder, picture));
        } finally {
            delete(folder);
        }
        return Exit.DONE;
    }

    private ParameterException missing() {
        return new ParameterException(spec.commandLine(), "Which photo? PHOTO is missing.");
    }

    private Map<String, Number> measure(Path folder, byte[] picture)
            throws IOException, InterruptedException {
        var figures = new LinkedHashMap<String, Number>();
        var began = clock.instant();
        var server =
                new ProcessBuilder(command(folder))
                        .redirectError(folder.resolve("log").toFile())
                        .start();
        try (var lines =
                new BufferedReader(
                        new InputStreamReader(server.getInputStream(), StandardCharsets.UTF_8))) {
            var url = url(lines);
            figures.put("readyMs", Duration.between(began, clock.instant()).toMillis());
            Thread.sleep(SETTLE);
            figures.put("startCpuMs", cpu(server.toHandle()).toMillis());
            figures.put("idleWebMiB", residentMib(server.toHandle()));
            figures.put("idleWorkerMiB", residentMib(worker(server)));
            run(new ApiClient(url), picture, figures);
            figures.put("busyWebMiB", residentMib(server.toHandle()));
            figures.put("busyWorkerMiB", residentMib(worker(server)));
        } finally {
            server.destroy();
            server.waitFor();
        }
        return figures;
    }

    private void run(ApiClient client, byte[] picture, Map<String, Number> figures)
            throws IOException, InterruptedException {
        var id = client.upload(picture);
        submit(client, id, 0, WARM_UP_JOBS);
        await(client);
        var began = clock.instant();
        submit(client, id, WARM_UP_JOBS, WARM_UP_JOBS + jobs);
        await(client);
        var tookMs = Duration.between(began, clock.instant()).toMillis();
        figures.put("jobs", jobs);
        figures.put("jobsPerSecond", Math.round(jobs * 10_000.0 / tookMs) / 10.0);
    }

    /// Every job has another crop, so that none is answered from an earlier result.
    private static void submit(ApiClient client, String photo, int from, int to)
            throws IOException, InterruptedException {
        for (int i = from; i < to; i++)
            client.submit(
                    photo,
                    """
                    [{"op":"crop","left":%d,"top":%d,"width":1600,"height":1200},
                    {"op":"blur","sigma":2},{"op":"sharpen"}]\
                    """
                            .formatted(i % 100, i / 100),
                    0);
    }

    /// Asks seldom and for little, so that the measuring takes no cores from the work.
    private static void await(ApiClient client) throws IOException, InterruptedException {
        while (isAny(client, "queued") || isAny(client, "running")) Thread.sleep(LOOK_AGAIN);
    }

    private static boolean isAny(ApiClient client, String state)
            throws IOException, InterruptedException {
        return client.get("/api/v1/jobs?limit=1&state=" + state).contains("\"id\"");
    }

    /// This very command line, with `serve` in place of `bench`.
    private static List<String> command(Path folder) {
        var self = ProcessHandle.current().info();
        var command = new ArrayList<String>();
        command.add(self.command().orElseThrow());
        for (var argument : self.arguments().orElseThrow()) {
            if (argument.equals("bench")) break;
            command.add(argument);
        }
        command.addAll(
                List.of("serve", "--port", "0", "--data", folder.resolve("data").toString()));
        return command;
    }

    private static String url(BufferedReader lines) throws IOException {
        for (var line = lines.readLine(); line != null; line = lines.readLine()) {
            var match = READY.matcher(line);
            if (match.find()) return match.group(1);
        }
        throw new CannotStart("The server to measure did not start.");
    }

    private static ProcessHandle worker(Process server) {
        return server.toHandle().children().findFirst().orElseThrow();
    }

    private static Duration cpu(ProcessHandle process) {
        return process.info().totalCpuDuration().orElse(Duration.ZERO);
    }

    private static long residentMib(ProcessHandle process) throws IOException {
        var status = Files.readString(Path.of("/proc", Long.toString(process.pid()), "status"));
        var match = RESIDENT.matcher(status);
        return match.find() ? Long.parseLong(match.group(1)) / 1024 : 0;
    }

    private void print(Map<String, Number> figures) throws IOException {
        var out = spec.commandLine().getOut();
        if (json) out.println(new ObjectMapper().writeValueAsString(figures));
        else figures.forEach((name, value) -> out.printf("%-15s %s%n", name, value));
        out.flush();
    }

    private static void delete(Path folder) throws IOException {
        try (var files = Files.walk(folder)) {
            for (var file : files.sorted(Comparator.reverseOrder()).toList())
                Files.deleteIfExists(file);
        }
    }
}
