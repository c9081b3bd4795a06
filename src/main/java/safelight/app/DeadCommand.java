package safelight.app;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// Lists, shows and retries dead jobs of a running installation, by its API.
@Command(
        name = "dead",
        description = {
            "Lists and shows dead jobs of a running installation, or runs them again.",
            "Needs a token in SAFELIGHT_TOKEN; the administrator's is for the jobs of all accounts."
        })
final class DeadCommand implements Runnable {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final String DEAD = "/api/v1/jobs/dead";
    private static final int RETRIED_DEFAULT = 100;

    @Spec private CommandSpec spec = CommandSpec.create();

    private DeadCommand() {}

    static CommandLine line() {
        return new CommandLine(new DeadCommand())
                .addSubcommand(new ListThem())
                .addSubcommand(new ShowThem())
                .addSubcommand(new RetryThem());
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "Say what to do: list, show or retry.");
    }

    private static String path(String id) {
        return "/api/v1/jobs/" + DeadClient.coded(id);
    }

    /// Which of them.
    private static final class Which {
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
    }

    @Command(name = "list", description = "Prints them, newest first.")
    private static final class ListThem implements Callable<Integer> {
        @CommandLine.Mixin private final DeadClient client = new DeadClient();
        @CommandLine.Mixin private final Which which = new Which();

        @Option(
                names = "--limit",
                defaultValue = "50",
                description = "So many at most, up to 200 (${DEFAULT-VALUE}).")
        private int limit;

        @Option(names = "--cursor", description = "Goes on where an earlier list said.")
        private @Nullable String cursor;

        @Spec private CommandSpec spec = CommandSpec.create();

        @Override
        public Integer call() throws IOException, InterruptedException {
            PrintWriter out = spec.commandLine().getOut();
            var query = which.filter();
            query.put("limit", String.valueOf(limit));
            if (cursor != null) query.put("cursor", cursor);
            var page = client.get(DEAD, query);
            if (client.printsJson()) out.println(page);
            else print(page, out);
            out.flush();
            return Exit.DONE;
        }

        private static void print(JsonNode page, PrintWriter out) {
            for (var job : page.path("jobs"))
                out.println(
                        "%s  %s  %-12s attempt %-3d %s%s"
                                .formatted(
                                        job.path("id").asText(),
                                        job.path("finishedAt").asText(),
                                        job.at("/error/code").asText(),
                                        job.path("attempt").asInt(),
                                        owner(job),
                                        job.at("/error/message").asText()));
            var next = page.path("next").asText();
            if (!next.isEmpty()) out.println("There may be more: --cursor " + next);
            else if (page.path("jobs").isEmpty()) out.println("There are no such jobs.");
        }

        private static String owner(JsonNode job) {
            return job.has("account") ? "account %s  ".formatted(job.path("account").asText()) : "";
        }
    }

    @Command(name = "show", description = "Prints the reason and the latest attempts of each.")
    private static final class ShowThem implements Callable<Integer> {
        @CommandLine.Mixin private final DeadClient client = new DeadClient();

        @Parameters(paramLabel = "ID", arity = "1..*", description = "The jobs.")
        private List<String> ids = List.of();

        @Spec private CommandSpec spec = CommandSpec.create();

        @Override
        public Integer call() throws IOException, InterruptedException {
            PrintWriter out = spec.commandLine().getOut();
            for (var id : ids) {
                var job = client.get(path(id), Map.of());
                if (client.printsJson()) out.println(job);
                else print(job, out);
                out.flush();
            }
            return Exit.DONE;
        }

        private static void print(JsonNode job, PrintWriter out) {
            out.println("job       " + job.path("id").asText());
            for (var name : List.of("account", "batch", "photo", "state", "attempt", "finishedAt"))
                if (job.has(name)) out.println("%-10s%s".formatted(name, job.path(name).asText()));
            if (job.has("error"))
                out.println(
                        "%-10s%s %s"
                                .formatted(
                                        "reason",
                                        job.at("/error/code").asText(),
                                        job.at("/error/message").asText()));
            out.println("attempts, oldest first:");
            for (var attempt : job.path("attempts"))
                out.println(
                        "  %-3d %s  %s  %-12s %-13s %s"
                                .formatted(
                                        attempt.path("number").asInt(),
                                        attempt.path("startedAt").asText(),
                                        attempt.path("endedAt").asText("goes on"),
                                        attempt.path("outcome").asText("running"),
                                        attempt.path("code").asText(),
                                        attempt.path("worker").asText()));
        }
    }

    @Command(
            name = "retry",
            description = "Runs them again: those named, else those of one call at a time.")
    private static final class RetryThem implements Callable<Integer> {
        @CommandLine.Mixin private final DeadClient client = new DeadClient();
        @CommandLine.Mixin private final Which which = new Which();

        @Parameters(paramLabel = "ID", arity = "0..*", description = "Only these jobs.")
        private List<String> ids = List.of();

        @Option(
                names = "--most",
                description = "So many at most, up to 1000 (" + RETRIED_DEFAULT + ").")
        private @Nullable Integer most;

        @Spec private CommandSpec spec = CommandSpec.create();

        @Override
        public Integer call() throws IOException, InterruptedException {
            if (ids.isEmpty()) return byFilter();
            if (most == null && which.filter().isEmpty()) return byId();
            throw new ParameterException(
                    spec.commandLine(), "Name the jobs, or say what they have in common.");
        }

        private int byFilter() throws IOException, InterruptedException {
            var body = JSON.createObjectNode();
            which.filter().forEach(body::put);
            body.put("most", most == null ? RETRIED_DEFAULT : most);
            return tell(client.post(DEAD + "/retry", body), List.of());
        }

        /// One that cannot be retried keeps none of the others waiting.
        private int byId() throws IOException, InterruptedException {
            var refused = new ArrayList<ObjectNode>();
            int retried = 0;
            for (var id : ids) {
                var refusal = client.refusal(path(id) + "/retry");
                if (refusal.isEmpty()) retried++;
                else refused.add(JSON.createObjectNode().put("id", id).setAll(refusal.get()));
            }
            var done = JSON.createObjectNode().put("retried", retried).put("more", false);
            if (!refused.isEmpty()) done.putArray("refused").addAll(refused);
            return tell(done, refused);
        }

        private int tell(JsonNode done, List<ObjectNode> refused) {
            PrintWriter out = spec.commandLine().getOut();
            if (client.printsJson()) out.println(done);
            else {
                out.println("In line again: " + done.path("retried").asInt());
                for (var one : refused)
                    out.println(
                            "%s  %s"
                                    .formatted(
                                            one.path("id").asText(), one.path("detail").asText()));
                if (done.path("more").asBoolean()) out.println("There may be more.");
            }
            out.flush();
            return refused.isEmpty() ? Exit.DONE : Exit.FAILED;
        }
    }
}
