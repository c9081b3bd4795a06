package safelight.app;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// One entry of a setting that is a list: words `key=value`, with blanks between them. A key may
/// come again.
record Words(List<Word> all) {
    /// One of them.
    record Word(String key, String value) {}

    /// Reads entries with commas between them; throws IllegalArgumentException with a sentence if a
    /// key is none of `known`.
    static List<Words> list(String text, Set<String> known) {
        return Arrays.stream(text.split(",", -1))
                .map(String::strip)
                .filter(s -> !s.isEmpty())
                .map(entry -> read(entry, known))
                .toList();
    }

    private static Words read(String entry, Set<String> known) {
        var words = new ArrayList<Word>();
        for (var word : entry.split("\\s+", -1)) {
            int equals = word.indexOf('=');
            var key = equals < 0 ? word : word.substring(0, equals);
            if (equals < 0 || !known.contains(key))
                throw new IllegalArgumentException(
                        "'%s' in '%s' is none of %s="
                                .formatted(
                                        word,
                                        entry,
                                        String.join("=, ", known.stream().sorted().toList())));
            words.add(new Word(key, word.substring(equals + 1)));
        }
        return new Words(words);
    }

    List<String> each(String key) {
        return all.stream().filter(w -> w.key.equals(key)).map(Word::value).toList();
    }

    Optional<String> one(String key) {
        var found = each(key);
        if (found.size() > 1)
            throw new IllegalArgumentException(key + "= is there more than once in " + this);
        return found.stream().findFirst();
    }

    String needed(String key) {
        return one(key).orElseThrow(
                        () -> new IllegalArgumentException(key + "= is missing in '" + this + "'"));
    }

    @Override
    public String toString() {
        return String.join(" ", all.stream().map(w -> w.key + "=" + w.value).toList());
    }
}
