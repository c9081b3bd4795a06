package safelight.app;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// Lists and retries dead jobs of a running installation, by its API.
@Command(
        name = "dead",
        description = {
            "Lists dead jobs of a running installation, or runs them again.",
            "Needs a token in SAFELIGHT_TOKEN; the administrator's is for the jobs of all accounts."
        })
final class DeadCommand implements Runnable {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    @Spec private CommandSpec spec = CommandSpec.create();

    private DeadCommand() {}

    static CommandLine line() {
        return new CommandLine(new DeadCommand())
                .addSubcommand(new ListThem())
                .addSubcommand(new RetryThem());
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "Say what to do: list or retry.");
    }

    /// Which of them, and where.
    private static final class Which {
        private static final Duration WAIT = Duration.ofSeconds(60);

        @Option(
                names = "--url",
                defaultValue = "http://127.0.0.1:8080",
                description = "Address of the installation (${DEFAULT-VALUE}).")
        private String url = "";

        @Option(names = "--account", description = "Only of this account; 'me' for one's own.")
        private @Nullable String account;

        @Option(names = "--code", description = "Only with this problem code.")
        private @Nullable String code;

        @Option(names = "--text", description = "Only with this text in the reason.")
        private @Nullable String text;

        @Option(names = "--since", description = "Only ended then (2026-01-31T12:00:00Z) or later.")
        private @Nullable String since;

        @Option(names = "--until", description = "Only ended before.")
        private @Nullable String until;

        @Option(names = "--json", description = "Prints JSON.")
        private boolean json;

        Map<String, String> filter() {
            var filter = new LinkedHashMap<String, String>();
            put(filter, "account", account);
            put(filter, "code", code);
            put(filter, "text", text);
            put(filter, "since", since);
            put(filter, "until", until);
            return filter;
        }

        private static void put(Map<String, String> filter, String name, @Nullable String value) {
            if (value != null) filter.put(name, value);
        }

        JsonNode get(Map<String, String> query) throws IOException, InterruptedException {
            var path =
                    query.entrySet().stream()
                            .map(e ->
                                    e.getKey()
                                            + "="
                                            + URLEncoder.encode(
                                                    e.getValue(), StandardCharsets.UTF_8))
                            .collect(Collectors.joining("&", "/api/v1/jobs/dead?", ""));
            return send(request(path).GET());
        }

        JsonNode post(ObjectNode body) throws IOException, InterruptedException {
            return send(
                    request("/api/v1/jobs/dead/retry")
                            .header("Content-Type", "application/json")
                            .POST(BodyPublishers.ofString(body.toString())));
        }

        private HttpRequest.Builder request(String path) {
            var token =
                    Optional.ofNullable(System.getenv("SAFELIGHT_TOKEN"))
                            .orElseThrow(() ->
                                    new CannotStart(
                                            "Put a token in SAFELIGHT_TOKEN; the page makes"
                                                    + " them."));
            try {
                return HttpRequest.newBuilder(URI.create(url + path))
                        .timeout(WAIT)
                        .header("Authorization", "Bearer " + token);
            } catch (IllegalArgumentException e) {
                throw new CannotStart("This is no address: " + url, e);
            }
        }

        private JsonNode send(HttpRequest.Builder request)
                throws IOException, InterruptedException {
            try (var http = HttpClient.newHttpClient()) {
                var answer = http.send(request.build(), BodyHandlers.ofString());
                var body = JSON.readTree(answer.body());
                if (answer.statusCode() < 400) return body;
                throw new CannotStart(
                        "%s answered %d: %s"
                                .formatted(
                                        url,
                                        answer.statusCode(),
                                        body.path("detail").asText(answer.body())));
            }
        }
    }

    @Command(name = "list", description = "Prints them, newest first.")
    private static final class ListThem implements Callable<Integer> {
        @CommandLine.Mixin private final Which which = new Which();

        @Option(
                names = "--limit",
                defaultValue = "50",
                description = "So many at most (${DEFAULT-VALUE}).")
        private int limit;

        @Spec private CommandSpec spec = CommandSpec.create();

        @Override
        public Integer call() throws IOException, InterruptedException {
            PrintWriter out = spec.commandLine().getOut();
            var query = which.filter();
            query.put("limit", String.valueOf(limit));
            var page = which.get(query);
            if (which.json) {
                out.println(page);
                out.flush();
                return Exit.DONE;
            }
            for (var job : page.path("jobs"))
                out.println(
                        "%s  %s  %-12s attempt %-3d %s"
                                .formatted(
                                        job.path("id").asText(),
                                        job.path("finishedAt").asText(),
                                        job.at("/error/code").asText(),
                                        job.path("attempt").asInt(),
                                        job.at("/error/message").asText()));
            if (page.path("jobs").isEmpty()) out.println("There are no such jobs.");
            if (page.has("next")) out.println("There may be more.");
            out.flush();
            return Exit.DONE;
        }
    }

    @Command(name = "retry", description = "Runs them again, those of one call at a time.")
    private static final class RetryThem implements Callable<Integer> {
        @CommandLine.Mixin private final Which which = new Which();

        @Option(
                names = "--most",
                defaultValue = "100",
                description = "So many at most, up to 1000 (${DEFAULT-VALUE}).")
        private int most;

        @Spec private CommandSpec spec = CommandSpec.create();

        @Override
        public Integer call() throws IOException, InterruptedException {
            var body = JSON.createObjectNode();
            which.filter().forEach(body::put);
            body.put("most", most);
            var done = which.post(body);
            PrintWriter out = spec.commandLine().getOut();
            if (which.json) out.println(done);
            else {
                out.println("In line again: " + done.path("retried").asInt());
                if (done.path("more").asBoolean()) out.println("There may be more.");
            }
            out.flush();
            return Exit.DONE;
        }
    }
}
