package safelight.drill;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/// What a drill of data centers came to. `jobs` is about jobs; the lists hold a sentence for each
/// thing that must not be; `lagsMs`, which rise, are what data centers showed; `twins` counts jobs
/// that both sides of a cut took in, one of them without a word to the client; `late` photos that
/// were not readable yet, but acknowledged within the lag that was shown.
public record CentersVerdict(
        Verdict jobs,
        List<Course> cuts,
        List<String> unreadable,
        List<String> loginsLost,
        List<String> unmended,
        List<Long> lagsMs,
        int photos,
        int twins,
        int late) {
    /// Copies the collections.
    public CentersVerdict {
        cuts = List.copyOf(cuts);
        unreadable = List.copyOf(unreadable);
        loginsLost = List.copyOf(loginsLost);
        unmended = List.copyOf(unmended);
        lagsMs = List.copyOf(lagsMs);
    }

    /// How one cut went, in milliseconds since it began: until no DNS answer named the data center,
    /// until its last client was served by another, and from its end until all was as before.
    /// `moved` clients had been there.
    public record Course(
            String dataCenter,
            String cut,
            OptionalLong detectedMs,
            OptionalLong servedMs,
            OptionalLong levelMs,
            int moved) {}

    /// Whether every promise was kept.
    public boolean isClean() {
        return findings().isEmpty();
    }

    /// All sentences about what must not be.
    public List<String> findings() {
        var all = new ArrayList<>(jobs.findings());
        unreadable.forEach(p -> all.add("unreadable: " + p));
        loginsLost.forEach(l -> all.add("login lost: " + l));
        unmended.forEach(l -> all.add("not mended: " + l));
        return all;
    }

    /// The slowest change of DNS answers; empty if there was none, or one never came.
    public OptionalLong detectedMs() {
        return slowest(cuts.stream().map(Course::detectedMs).toList());
    }

    /// The slowest move of the last client; empty if there was none, or one never came.
    public OptionalLong servedMs() {
        return slowest(cuts.stream().map(Course::servedMs).toList());
    }

    private static OptionalLong slowest(List<OptionalLong> all) {
        if (all.stream().anyMatch(OptionalLong::isEmpty)) return OptionalLong.empty();
        return all.stream().mapToLong(OptionalLong::getAsLong).max();
    }

    /// The middle one of the lags that were shown.
    public OptionalLong lagMedianMs() {
        return lagsMs.isEmpty()
                ? OptionalLong.empty()
                : OptionalLong.of(lagsMs.get((lagsMs.size() - 1) / 2));
    }

    /// The longest lag that was shown.
    public OptionalLong lagLongestMs() {
        return lagsMs.isEmpty() ? OptionalLong.empty() : OptionalLong.of(lagsMs.getLast());
    }

    /// The figures as one JSON object; null stands for what never came.
    public String json() {
        var node = JsonNodeFactory.instance.objectNode().put("seed", jobs.seed());
        node.set("detectedMs", number(detectedMs()));
        node.set("servedMs", number(servedMs()));
        node.put("accepted", jobs.accepted())
                .put("lost", jobs.lost().size())
                .put("doubled", jobs.doubled().size())
                .put("unreadablePhotos", unreadable.size())
                .put("loginsLost", loginsLost.size());
        var lag = node.putObject("lagMs");
        lag.set("p50", number(lagMedianMs()));
        lag.set("max", number(lagLongestMs()));
        return node.toString();
    }

    private static JsonNode number(OptionalLong value) {
        var nodes = JsonNodeFactory.instance;
        return value.isEmpty() ? nodes.nullNode() : nodes.numberNode(value.getAsLong());
    }
}
