package safelight.jobs;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import safelight.base.PhotoId;
import safelight.base.Problem;
import safelight.catalog.Job;
import safelight.catalog.Job.Outcome;
import safelight.catalog.Job.State;
import safelight.catalog.Job.Status;

/// How a job's status moves from one attempt to the next: pure decisions, no clock, no storage.
///
/// A start that ends through the job's own doing (its worker crashed, its operation failed) is a
/// *strike*; one that went down with its worker, nobody knows why (the process was killed, the
/// machine stopped), is *unexplained*, and may be the photo's doing or not; one that was hindered
/// by something that the job needs says nothing about it. Strikes make a job dead soon, unexplained
/// ends after many, hindrances only after a long time.
final class Attempts {
    private static final String KILLED = "SL-JOB-07";

    private final JobSettings settings;

    Attempts(JobSettings settings) {
        this.settings = settings;
    }

    /// A worker takes the job in hand.
    Status started(Status now, String worker, Instant at) {
        return new Status(
                State.RUNNING,
                now.attempt() + 1,
                now.strikes(),
                0,
                Optional.of(worker),
                Optional.of(now.started().orElse(at)),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                begun(now, worker, at));
    }

    /// The result is stored; thumbnails and profile pictures have no result photo.
    Status succeeded(Status now, Optional<PhotoId> result, Instant at) {
        return new Status(
                State.SUCCEEDED,
                now.attempt(),
                now.strikes(),
                1,
                now.worker(),
                now.started(),
                Optional.of(at),
                Optional.empty(),
                result,
                ended(now, at, Outcome.SUCCEEDED, Optional.empty()));
    }

    /// The operation ended with a problem: final if trying again cannot help, else a strike.
    Status failed(Status now, Problem problem, Instant at) {
        var noted = noted(now, at, Outcome.FAILED, problem.code());
        if (!problem.retryable()) return ended(noted, reason(problem), at);
        return struck(noted, reason(problem), at);
    }

    /// The worker that had the job in hand is gone; `guilty` says whether it went down by itself
    /// rather than being stopped from outside.
    Status abandoned(Status now, boolean guilty, Instant at) {
        var reason =
                new Job.Reason(
                        "SL-JOB-06",
                        "The photo made the worker process crash %d times."
                                .formatted(now.strikes() + (guilty ? 1 : 0)),
                        true);
        if (guilty) return struck(noted(now, at, Outcome.CRASHED, reason.code()), reason, at);
        return interrupted(noted(now, at, Outcome.INTERRUPTED, KILLED), at);
    }

    /// Something that the job needs failed, which says nothing about the photo: it waits, and only
    /// if that has been so for long it ends with that as its reason. What cannot pass ends it at
    /// once.
    Status hindered(Status now, Problem problem, Instant at) {
        var noted = noted(now, at, Outcome.INTERRUPTED, problem.code());
        var patience = hinderedSince(noted).orElse(at).plus(settings.hinderedMost());
        return problem.retryable() && at.isBefore(patience)
                ? waiting(noted, noted.strikes())
                : ended(noted, reason(problem), at);
    }

    /// Since when every start was hindered; of a long row not all are remembered, and then it is
    /// the first start.
    private static Optional<Instant> hinderedSince(Status now) {
        Optional<Instant> since = Optional.empty();
        for (var each : now.history().reversed()) {
            if (each.outcome().filter(Outcome.INTERRUPTED::equals).isEmpty() || isKilled(each))
                return since;
            since = Optional.of(each.started());
        }
        return now.started();
    }

    private static boolean isKilled(Job.Attempt attempt) {
        return attempt.code().filter(KILLED::equals).isPresent();
    }

    /// Whether the job may be what takes its workers down, so that no other should be beside it. A
    /// first unexplained end is most often a worker that was killed with all that it had in hand.
    static boolean isSuspect(Status status) {
        return status.strikes() > 0 || unexplained(status) > 1;
    }

    /// How many starts since the last retry by hand went down with their worker, of the {@link
    /// Status#HISTORY_MAX} that are remembered. One that nobody has seen end is one of them.
    private static long unexplained(Status status) {
        var all = status.history();
        return all.subList(Math.max(0, all.size() - status.attempt()), all.size()).stream()
                .filter(a -> isKilled(a) || a.outcome().isEmpty())
                .count();
    }

    /// Somebody does not want it any more.
    static Status cancelled(Status now, Instant at) {
        return new Status(
                State.CANCELLED,
                now.attempt(),
                now.strikes(),
                now.progress(),
                now.worker(),
                now.started(),
                Optional.of(at),
                Optional.empty(),
                Optional.empty(),
                now.history());
    }

    /// A dead job runs again, with all its attempts before it.
    static Status again(Status now) {
        return Status.NEW.remembering(now.history());
    }

    /// Whether the job has used its attempts up and waits for somebody to retry it.
    static boolean isDead(Status status) {
        return status.state() == State.FAILED
                && status.error().map(Job.Reason::retryable).orElse(false);
    }

    private Status interrupted(Status now, Instant at) {
        long times = unexplained(now);
        if (times < settings.attemptsMost()) return waiting(now, now.strikes());
        var message = "The job's worker was stopped %d times before its end.".formatted(times);
        return ended(now, new Job.Reason(KILLED, message, true), at);
    }

    private Status struck(Status now, Job.Reason reason, Instant at) {
        int strikes = now.strikes() + 1;
        if (strikes < settings.strikesMost()) return waiting(now, strikes);
        return ended(
                new Status(
                        now.state(),
                        now.attempt(),
                        strikes,
                        now.progress(),
                        now.worker(),
                        now.started(),
                        now.finished(),
                        now.error(),
                        now.result(),
                        now.history()),
                reason,
                at);
    }

    /// Nobody has the job in hand, and its ticket is on its way to the next worker. It stays
    /// RUNNING: a change to QUEUED would put a second ticket in line.
    private static Status waiting(Status now, int strikes) {
        return new Status(
                State.RUNNING,
                now.attempt(),
                strikes,
                0,
                Optional.empty(),
                now.started(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                now.history());
    }

    private static Status ended(Status now, Job.Reason reason, Instant at) {
        return new Status(
                State.FAILED,
                now.attempt(),
                now.strikes(),
                now.progress(),
                now.worker(),
                now.started(),
                Optional.of(at),
                Optional.of(reason),
                Optional.empty(),
                now.history());
    }

    private static List<Job.Attempt> begun(Status now, String worker, Instant at) {
        var history = new ArrayList<>(now.history());
        history.add(Job.Attempt.begun(now.attempt() + 1, worker, at));
        return history;
    }

    private static Status noted(Status now, Instant at, Outcome how, String code) {
        return now.remembering(ended(now, at, how, Optional.of(code)));
    }

    private static List<Job.Attempt> ended(
            Status now, Instant at, Outcome how, Optional<String> code) {
        return Job.Attempt.lastEnded(now.history(), at, how, code);
    }

    private static Job.Reason reason(Problem problem) {
        return new Job.Reason(problem.code(), problem.detail(), problem.retryable());
    }
}
