package safelight.catalog;

import java.time.Instant;
import java.util.Optional;

/// What one data center has told the others. `pulse` counts up as long as it works, and `seen` is
/// when it did last, by its own clock; `waitsFor` says why it should not be given traffic yet;
/// `lost` is since when others have had its jobs; `givenUp` is what a person said about it.
public record Center(
        String name,
        long pulse,
        Instant seen,
        Optional<String> waitsFor,
        Optional<Instant> lost,
        boolean givenUp) {}
