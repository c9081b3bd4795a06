package safelight.catalog;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import safelight.base.AccountId;
import safelight.base.BatchId;
import safelight.base.JobId;
import safelight.base.PhotoId;

/// One accepted piece of photo work: what was asked for, which never changes, and how far it is.
/// `version` counts the changes of the row, from 0.
public record Job(JobId id, Order order, Status status, long version) {
    /// What was asked for. `recipe` is canonical; `key` is the client's Idempotency-Key with a
    /// fingerprint of the request, `request` the id that follows it through the logs, `batch` the
    /// one that it came with, `webhook` the URL that hears of its end, `weight` what it asks of the
    /// system.
    public record Order(
            AccountId account,
            PhotoId photo,
            String recipe,
            Purpose purpose,
            Priority priority,
            Optional<Key> key,
            String request,
            String dataCenter,
            Instant created,
            Optional<BatchId> batch,
            Optional<String> webhook,
            Weight weight) {
        /// Of a job that nobody is told of, or has weighed.
        public Order(
                AccountId account,
                PhotoId photo,
                String recipe,
                Purpose purpose,
                Priority priority,
                Optional<Key> key,
                String request,
                String dataCenter,
                Instant created,
                Optional<BatchId> batch) {
            this(
                    account,
                    photo,
                    recipe,
                    purpose,
                    priority,
                    key,
                    request,
                    dataCenter,
                    created,
                    batch,
                    Optional.empty(),
                    Weight.NONE);
        }

        /// Of a job that came by itself.
        public Order(
                AccountId account,
                PhotoId photo,
                String recipe,
                Purpose purpose,
                Priority priority,
                Optional<Key> key,
                String request,
                String dataCenter,
                Instant created) {
            this(
                    account,
                    photo,
                    recipe,
                    purpose,
                    priority,
                    key,
                    request,
                    dataCenter,
                    created,
                    Optional.empty());
        }

        /// The same order, weighed.
        public Order weighing(Weight known) {
            return new Order(
                    account,
                    photo,
                    recipe,
                    purpose,
                    priority,
                    key,
                    request,
                    dataCenter,
                    created,
                    batch,
                    webhook,
                    known);
        }

        /// The same order, with the URL that hears of its end.
        public Order telling(Optional<String> listener) {
            return new Order(
                    account,
                    photo,
                    recipe,
                    purpose,
                    priority,
                    key,
                    request,
                    dataCenter,
                    created,
                    batch,
                    listener,
                    weight);
        }
    }

    /// What a job asks of the system: its cost in thousandths of a megapixel that one operation
    /// works through, and the bytes of its photo.
    public record Weight(long cost, long bytes) {
        /// Not weighed.
        public static final Weight NONE = new Weight(0, 0);

        /// Refuses what is less than nothing.
        public Weight {
            if (cost < 0 || bytes < 0)
                throw new IllegalArgumentException("no job weighs %d, %d".formatted(cost, bytes));
        }
    }

    /// An Idempotency-Key and the fingerprint of the body that came with it.
    public record Key(String value, String fingerprint) {}

    /// What the result is for. Thumbnails are the service's own and not listed.
    public enum Purpose {
        EDIT,
        AVATAR,
        THUMBNAIL
    }

    /// Which lane a job waits in.
    public enum Priority {
        INTERACTIVE,
        NORMAL,
        BULK
    }

    /// The lifecycle: queued, running, then one of the last three. Only a failed job can go back to
    /// queued, when someone retries it.
    public enum State {
        QUEUED,
        RUNNING,
        SUCCEEDED,
        FAILED,
        CANCELLED;

        /// Whether nothing more happens by itself.
        public boolean isFinal() {
            return this != QUEUED && this != RUNNING;
        }
    }

    /// How far a job is. `attempt` counts starts; `strikes` counts the starts that ended badly
    /// through the job's own doing, and too many of them make it a dead job; `progress` runs from 0
    /// to 1; `history` are the latest attempts, oldest first.
    public record Status(
            State state,
            int attempt,
            int strikes,
            double progress,
            Optional<String> worker,
            Optional<Instant> started,
            Optional<Instant> finished,
            Optional<Reason> error,
            Optional<PhotoId> result,
            List<Attempt> history) {
        /// How many attempts are remembered.
        public static final int HISTORY_MAX = 50;

        /// Keeps the latest attempts.
        public Status {
            history =
                    List.copyOf(
                            history.subList(
                                    Math.max(0, history.size() - HISTORY_MAX), history.size()));
        }

        /// Without attempts that are remembered.
        public Status(
                State state,
                int attempt,
                int strikes,
                double progress,
                Optional<String> worker,
                Optional<Instant> started,
                Optional<Instant> finished,
                Optional<Reason> error,
                Optional<PhotoId> result) {
            this(
                    state, attempt, strikes, progress, worker, started, finished, error, result,
                    List.of());
        }

        /// The same status with other attempts remembered.
        public Status remembering(List<Attempt> attempts) {
            return new Status(
                    state, attempt, strikes, progress, worker, started, finished, error, result,
                    attempts);
        }

        /// The attempts that are remembered. A cancel does not write into them: it ends the last.
        public List<Attempt> attempts() {
            if (state != State.CANCELLED || finished.isEmpty()) return history;
            return Attempt.lastEnded(history, finished.get(), Outcome.CANCELLED, Optional.empty());
        }

        /// Accepted, nothing done yet.
        public static final Status NEW =
                new Status(
                        State.QUEUED,
                        0,
                        0,
                        0,
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty());
    }

    /// One start of a job: its number, which worker took it in hand and when, and how it ended, if
    /// it has: `code` is the problem's unless the attempt succeeded or was cancelled.
    public record Attempt(
            int number,
            String worker,
            Instant started,
            Optional<Instant> ended,
            Optional<Outcome> outcome,
            Optional<String> code) {
        /// One that goes on.
        public static Attempt begun(int number, String worker, Instant at) {
            return new Attempt(
                    number, worker, at, Optional.empty(), Optional.empty(), Optional.empty());
        }

        /// The same one, ended.
        public Attempt ended(Instant at, Outcome how, Optional<String> why) {
            return new Attempt(number, worker, started, Optional.of(at), Optional.of(how), why);
        }

        /// These attempts, of which the last one ends now if it goes on.
        public static List<Attempt> lastEnded(
                List<Attempt> attempts, Instant at, Outcome how, Optional<String> why) {
            if (attempts.isEmpty() || attempts.getLast().ended.isPresent()) return attempts;
            var all = new ArrayList<>(attempts);
            all.add(all.removeLast().ended(at, how, why));
            return all;
        }
    }

    /// How an attempt ended: `INTERRUPTED` through no fault of the job.
    public enum Outcome {
        SUCCEEDED,
        FAILED,
        CRASHED,
        INTERRUPTED,
        CANCELLED
    }

    /// Why a job failed: a stable code, a sentence for a person, and whether a retry may help.
    public record Reason(String code, String message, boolean retryable) {}

    /// A job that is accepted now.
    public static Job accepted(JobId id, Order order) {
        return new Job(id, order, Status.NEW, 0);
    }

    /// The same job, further on.
    public Job with(Status next) {
        return new Job(id, order, next, version);
    }

    /// The same job, of another data center.
    public Job movedTo(String dataCenter) {
        if (dataCenter.equals(order.dataCenter)) return this;
        return new Job(
                id,
                new Order(
                        order.account,
                        order.photo,
                        order.recipe,
                        order.purpose,
                        order.priority,
                        order.key,
                        order.request,
                        dataCenter,
                        order.created,
                        order.batch,
                        order.webhook,
                        order.weight),
                status,
                version);
    }

    /// The same job in an installation that it was moved to. Nobody has it in hand there, so a
    /// running one is queued again, with its attempts and strikes.
    public Job restored() {
        if (status.state() != State.RUNNING) return this;
        return with(
                new Status(
                        State.QUEUED,
                        status.attempt(),
                        status.strikes(),
                        0,
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        status.history()));
    }
}
