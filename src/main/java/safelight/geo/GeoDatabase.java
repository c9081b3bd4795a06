package safelight.geo;

import com.maxmind.db.InvalidNetworkException;
import com.maxmind.db.Reader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/// A `.mmdb` file of any maker: what it says of a network is looked for under the names of MaxMind
/// (nested) and under those of flat files. Without coordinates a country's middle is taken, without
/// a country the continent's.
public final class GeoDatabase {
    private GeoDatabase() {}

    /// The file is no database that can be read.
    public static final class Damaged extends Exception {
        private static final long serialVersionUID = 1L;

        Damaged(String message, @Nullable Throwable cause) {
            super(message, cause);
        }

        /// For a file that is not there or cannot be opened.
        public static Damaged unreadable(Path file, Throwable cause) {
            return new Damaged(file + " cannot be read: " + cause.getMessage(), cause);
        }
    }

    /// Gives every network of the file that has a place to `to`.
    ///
    /// @return how many those were
    /// @throws Damaged if it cannot be read, or says of no network where it is
    public static int read(Path file, BiConsumer<Prefix, Place> to) throws Damaged {
        int found = 0;
        try (var reader = new Reader(file.toFile(), Reader.FileMode.MEMORY)) {
            var networks = reader.networks(Map.class);
            while (networks.hasNext()) {
                var next = networks.next();
                if (next.data() == null) continue;
                var place = place(next.data());
                if (place.isEmpty()) continue;
                var address = next.network().networkAddress().getAddress();
                int length = next.network().prefixLength();
                if (address.length > Integer.BYTES && length > Prefix.SIX_BITS) continue;
                to.accept(Prefix.of(address, length), place.get());
                found++;
            }
        } catch (IOException | InvalidNetworkException | RuntimeException e) {
            throw new Damaged(file + " is no .mmdb that can be read: " + e.getMessage(), e);
        }
        if (found == 0)
            throw new Damaged(
                    file
                            + " says of no network where it is: looked for location.latitude,"
                            + " latitude, country.iso_code, country_code, continent.code and"
                            + " continent",
                    null);
        return found;
    }

    static Optional<Place> place(Map<?, ?> record) {
        var where = record.get("location") instanceof Map<?, ?> nested ? nested : record;
        var latitude = number(where.get("latitude"));
        var longitude = number(where.get("longitude"));
        if (latitude.isPresent() && longitude.isPresent())
            return Optional.of(new Place(latitude.get(), longitude.get()));
        return country(record)
                .flatMap(Countries::country)
                .or(() -> continent(record).flatMap(Countries::continent));
    }

    private static Optional<String> country(Map<?, ?> record) {
        return code(record.get("country"), "iso_code")
                .or(() -> code(record.get("country_code"), ""))
                .or(() -> code(record.get("registered_country"), "iso_code"));
    }

    private static Optional<String> continent(Map<?, ?> record) {
        return code(record.get("continent"), "code")
                .or(() -> code(record.get("continent_code"), ""));
    }

    private static Optional<String> code(@Nullable Object value, String inside) {
        var code = value instanceof Map<?, ?> nested ? nested.get(inside) : value;
        return code instanceof String text && text.length() == 2
                ? Optional.of(text.toUpperCase(Locale.ROOT))
                : Optional.empty();
    }

    /// Flat files hold coordinates as numbers or as text.
    private static Optional<Double> number(@Nullable Object value) {
        if (value instanceof Number number) return Optional.of(number.doubleValue());
        if (value instanceof String text && text.matches("-?\\d{1,3}(\\.\\d+)?"))
            return Optional.of(Double.parseDouble(text));
        return Optional.empty();
    }
}
