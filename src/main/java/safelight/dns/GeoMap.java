package safelight.dns;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import safelight.base.Digest;
import safelight.geo.BuiltIn;
import safelight.geo.GeoDatabase;
import safelight.geo.PrefixTable;
import safelight.geo.PrefixTableBuilder;
import safelight.geo.TableFile;
import safelight.steering.Preference;
import safelight.steering.Preferences;

/// Which preference each network has: a table compiled from the plan and a geographic database, and
/// what its numbers mean. Immutable.
record GeoMap(PrefixTable table, List<Preference> preferences) {
    private static final Logger LOG = LoggerFactory.getLogger(GeoMap.class);

    /// From the database, or the built-in networks if there is none. What was compiled is kept in
    /// `cache`, under the digest of all that it depends on.
    static GeoMap make(DnsPlan plan, Optional<Path> database, Path cache)
            throws GeoDatabase.Damaged {
        var key = key(plan, database);
        var file = new TableFile(cache);
        var kept = file.read(key);
        if (kept.isPresent())
            return new GeoMap(
                    kept.get().table(),
                    kept.get().meanings().stream().map(Preference::parse).toList());
        var made = compile(plan, database);
        try {
            var meanings = made.preferences.stream().map(Preference::toString).toList();
            file.write(key, new TableFile.Compiled(made.table, meanings));
        } catch (IOException e) {
            LOG.atWarn().setCause(e).log("compiled table not kept");
        }
        return made;
    }

    private static GeoMap compile(DnsPlan plan, Optional<Path> database)
            throws GeoDatabase.Damaged {
        var preferences = new Preferences(plan.dataCenters(), plan.withinKm());
        var builder = new PrefixTableBuilder(Preferences.UNKNOWN);
        if (database.isPresent())
            GeoDatabase.read(
                    database.get(), (net, place) -> builder.paint(net, preferences.at(place)));
        else BuiltIn.read((net, place) -> builder.paint(net, preferences.at(place)));
        plan.overrides().stream()
                .sorted(Comparator.comparingInt(o -> o.network().length()))
                .forEach(o -> builder.paint(o.network(), preferences.explicit(o.order())));
        return new GeoMap(builder.build(), preferences.all());
    }

    private static String key(DnsPlan plan, Optional<Path> database) throws GeoDatabase.Damaged {
        try {
            var digest = Digest.sha256();
            digest.update(
                    "%s %s %s"
                            .formatted(plan.dataCenters(), plan.overrides(), plan.withinKm())
                            .getBytes(StandardCharsets.UTF_8));
            if (database.isPresent())
                try (var in = new DigestInputStream(Files.newInputStream(database.get()), digest)) {
                    in.transferTo(OutputStream.nullOutputStream());
                }
            return Digest.finish(digest).hex();
        } catch (IOException e) {
            throw GeoDatabase.Damaged.unreadable(database.orElseThrow(), e);
        }
    }
}
