package safelight.catalog;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/// A job's attempts as a text, which every engine keeps in the job's row: one line for each. What
/// is not there is a hyphen.
public final class History {
    private static final String NONE = "-";
    private static final int FIELDS = 6;

    private History() {}

    /// As text.
    public static String write(List<Job.Attempt> attempts) {
        return attempts.stream().map(History::line).collect(Collectors.joining("\n"));
    }

    private static String line(Job.Attempt attempt) {
        return String.join(
                " ",
                String.valueOf(attempt.number()),
                attempt.worker(),
                micros(attempt.started()),
                attempt.ended().map(History::micros).orElse(NONE),
                attempt.outcome().map(Job.Outcome::name).orElse(NONE),
                attempt.code().orElse(NONE));
    }

    private static String micros(Instant time) {
        return String.valueOf(ChronoUnit.MICROS.between(Instant.EPOCH, time));
    }

    /// Reads what {@link #write} wrote. Lines of another release that have more are read as far as
    /// they are known.
    public static List<Job.Attempt> read(String text) {
        var attempts = new ArrayList<Job.Attempt>();
        for (var line : text.split("\n", -1)) {
            var fields = line.split(" ", -1);
            if (fields.length < FIELDS) continue;
            attempts.add(
                    new Job.Attempt(
                            Integer.parseInt(fields[0]),
                            fields[1],
                            instant(fields[2]),
                            some(fields[3]).map(History::instant),
                            some(fields[4]).map(Job.Outcome::valueOf),
                            some(fields[5])));
        }
        return attempts;
    }

    private static Optional<String> some(String field) {
        return field.equals(NONE) ? Optional.empty() : Optional.of(field);
    }

    private static Instant instant(String micros) {
        return Instant.EPOCH.plus(Long.parseLong(micros), ChronoUnit.MICROS);
    }
}
