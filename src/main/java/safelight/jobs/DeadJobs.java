package safelight.jobs;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import safelight.base.AccountId;
import safelight.base.Page;
import safelight.catalog.Burden;
import safelight.catalog.Job;
import safelight.catalog.JobRows;

/// Dead jobs, found and retried by what they have in common. Keeps nothing itself; thread-safe.
public final class DeadJobs {
    /// How many jobs one call retries at most.
    public static final int RETRIED_MAX = 1_000;

    /// Pages that one list reads. What matches rarely may need several calls.
    private static final int PAGES_MAX = 50;

    private static final int PAGE = 100;

    /// Whoever asks still waits for the answer then.
    private static final Duration RETRIES_LAST = Duration.ofSeconds(10);

    private final JobRows rows;
    private final Jobs jobs;
    private final Clock clock;

    /// Wires it.
    DeadJobs(JobRows rows, Jobs jobs, Clock clock) {
        this.rows = rows;
        this.jobs = jobs;
        this.clock = clock;
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

    /// Retries those that fit, newest first, `most` at most, as far as there is room for open jobs.
    /// One that somebody else retries is left to him, so that doing it twice is no fault. What
    /// there is no room for keeps nothing else from being retried: neither other accounts' jobs nor
    /// lighter ones, nor those that another limit is for. Looks for ten seconds at most.
    ///
    /// @throws JobFailure if there was no room for any that were found
    public Retried retry(Filter filter, int most) {
        var until = clock.instant().plus(RETRIES_LAST);
        var run = new Run(most);
        Optional<String> next = Optional.empty();
        do {
            var some = rows.dead(filter.account, new Page.Request(PAGE, next));
            some.items().stream().filter(filter::fits).forEach(run::retry);
            next = some.next();
        } while (next.isPresent() && run.retried < most && clock.instant().isBefore(until));
        return run.end(next.isPresent());
    }

    /// Jobs that share a limit. Thumbnails have none.
    private record Crowd(AccountId account, boolean inBatches) {
        static Crowd of(Job job) {
            return new Crowd(job.order().account(), job.order().batch().isPresent());
        }
    }

    /// One call: how many it retried, and what there was no room for.
    private final class Run {
        private final int most;

        /// The latest work that there was no room for: there is none for more than that.
        private final Map<Crowd, Burden> refused = new HashMap<>();

        private Optional<Burden> refusedToAll = Optional.empty();
        private Optional<JobFailure> refusal = Optional.empty();
        private int retried;
        private boolean isLeft;

        Run(int most) {
            this.most = most;
        }

        void retry(Job job) {
            if (retried == most) isLeft = true;
            else if (mayFindRoom(job)) attempt(job);
        }

        private boolean mayFindRoom(Job job) {
            if (job.order().purpose() == Job.Purpose.THUMBNAIL) return true;
            var more = Burden.of(job.order().weight());
            return Stream.of(Optional.ofNullable(refused.get(Crowd.of(job))), refusedToAll)
                    .flatMap(Optional::stream)
                    .noneMatch(there -> there.isWithin(more));
        }

        private void attempt(Job job) {
            var more = Burden.of(job.order().weight());
            try {
                var _ = jobs.retry(job.order().account(), job.id());
                retried++;
            } catch (JobFailure.WrongState | JobFailure.Unknown _) {
                // somebody else's now, or gone
            } catch (JobFailure.TooMany e) {
                refusal = Optional.of(e);
                refused.put(Crowd.of(job), Burden.NONE);
            } catch (JobFailure.TooHeavy e) {
                refusal = Optional.of(e);
                refused.put(Crowd.of(job), more);
            } catch (JobFailure.Busy e) {
                refusal = Optional.of(e);
                refusedToAll = Optional.of(more);
            }
        }

        Retried end(boolean more) {
            if (retried == 0 && refusal.isPresent()) throw refusal.get();
            return new Retried(retried, more || isLeft || refusal.isPresent());
        }
    }
}
