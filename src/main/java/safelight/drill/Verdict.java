package safelight.drill;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/// What a drill came to. `accepted`, `succeeded` and `dead` count jobs; `lost`, `doubled` and
/// `unexpected` hold a sentence for each thing that must not be; `skipped` are kinds of faults that
/// could not be had; `rerunsMs` rises.
public record Verdict(
        long seed,
        long seconds,
        List<String> without,
        SortedMap<String, Integer> faults,
        List<String> skipped,
        int accepted,
        int succeeded,
        int dead,
        List<String> lost,
        List<String> doubled,
        List<String> unexpected,
        List<Long> rerunsMs) {
    /// Copies the collections.
    public Verdict {
        without = List.copyOf(without);
        faults = new TreeMap<>(faults);
        skipped = List.copyOf(skipped);
        lost = List.copyOf(lost);
        doubled = List.copyOf(doubled);
        unexpected = List.copyOf(unexpected);
        rerunsMs = List.copyOf(rerunsMs);
    }

    /// Whether every promise was kept.
    public boolean isClean() {
        return lost.isEmpty() && doubled.isEmpty() && unexpected.isEmpty();
    }

    /// All sentences about what must not be.
    public List<String> findings() {
        var all = new ArrayList<String>();
        lost.forEach(l -> all.add("lost: " + l));
        doubled.forEach(d -> all.add("doubled: " + d));
        unexpected.forEach(u -> all.add("unexpected: " + u));
        return all;
    }

    /// How many faults there were.
    public int faultCount() {
        return faults.values().stream().mapToInt(Integer::intValue).sum();
    }

    /// The middle one of the rerun times; -1 if there is none.
    public long rerunMedianMs() {
        return rerunsMs.isEmpty() ? -1 : rerunsMs.get((rerunsMs.size() - 1) / 2);
    }

    /// The longest rerun time; -1 if there is none.
    public long rerunLongestMs() {
        return rerunsMs.isEmpty() ? -1 : rerunsMs.getLast();
    }

    /// The figures as one JSON object; rerun times are null where no job was cut off.
    public String json() {
        var node = JsonNodeFactory.instance.objectNode().put("seed", seed).put("seconds", seconds);
        var kinds = node.putObject("faults");
        faults.forEach(kinds::put);
        node.put("accepted", accepted)
                .put("succeeded", succeeded)
                .put("dead", dead)
                .put("lost", lost.size())
                .put("doubled", doubled.size())
                .put("unexpected", unexpected.size());
        var times = node.putObject("rerunMs");
        if (rerunsMs.isEmpty()) times.putNull("p50").putNull("max");
        else times.put("p50", rerunMedianMs()).put("max", rerunLongestMs());
        return node.toString();
    }
}
