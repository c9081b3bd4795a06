package safelight.jobs;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import safelight.catalog.Job;
import safelight.queue.JobQueue;

/// Who has a job in hand, by its row and its ticket, and how this worker takes it. Thread-safe.
final class Claims {
    private static final Duration FREED_MOST = Duration.ofMillis(250);
    private static final Duration LOOK_AGAIN = Duration.ofMillis(10);

    private final CarryOut.Parts parts;
    private final Attempts attempts;

    Claims(CarryOut.Parts parts, Attempts attempts) {
        this.parts = parts;
        this.attempts = attempts;
    }

    /// The ticket of a process that crashed comes here just when its parent writes so into the row.
    /// That is waited for, since it says whether the job may be run beside others; not for long, as
    /// the parent may be gone too.
    Job settled(JobQueue.Delivery delivery, Job job) {
        long deadline = System.nanoTime() + FREED_MOST.toNanos();
        var now = job;
        while (delivery.count() > 1
                && now.status().state() == Job.State.RUNNING
                && now.status().worker().isPresent()
                && System.nanoTime() < deadline) {
            LockSupport.parkNanos(LOOK_AGAIN.toNanos());
            now = parts.jobs().find(job.id()).orElse(now);
        }
        return now;
    }

    /// A first delivery of a job that somebody is running is a second ticket for it. (A ticket that
    /// comes again, count above 1, means that its last holder is gone, so this one is not counted.)
    static boolean isElsewhere(JobQueue.Delivery delivery, Job job) {
        return delivery.count() == 1
                && job.status().state() == Job.State.RUNNING
                && job.status().worker().isPresent();
    }

    /// A row that changed because whoever noticed a worker's end freed it is claimed all the same,
    /// unless it is one to be run alone now, and is not.
    Optional<Job> claim(Job job, boolean alone) {
        var began = parts.clock().instant();
        return start(job, began)
                .or(() ->
                        parts.jobs()
                                .find(job.id())
                                .filter(Claims::isFree)
                                .filter(freed -> alone || !Attempts.isSuspect(freed.status()))
                                .flatMap(freed -> start(freed, began)));
    }

    private Optional<Job> start(Job job, Instant began) {
        return parts.jobs()
                .advance(job.with(attempts.started(job.status(), parts.worker().value(), began)));
    }

    private static boolean isFree(Job job) {
        return !job.status().state().isFinal() && job.status().worker().isEmpty();
    }

    /// Another worker has claimed the job meanwhile, and holds a ticket of its own for it.
    boolean isWithAnother(Job job) {
        return job.status().state() == Job.State.RUNNING
                && job.status().worker().filter(w -> !w.equals(parts.worker().value())).isPresent();
    }
}
