package safelight.accounts;

import java.time.Duration;

/// How long a sign-in lasts and how often one may be tried. `idle`: since its last use; `absolute`:
/// since it began; tries count in windows of `window`.
public record SessionRules(
        Duration idle, Duration absolute, int triesPerAddress, int triesPerEmail, Duration window) {
    private static final Duration TOUCH_LEAST = Duration.ofSeconds(60);
    private static final int TOUCH_PART = 10;

    /// Refuses an idle time longer than the absolute one, and limits below one.
    public SessionRules {
        if (idle.compareTo(absolute) > 0 || triesPerAddress < 1 || triesPerEmail < 1)
            throw new IllegalArgumentException(
                    "sessions cannot idle for %s of %s".formatted(idle, absolute));
    }

    /// How often the last use is written: every `max(60 s, idle/10)`.
    Duration touchEvery() {
        var part = idle.dividedBy(TOUCH_PART);
        return part.compareTo(TOUCH_LEAST) > 0 ? part : TOUCH_LEAST;
    }
}
