package safelight.app;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import safelight.drill.History;

/// The users in one place of a drill of data centers. Standard input says when to work, to rest and
/// to collect.
@Command(name = "clients", hidden = true, description = "Part of 'safelight drill datacenter'.")
final class CenterClientCommand implements Callable<Integer> {
    private static final Duration CONNECT_MOST = Duration.ofSeconds(3);

    private final Clock clock = Clock.tickMillis(ZoneOffset.UTC);

    @Option(names = "--number", required = true, description = "Numbers of the users here.")
    private List<Integer> numbers = List.of();

    @Option(names = "--of", required = true, description = "How many users there are everywhere.")
    private int all;

    @Option(names = "--seed", required = true, description = "The drill's.")
    private long seed;

    @Option(names = "--resolver", required = true, description = "Address of their resolver.")
    private String resolver = "";

    @Option(names = "--name", required = true, description = "The name of the service.")
    private String name = "";

    @Option(names = "--center", required = true, description = "A data center and its address.")
    private Map<String, String> centers = new LinkedHashMap<>();

    @Option(names = "--history", required = true, description = "File for what happens.")
    private Path file = Path.of("");

    @Spec private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() throws IOException, InterruptedException {
        try (var history = new History(file);
                var http =
                        HttpClient.newBuilder()
                                .version(HttpClient.Version.HTTP_1_1)
                                .connectTimeout(CONNECT_MOST)
                                .build()) {
            var byAddress =
                    centers.entrySet().stream()
                            .collect(Collectors.toMap(Map.Entry::getValue, Map.Entry::getKey));
            var parts =
                    new CenterClient.Parts(
                            centers,
                            new StubResolver(resolver, name, byAddress, history, clock),
                            http,
                            history,
                            DrillRecipe.pictures(seed),
                            seed,
                            clock,
                            new SplittableRandom(seed + numbers.getFirst()));
            obey(numbers.stream().map(n -> new CenterClient(parts, n, all)).toList());
            http.shutdownNow();
        }
        return Exit.DONE;
    }

    private void obey(List<CenterClient> users) throws IOException, InterruptedException {
        var isOver = new AtomicBoolean();
        var in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        try (var tasks = Executors.newVirtualThreadPerTaskExecutor()) {
            finish(users.stream().map(u -> tasks.submit(settle(u))).toList());
            say("settled");
            expect(in, "work");
            var working = users.stream().map(u -> tasks.submit(work(u, isOver))).toList();
            expect(in, "rest");
            isOver.set(true);
            finish(working);
            say("resting");
            expect(in, "collect");
            finish(users.stream().map(u -> tasks.submit(collect(u))).toList());
            say("collected");
        }
    }

    private static Callable<Boolean> settle(CenterClient user) {
        return () -> {
            user.settle();
            return true;
        };
    }

    private static Callable<Boolean> work(CenterClient user, AtomicBoolean isOver) {
        return () -> {
            user.work(isOver::get);
            return true;
        };
    }

    private static Callable<Boolean> collect(CenterClient user) {
        return () -> {
            user.collect();
            return true;
        };
    }

    private static void finish(List<Future<Boolean>> all) throws IOException, InterruptedException {
        for (var each : all)
            try {
                each.get();
            } catch (ExecutionException e) {
                throw new IOException("a client broke off: " + e.getCause(), e);
            }
    }

    private void say(String word) {
        PrintWriter out = spec.commandLine().getOut();
        out.println(word);
        out.flush();
    }

    /// The end of the line of commands is the end of the drill.
    private static void expect(BufferedReader in, String word) throws IOException {
        if (!word.equals(in.readLine())) System.exit(Exit.FAILED);
    }
}
