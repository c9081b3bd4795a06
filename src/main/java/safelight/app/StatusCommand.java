package safelight.app;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import safelight.dns.AdminFile;

/// Data centers as the DNS server of this host sees them; without one, as the file of drains says.
@Command(name = "status", description = "Shows the data centers: healthy or not, drained or not.")
final class StatusCommand implements Callable<Integer> {
    private static final Duration ANSWER_MOST = Duration.ofSeconds(2);
    private static final ObjectMapper JSON = new ObjectMapper();

    @Mixin private final ConfigOptions options = new ConfigOptions();

    @Option(names = "--json", description = "Prints JSON.")
    private boolean json;

    @Spec private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() throws IOException, InterruptedException {
        var config = options.read();
        var state = asked(config);
        PrintWriter out = spec.commandLine().getOut();
        var shown = state.isPresent() ? state.get() : fromFile(config);
        if (json) out.println(shown);
        else print(shown, state.isPresent(), out);
        return Exit.DONE;
    }

    private static void print(JsonNode state, boolean isAsked, PrintWriter out) {
        if (!isAsked) out.println("dns did not answer at ops.port; drains are those of the file");
        for (var each : state.path("dataCenters"))
            out.println(
                    "%-20s %-8s %s"
                            .formatted(
                                    each.path("name").asText(),
                                    health(each),
                                    each.path("drained").asBoolean() ? "drained" : "in"));
    }

    private static String health(JsonNode each) {
        if (!each.has("up")) return "unknown";
        return each.path("up").asBoolean() ? "up" : "down";
    }

    private static Optional<JsonNode> asked(Config config)
            throws IOException, InterruptedException {
        if (config.opsPort() == 0) return Optional.empty();
        var host = config.opsHost().contains(":") ? "[" + config.opsHost() + "]" : config.opsHost();
        var address = URI.create("http://%s:%d/dns/state".formatted(host, config.opsPort()));
        try (var client = HttpClient.newBuilder().connectTimeout(ANSWER_MOST).build()) {
            var answer =
                    client.send(
                            HttpRequest.newBuilder(address).timeout(ANSWER_MOST).build(),
                            HttpResponse.BodyHandlers.ofString());
            return answer.statusCode() == 200
                    ? Optional.of(JSON.readTree(answer.body()))
                    : Optional.empty();
        } catch (ConnectException | HttpTimeoutException e) {
            return Optional.empty();
        }
    }

    private static JsonNode fromFile(Config config) {
        var drains = new AdminFile(config.dns().adminFile(config.data())).read();
        var all = JSON.createObjectNode();
        var list = all.putArray("dataCenters");
        for (var name : config.dns().plan().siteNames())
            list.addObject().put("name", name).put("drained", drains.has(name));
        return all;
    }
}
