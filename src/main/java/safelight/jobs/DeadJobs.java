package safelight.jobs;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
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

    /// Retries those that fit, `most` at most, as far as there is room for open jobs. One that
    /// somebody else retries is left to him, so that doing it twice is no fault. An account that is
    /// full does not keep others' jobs from being retried.
    ///
    /// @throws JobFailure if there is room for none of them
    public Retried retry(Filter filter, int most) {
        var run = new Run(filter.account.isPresent());
        Optional<String> next = Optional.empty();
        for (int i = 0; i < PAGES_MAX && run.retried < most && !run.isOver; i++) {
            var some = list(filter, new Page.Request(Math.min(PAGE, most - run.retried), next));
            some.items().forEach(run::retry);
            next = some.next();
            if (next.isEmpty()) return run.end(false);
        }
        return run.end(true);
    }

    /// Jobs that share a limit.
    private record Crowd(AccountId account, boolean inBatches) {
        static Crowd of(Job job) {
            return new Crowd(job.order().account(), job.order().batch().isPresent());
        }
    }

    /// One call: how many it retried, and what there was no room for.
    private final class Run {
        private final boolean ofOneAccount;
        private final Set<Crowd> full = new HashSet<>();
        private Optional<JobFailure> refusal = Optional.empty();
        private int retried;
        private boolean isOver;

        Run(boolean ofOneAccount) {
            this.ofOneAccount = ofOneAccount;
        }

        void retry(Job job) {
            if (isOver || full.contains(Crowd.of(job))) return;
            try {
                var _ = jobs.retry(job.order().account(), job.id());
                retried++;
            } catch (JobFailure.WrongState | JobFailure.Unknown _) {
                // somebody else's now, or gone
            } catch (JobFailure.TooMany | JobFailure.TooHeavy e) {
                refusal = Optional.of(e);
                full.add(Crowd.of(job));
                isOver = ofOneAccount;
            } catch (JobFailure.Busy e) {
                refusal = Optional.of(e);
                isOver = true;
            }
        }

        Retried end(boolean more) {
            if (retried == 0 && refusal.isPresent()) throw refusal.get();
            return new Retried(retried, more || refusal.isPresent());
        }
    }
}
