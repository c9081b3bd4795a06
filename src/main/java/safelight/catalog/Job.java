package safelight.catalog;

import java.time.Instant;
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
    /// one that it came with.
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
            Optional<BatchId> batch) {
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
    /// to 1.
    public record Status(
            State state,
            int attempt,
            int strikes,
            double progress,
            Optional<String> worker,
            Optional<Instant> started,
            Optional<Instant> finished,
            Optional<Reason> error,
            Optional<PhotoId> result) {
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
                        order.batch),
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
                        Optional.empty()));
    }
}
