package safelight.steering;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// Which data centers were taken out by a person. Each word has a revision that grows, so that of
/// two copies the newer word counts, whatever the clocks say. Immutable.
public record Drains(Map<String, Word> words) {
    /// Nobody is drained.
    public static final Drains NONE = new Drains(Map.of());

    /// The last word on a data center.
    public record Word(boolean isDrained, long revision) {
        /// Of two words of one revision the one that keeps a data center in counts.
        Word newer(Word other) {
            if (revision != other.revision) return revision > other.revision ? this : other;
            return isDrained ? other : this;
        }
    }

    /// Copies.
    public Drains {
        words = Map.copyOf(words);
    }

    /// Whether a data center is out.
    public boolean has(String dataCenter) {
        var word = words.get(dataCenter);
        return word != null && word.isDrained;
    }

    /// With a new word on one data center.
    public Drains with(String dataCenter, boolean isDrained) {
        long newest = words.values().stream().mapToLong(Word::revision).max().orElse(0);
        var all = new TreeMap<>(words);
        all.put(dataCenter, new Word(isDrained, newest + 1));
        return new Drains(all);
    }

    /// The newer word on each data center.
    public Drains merge(Drains other) {
        var all = new TreeMap<>(words);
        other.words.forEach((name, word) -> all.merge(name, word, Word::newer));
        return new Drains(all);
    }

    /// Whether draining `dataCenter` would leave nobody.
    public boolean wouldLeaveNobody(String dataCenter, List<String> all) {
        return all.stream().allMatch(name -> name.equals(dataCenter) || has(name));
    }
}
