package safelight.app;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import safelight.simulate.Chart;
import safelight.simulate.Contest;
import safelight.simulate.Plant;
import safelight.simulate.Trace;
import safelight.simulate.TraceFile;

/// The autoscaler's rules on traffic traces, beside those of HPA and KEDA.
@Command(
        name = "simulate",
        description = {
            "Runs the autoscaler's rules on traffic, beside the formulas of Kubernetes' HPA and of",
            "KEDA, each as it is set and at the setting that costs least in time: instance-hours,",
            "and how long requests or jobs wait. docs/operate/scaling.md says how to read it."
        })
final class SimulateCommand implements Callable<Integer> {
    private static final int HOUR = 3600;
    private static final double MILLIS = 1000;
    private static final double PERCENT = 100;

    @Option(
            names = "--trace",
            paramLabel = "SHAPE|FILE",
            description =
                    "step, ramp, daily, flash, or a CSV: a time and a rate a second in each line,"
                            + " or a time alone where each line is one that came. Again for more.")
    private List<String> traces = List.of("step", "ramp", "daily", "flash");

    @Option(
            names = "--time-column",
            paramLabel = "NAME|NUMBER",
            description =
                    "Column of the CSV with the time: seconds, seconds or milliseconds since 1970,"
                            + " or ISO 8601. If not said, the one that is called so, or the first.")
    private @Nullable String timeColumn;

    @ArgGroup private Values values = new Values();

    /// At most one of these.
    private static final class Values {
        @Option(
                names = "--rate-column",
                paramLabel = "NAME|NUMBER",
                description = "Column of the CSV with a rate a second; the next one if not said.")
        private @Nullable String rate;

        @Option(
                names = "--count-column",
                paramLabel = "NAME|NUMBER",
                description = "Column of the CSV that says how many came until the next line.")
        private @Nullable String count;

        @Option(names = "--events", description = "Each line of the CSV is one that came.")
        private boolean events;

        private TraceFile.Columns with(Optional<String> time) {
            if (events) return new TraceFile.Columns(time, Optional.empty(), TraceFile.Kind.EVENTS);
            return count == null
                    ? new TraceFile.Columns(time, Optional.ofNullable(rate), TraceFile.Kind.RATES)
                    : new TraceFile.Columns(time, Optional.of(count), TraceFile.Kind.COUNTS);
        }
    }

    @Option(
            names = "--role",
            defaultValue = "both",
            description = "web, workers or both; ${DEFAULT-VALUE}.")
    private String role = "both";

    @Option(
            names = "--web",
            paramLabel = "FROM..TO",
            converter = ScaleOptions.Range.Reader.class,
            description = "Web servers; 2..20.")
    private ScaleOptions.@Nullable Range web;

    @Option(
            names = "--workers",
            paramLabel = "FROM..TO",
            converter = ScaleOptions.Range.Reader.class,
            description = "Workers; 1..20.")
    private ScaleOptions.@Nullable Range workers;

    @Option(
            names = "--load-percent",
            defaultValue = "70",
            description =
                    "Peak of the synthetic traces, of what the most instances do at their target;"
                            + " ${DEFAULT-VALUE}.")
    private double loadPercent;

    @Option(
            names = "--days",
            defaultValue = "1",
            description = "Length of the daily wave; ${DEFAULT-VALUE}.")
    private int days;

    @Option(
            names = "--start-seconds",
            defaultValue = "15",
            description = "From asking for an instance until it serves; ${DEFAULT-VALUE}.")
    private int startSeconds;

    @Option(
            names = "--job-seconds",
            defaultValue = "0.5",
            description = "CPU seconds of a job; ${DEFAULT-VALUE}.")
    private double jobSeconds;

    @Option(names = "--slots", defaultValue = "2", description = "Of a worker; ${DEFAULT-VALUE}.")
    private int slots;

    @Option(
            names = "--target-seconds",
            defaultValue = "60",
            description = "A job that waits for longer is late; ${DEFAULT-VALUE}.")
    private double targetSeconds;

    @Option(
            names = "--request-ms",
            defaultValue = "100",
            description = "Of a web request; ${DEFAULT-VALUE}.")
    private double requestMs;

    @Option(
            names = "--places",
            defaultValue = "60",
            description = "Requests that a web server handles at once; ${DEFAULT-VALUE}.")
    private int places;

    @Option(
            names = "--web-percent",
            defaultValue = "70",
            description = "Part of the places that is meant to be in use; ${DEFAULT-VALUE}.")
    private double webPercent;

    @Option(
            names = "--slots-percent",
            defaultValue = "80",
            description = "Part of the slots that is meant to be in use; ${DEFAULT-VALUE}.")
    private double slotsPercent;

    @Option(names = "--seed", defaultValue = "1", description = "Of the noise; ${DEFAULT-VALUE}.")
    private long seed;

    @Option(
            names = "--svg",
            paramLabel = "FILE",
            description =
                    "Draws load, wanted and serving; with both roles, FILE-web and FILE-workers.")
    private @Nullable Path svg;

    @Option(names = "--json", description = "Prints JSON.")
    private boolean json;

    @Spec private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() throws IOException {
        var all = new ArrayList<Contest>();
        try {
            for (var plant : plants())
                for (var name : traces) all.add(Contest.of(trace(name, plant), plant, seed));
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
        if (svg != null) draw(svg, all);
        var out = spec.commandLine().getOut();
        if (json) out.println(SimulateTable.json(all));
        else out.print(SimulateTable.text(all));
        out.flush();
        return Exit.DONE;
    }

    private List<Plant> plants() {
        var server =
                new Plant(
                        Plant.Role.WEB,
                        Math.max(1, from(web, 2)),
                        to(web, 20),
                        places,
                        requestMs / MILLIS,
                        startSeconds,
                        1,
                        webPercent / PERCENT);
        var worker =
                new Plant(
                        Plant.Role.WORKERS,
                        from(workers, 1),
                        to(workers, 20),
                        slots,
                        jobSeconds,
                        startSeconds,
                        targetSeconds,
                        slotsPercent / PERCENT);
        return switch (role) {
            case "web" -> List.of(server);
            case "workers" -> List.of(worker);
            case "both" -> List.of(server, worker);
            default -> throw new IllegalArgumentException("No role: " + role);
        };
    }

    private static int from(ScaleOptions.@Nullable Range range, int otherwise) {
        return range == null ? otherwise : range.from();
    }

    private static int to(ScaleOptions.@Nullable Range range, int otherwise) {
        return range == null ? otherwise : range.to();
    }

    private Trace trace(String name, Plant plant) throws IOException {
        double peak = loadPercent / PERCENT * plant.most() / plant.needed(1);
        var shape = shape(name);
        if (shape.isPresent()) {
            int seconds = shape.get() == Trace.Shape.DAILY ? days * 24 * HOUR : 2 * HOUR;
            return Trace.of(shape.get(), peak, seconds);
        }
        var file = Path.of(name);
        if (!Files.isReadable(file))
            throw new IllegalArgumentException(
                    "'%s' is no shape (step, ramp, daily, flash) and no file.".formatted(name));
        try (var lines = Files.newBufferedReader(file)) {
            return TraceFile.read(
                    file.getFileName().toString(),
                    lines,
                    values.with(Optional.ofNullable(timeColumn)));
        }
    }

    private static Optional<Trace.Shape> shape(String name) {
        for (var shape : Trace.Shape.values())
            if (shape.name().toLowerCase(Locale.ROOT).equals(name)) return Optional.of(shape);
        return Optional.empty();
    }

    private static void draw(Path file, List<Contest> all) throws IOException {
        boolean isOne = all.stream().map(Contest::plant).distinct().count() == 1;
        for (var plant : all.stream().map(Contest::plant).distinct().toList()) {
            var its =
                    all.stream()
                            .filter(r -> r.plant().equals(plant))
                            .map(Contest::pictures)
                            .toList();
            var role = plant.role().name().toLowerCase(Locale.ROOT);
            var name =
                    file.getFileName().toString().replaceFirst("(\\.svg)?$", "-" + role + ".svg");
            Files.writeString(isOne ? file : file.resolveSibling(name), Chart.svg(plant, its));
        }
    }
}
