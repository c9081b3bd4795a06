package safelight.web;

import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import safelight.base.PhotoId;
import safelight.catalog.PhotoRows;
import safelight.catalog.sql.SqlPhotos;

/// Breaks every rule about the web role, so that tests can show that each of them bites.
final class PlantRole {
    private static final Map<String, String> CACHE = new HashMap<>();

    private final Map<String, Instant> seen = new HashMap<>();
    private final PhotoRows rows;
    private final Optional<SqlPhotos> engine = Optional.empty();
    private final Exchange kept;
    private int count;

    PlantRole(PhotoRows rows, Exchange kept) {
        this.rows = rows;
        this.kept = kept;
    }

    void breakAll(String id) {
        count++;
        CACHE.put(id, kept.id());
        seen.put(id, Instant.now());
        System.out.println(Clock.systemUTC().millis() + new SecureRandom().nextInt() + count);
        rows.find(new PhotoId(id));
        engine.ifPresent(System.err::println);
    }
}
