package safelight.jobs;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Locale;
import java.util.Optional;
import safelight.base.AccountId;
import safelight.base.Page;
import safelight.catalog.Job;
import safelight.catalog.JobRows;

/// Dead jobs, found and retried by what they have in common. Keeps nothing itself; thread-safe.
public final class DeadJobs {
    /// How many jobs one call retries at most.
    public static final int RETRIED_MAX = 1_000;

    /// Pages that one call reads. What matches rarely may need several calls.
    private static final int PAGES_MAX = 50;

    private static final int PAGE = 100;

    private final JobRows rows;
    private final Jobs jobs;

    /// Wires it.
    public DeadJobs(JobRows rows, Jobs jobs) {
        this.rows = rows;
        this.jobs = jobs;
    }

    /// Which dead jobs: of one account or of all, with this code, with this text in the reason
    /// (small or capital letters), ended at or after `since` and before `until`.
    public record Filter(
            Optional<AccountId> account,
            Optional<String> code,
            Optional<String> text,
            Optional<Instant> since,
            Optional<Instant> until) {
        /// Whether this dead job is meant.
        boolean fits(Job job) {
            var reason = job.status().error();
            var ended = job.status().finished().orElse(Instant.EPOCH);
            return account.map(a -> a.equals(job.order().account())).orElse(true)
                    && code.map(c -> reason.filter(r -> r.code().equals(c)).isPresent())
                            .orElse(true)
                    && text.map(t -> reason.filter(r -> has(r.message(), t)).isPresent())
                            .orElse(true)
                    && since.map(t -> !ended.isBefore(t)).orElse(true)
                    && until.map(ended::isBefore).orElse(true);
        }

        private static boolean has(String message, String text) {
            return message.toLowerCase(Locale.ROOT).contains(text.toLowerCase(Locale.ROOT));
        }
    }

    /// How many jobs were put in line again, and whether there may be more like them.
    public record Retried(int jobs, boolean more) {}

    /// Those that fit, newest first. A page may have fewer than asked for, and more still follow.
    public Page<Job> list(Filter filter, Page.Request page) {
        var found = new ArrayList<Job>();
        var next = page.cursor();
        for (int i = 0; i < PAGES_MAX; i++) {
            var some =
                    rows.dead(filter.account, new Page.Request(page.limit() - found.size(), next));
            some.items().stream().filter(filter::fits).forEach(found::add);
            next = some.next();
            if (next.isEmpty() || found.size() == page.limit()) break;
        }
        return new Page<>(found, next);
    }

    /// Retries those that fit, `most` at most. One that somebody else retries is left to him, so
    /// that doing it twice is no fault.
    public Retried retry(Filter filter, int most) {
        int retried = 0;
        Optional<String> next = Optional.empty();
        for (int i = 0; i < PAGES_MAX && retried < most; i++) {
            var some = list(filter, new Page.Request(Math.min(PAGE, most - retried), next));
            for (var job : some.items()) if (isRetried(job)) retried++;
            next = some.next();
            if (next.isEmpty()) return new Retried(retried, false);
        }
        return new Retried(retried, true);
    }

    private boolean isRetried(Job job) {
        try {
            jobs.retry(job.order().account(), job.id());
            return true;
        } catch (JobFailure.WrongState | JobFailure.Unknown _) {
            return false;
        }
    }
}
