package safelight.geo;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The middle of each country and continent, to about a degree, and the few networks of the
/// built-in table: where the registries hand out addresses.
final class Countries {
    private static final Map<String, Place> COUNTRIES = places("countries.txt");
    private static final Map<String, Place> CONTINENTS = places("continents.txt");

    private Countries() {}

    static Optional<Place> country(String code) {
        return Optional.ofNullable(COUNTRIES.get(code));
    }

    static Optional<Place> continent(String code) {
        return Optional.ofNullable(CONTINENTS.get(code));
    }

    static List<String[]> lines(String resource) {
        try (var stream = Countries.class.getResourceAsStream("/safelight/geo/" + resource)) {
            if (stream == null) throw new IllegalStateException("the jar lacks " + resource);
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(l -> !l.startsWith("#") && !l.isBlank())
                    .map(l -> l.split(" +", -1))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Map<String, Place> places(String resource) {
        var places = new HashMap<String, Place>();
        for (var line : lines(resource))
            places.put(
                    line[0], new Place(Double.parseDouble(line[1]), Double.parseDouble(line[2])));
        return Map.copyOf(places);
    }
}
