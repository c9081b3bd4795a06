package safelight.fleet;

/// How many instances of each role there should be, as whoever starts them wants it.
public record Desired(int web, int workers) {
    /// Refuses negative counts.
    public Desired {
        if (web < 0 || workers < 0)
            throw new IllegalArgumentException("no %d web and %d workers".formatted(web, workers));
    }
}
