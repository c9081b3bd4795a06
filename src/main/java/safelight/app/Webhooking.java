package safelight.app;

import java.time.Duration;
import java.util.List;
import safelight.base.Backoff;
import safelight.settings.Setting;
import safelight.settings.Settings;
import safelight.webhooks.Network;
import safelight.webhooks.WebhookSettings;

/// How webhooks are sent, as the settings want it.
record Webhooking(Settings settings) {
    private static final Duration KEPT_MOST = Duration.ofDays(30);
    private static final Duration TIME_MOST = Duration.ofMinutes(2);

    private static final Setting<Integer> ATTEMPTS =
            Setting.number(
                    "webhooks.attempts-most",
                    14,
                    1,
                    50,
                    "Tries after which a delivery is given up; with the waits below that is after"
                            + " most of a day");
    private static final Setting<Duration> PAUSE =
            Setting.duration("webhooks.pause-first", "10s", "Wait after a first failure; doubles");
    private static final Setting<Duration> PAUSE_MOST =
            Setting.duration(
                    "webhooks.pause-most",
                    "12h",
                    "Longest wait between tries, also if the receiver asks for more");
    private static final Setting<Duration> CONNECT =
            upTo(TIME_MOST, "webhooks.connect-most", "5s", "Time for connecting to a receiver");
    private static final Setting<Duration> TIME =
            upTo(TIME_MOST, "webhooks.time-most", "15s", "Time for a try as a whole");
    private static final Setting<Integer> AT_ONCE =
            Setting.number(
                    "webhooks.at-once", 64, 1, 1000, "Tries that a web server has under way");
    private static final Setting<Integer> PER_HOST =
            Setting.number("webhooks.per-host", 4, 1, 1000, "Of these, to one host and port");
    private static final Setting<Integer> PER_ACCOUNT =
            Setting.number(
                    "webhooks.per-account",
                    16,
                    1,
                    1000,
                    "Of these, of one account, to however many hosts");
    private static final Setting<Duration> KEPT =
            upTo(
                    KEPT_MOST,
                    "webhooks.kept",
                    "7d",
                    "Time after which deliveries are forgotten; on Cassandra it is always 30d");
    private static final Setting<List<Network>> ALLOW =
            new Setting<>(
                    "webhooks.allow",
                    "",
                    "Networks that are not public and webhooks may go to nevertheless, such as"
                            + " `10.1.0.0/16`, with commas",
                    false,
                    Webhooking::networks);

    static final List<Setting<?>> ALL =
            List.of(
                    ATTEMPTS,
                    PAUSE,
                    PAUSE_MOST,
                    CONNECT,
                    TIME,
                    AT_ONCE,
                    PER_HOST,
                    PER_ACCOUNT,
                    KEPT,
                    ALLOW);

    private static Setting<Duration> upTo(
            Duration most, String key, String otherwise, String meaning) {
        var any = Setting.duration(key, otherwise, meaning);
        return new Setting<>(
                key,
                otherwise,
                meaning,
                false,
                text -> {
                    var time = any.read().apply(text);
                    if (time.compareTo(most) <= 0) return time;
                    throw new IllegalArgumentException(
                            "is at most %d s, not %s".formatted(most.toSeconds(), text));
                });
    }

    private static List<Network> networks(String text) {
        try {
            return Network.parseAll(text);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("is like 10.1.0.0/16,fd00::/8, not " + text, e);
        }
    }

    WebhookSettings read() {
        var first = settings.get(PAUSE);
        var most = settings.get(PAUSE_MOST);
        return new WebhookSettings(
                settings.get(ATTEMPTS),
                new Backoff(first, most.compareTo(first) < 0 ? first : most),
                settings.get(CONNECT),
                settings.get(TIME),
                settings.get(AT_ONCE),
                settings.get(PER_HOST),
                settings.get(PER_ACCOUNT),
                settings.get(KEPT),
                settings.get(ALLOW));
    }
}
