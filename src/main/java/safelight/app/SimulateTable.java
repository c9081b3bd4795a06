package safelight.app;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import safelight.simulate.Contest;
import safelight.simulate.Outcome;
import safelight.simulate.Plant;

/// What `safelight simulate` prints: a table, or JSON.
final class SimulateTable {
    private static final double PERCENT = 100;

    private SimulateTable() {}

    /// A table for each role, and below it who is cheaper than ours.
    static String text(List<Contest> all) {
        var text = new StringBuilder();
        for (var role : Plant.Role.values()) {
            var its = all.stream().filter(c -> c.plant().role() == role).toList();
            if (its.isEmpty()) continue;
            text.append(title(its.getFirst().plant())).append('\n');
            text.append(
                    String.format(
                            "  %-10s %-10s %6s %9s %6s %6s %6s %8s%n",
                            "trace", "scaler", "at", "inst-h", "p50 s", "p99 s", "max s",
                            "late %"));
            for (var each : its) for (var entry : each.entries()) text.append(line(each, entry));
            text.append("  ").append(verdict(its)).append("\n\n");
        }
        return text.toString();
    }

    private static String title(Plant plant) {
        return String.format(
                Locale.ROOT,
                "%s: %d to %d, %d at once of %.3f s, start %d s, late after %.0f s",
                plant.role() == Plant.Role.WEB ? "web servers" : "workers",
                plant.least(),
                plant.most(),
                plant.slots(),
                plant.eachSeconds(),
                plant.startSeconds(),
                plant.lateSeconds());
    }

    private static String line(Contest contest, Contest.Entry entry) {
        var each = entry.outcome();
        return String.format(
                        Locale.ROOT,
                        "  %-10s %-10s %6s %9.2f %6.0f %6.0f %6.0f %8.3f  %7s  %s",
                        each.trace(),
                        each.scaler(),
                        each.setting(),
                        each.instanceHours(),
                        each.p50Seconds(),
                        each.p99Seconds(),
                        each.maxSeconds(),
                        each.late() * PERCENT,
                        more(contest, each),
                        words(contest, entry))
                + "\n";
    }

    /// What it costs beside ours as it is set.
    private static String more(Contest contest, Outcome each) {
        var ours = contest.ours();
        if (each.equals(ours)) return "";
        double more = PERCENT * (each.instanceHours() / ours.instanceHours() - 1);
        return String.format(Locale.ROOT, "%+.0f %%", more);
    }

    /// Who is late is cheap, so that is said too.
    private static String words(Contest contest, Contest.Entry entry) {
        var words = new ArrayList<String>();
        if (entry.isSet()) words.add("as set");
        if (entry.isBest())
            words.add(contest.isInTime(entry.outcome()) ? "best" : "no setting is in time");
        if (entry.outcome().p99Seconds() > contest.plant().lateSeconds())
            words.add("misses the target");
        return String.join(", ", words);
    }

    private static String verdict(List<Contest> all) {
        Map<String, List<String>> traces = new LinkedHashMap<>();
        for (var each : all)
            for (var rival : each.cheaper())
                traces.computeIfAbsent(rival, _ -> new ArrayList<>()).add(each.ours().trace());
        if (traces.isEmpty()) return "best against best, nobody needs fewer hours than safelight";
        return traces.entrySet().stream()
                .map(e -> e.getKey() + " on " + String.join(", ", e.getValue()))
                .collect(
                        Collectors.joining(
                                "; ", "best against best, fewer hours than safelight: ", ""));
    }

    /// The same as a list of objects.
    static String json(List<Contest> all) throws IOException {
        var mapper = new ObjectMapper();
        var list = mapper.createArrayNode();
        for (var contest : all) {
            for (var entry : contest.entries()) {
                var each = entry.outcome();
                list.addObject()
                        .put("role", contest.plant().role().name().toLowerCase(Locale.ROOT))
                        .put("trace", each.trace())
                        .put("scaler", each.scaler())
                        .put("setting", each.setting())
                        .put("asSet", entry.isSet())
                        .put("best", entry.isBest())
                        .put("instanceHours", each.instanceHours())
                        .put("p50Seconds", each.p50Seconds())
                        .put("p99Seconds", each.p99Seconds())
                        .put("maxSeconds", each.maxSeconds())
                        .put("late", each.late())
                        .put("left", each.left())
                        .put("waitSeconds", contest.waitSeconds())
                        .put("inTime", contest.isInTime(each))
                        .put("onTarget", each.p99Seconds() <= contest.plant().lateSeconds());
            }
        }
        return mapper.writeValueAsString(list);
    }
}
