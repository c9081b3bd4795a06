package safelight.dns;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.TreeMap;
import safelight.steering.Drains;
import safelight.steering.Streak;
import safelight.steering.Verdicts;

/// What a DNS server knows, as JSON: for people, for the page, and for the servers in other data
/// centers, which take their votes and drains from it.
final class StateJson {
    private static final ObjectMapper JSON = new ObjectMapper();

    private StateJson() {}

    /// What another server said.
    record Said(Verdicts.View view, Drains drains) {}

    static String write(String dataCenter, DnsPlan plan, Board board) {
        var outlook = board.outlook();
        var drains = board.drains();
        var all = JSON.createObjectNode();
        all.put("dataCenter", dataCenter);
        all.put("firstRoundEnded", board.hasSeenAll());
        all.put("votes", board.votesNow());
        all.put("zone", plan.origin());
        var list = all.putArray("dataCenters");
        for (int i = 0; i < plan.sites().size(); i++) {
            var name = plan.siteNames().get(i);
            var site = plan.sites().get(i).dataCenter();
            var word = drains.words().getOrDefault(name, new Drains.Word(false, 0));
            list.addObject()
                    .put("name", name)
                    .put("latitude", site.place().latitude())
                    .put("longitude", site.place().longitude())
                    .put("weight", site.weight())
                    .put("up", outlook.availability().isUp().get(i))
                    .put("drained", word.isDrained())
                    .put("revision", word.revision())
                    .put("seenHere", board.own().get(i).state().name().toLowerCase(Locale.ROOT));
        }
        return all + "\n";
    }

    /// Empty if it is not what {@link #write} writes for this plan. Data centers that only one of
    /// both knows do not count.
    static Optional<Said> read(String text, DnsPlan plan) {
        try {
            var all = JSON.readTree(text);
            int home = plan.siteNames().indexOf(all.path("dataCenter").asText());
            if (home < 0) return Optional.empty();
            var states = new Streak.State[plan.sites().size()];
            Arrays.fill(states, Streak.State.UNKNOWN);
            var words = new TreeMap<String, Drains.Word>();
            for (var each : all.path("dataCenters")) {
                int i = plan.siteNames().indexOf(each.path("name").asText());
                if (i < 0) continue;
                states[i] = state(each);
                long revision = each.path("revision").asLong();
                if (revision > 0)
                    words.put(
                            plan.siteNames().get(i),
                            new Drains.Word(each.path("drained").asBoolean(), revision));
            }
            return Optional.of(
                    new Said(new Verdicts.View(home, Arrays.asList(states)), new Drains(words)));
        } catch (JsonProcessingException e) {
            return Optional.empty();
        }
    }

    private static Streak.State state(JsonNode each) {
        var said = each.path("seenHere").asText();
        return Arrays.stream(Streak.State.values())
                .filter(s -> s.name().toLowerCase(Locale.ROOT).equals(said))
                .findFirst()
                .orElse(Streak.State.UNKNOWN);
    }
}
