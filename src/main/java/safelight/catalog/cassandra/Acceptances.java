package safelight.catalog.cassandra;

import java.time.Clock;
import java.time.Instant;
import java.util.Optional;
import safelight.base.AccountId;
import safelight.base.JobId;
import safelight.catalog.Acceptance;
import safelight.catalog.Burden;
import safelight.catalog.Job;
import safelight.catalog.Reopening;
import safelight.cql.Row;
import safelight.cql.Statements;

/// Accepts jobs. An idempotency key is taken by one condition, and with it goes all that the job is
/// made of beyond the request: whoever finds a key without a job makes that very job, so a crash
/// between key and job is mended by the client's next try.
///
/// Open jobs are counted, then the job is added, without a condition: an account may have as many
/// more than it should as requests of its own come at the same time.
final class Acceptances {
    private final JobSteps steps;
    private final Clock clock;

    Acceptances(JobSteps steps, Clock clock) {
        this.steps = steps;
        this.clock = clock;
    }

    /// What a key was taken for. Whoever makes the job puts it in the line of its own data center,
    /// so whose it was to be does not count.
    private record Reserved(JobId job, String fingerprint, String request, Instant created) {}

    Acceptance accept(Statements statements, Job job, Burden openMost) {
        var key = job.order().key();
        if (key.isPresent()) {
            var before = reserved(statements, job.order().account(), key.get());
            if (before.isPresent()) return repeated(statements, before.get(), job);
        }
        if (job.order().purpose() != Job.Purpose.THUMBNAIL) {
            var open =
                    OpenJobs.ALONE.counted(
                            statements,
                            job.order().account(),
                            job.id().value(),
                            clock.instant(),
                            new OpenJobs.Room(Burden.of(job.order().weight()), openMost));
            var then = open.plus(Burden.of(job.order().weight()));
            if (then.jobs() > openMost.jobs()) return new Acceptance.TooMany(open.jobs());
            if (open.jobs() > 0 && !then.isWithin(openMost)) return new Acceptance.TooHeavy(open);
        }
        if (key.isPresent()) {
            var other = reserve(statements, job, key.get());
            if (other.isPresent()) return repeated(statements, other.get(), job);
        }
        steps.add(statements, job);
        return new Acceptance.Fresh(job);
    }

    Reopening reopen(Statements statements, Job next, Burden openMost) {
        if (next.order().purpose() != Job.Purpose.THUMBNAIL) {
            var more = Burden.of(next.order().weight());
            var open =
                    OpenJobs.of(next)
                            .counted(
                                    statements,
                                    next.order().account(),
                                    next.id().value(),
                                    clock.instant(),
                                    new OpenJobs.Room(more, openMost));
            var then = open.plus(more);
            if (then.jobs() > openMost.jobs()) return new Reopening.TooMany(open.jobs());
            if (open.jobs() > 0 && !then.isWithin(openMost)) return new Reopening.TooHeavy(open);
        }
        Optional<Reopening> done = steps.advance(statements, next).map(Reopening.Done::new);
        return done.orElseGet(Reopening.Changed::new);
    }

    /// Adds a job of another installation, unless it or its key is there already.
    void restore(Statements statements, Job job) {
        var key = job.order().key();
        if (key.isPresent()) {
            var other = reserve(statements, job, key.get());
            if (other.isPresent() && !other.get().job().equals(job.id())) return;
        }
        if (JobTable.find(statements, job.id()).isEmpty()) steps.restore(statements, job);
    }

    private Acceptance repeated(Statements statements, Reserved before, Job job) {
        var key = job.order().key().orElseThrow();
        if (!before.fingerprint().equals(key.fingerprint())) return new Acceptance.KeyTaken();
        var found = JobTable.find(statements, before.job());
        if (found.isPresent()) return new Acceptance.Repeated(found.get());
        var order = job.order();
        var reserved =
                Job.accepted(
                        before.job(),
                        new Job.Order(
                                        order.account(),
                                        order.photo(),
                                        order.recipe(),
                                        order.purpose(),
                                        order.priority(),
                                        order.key(),
                                        before.request(),
                                        order.dataCenter(),
                                        before.created())
                                .telling(order.webhook())
                                .weighing(order.weight()));
        steps.add(statements, reserved);
        return new Acceptance.Repeated(reserved);
    }

    private static Optional<Reserved> reserved(
            Statements statements, AccountId account, Job.Key key) {
        return statements.one(
                "SELECT * FROM job_key WHERE account = ? AND key = ?",
                Acceptances::reserved,
                account,
                key.value());
    }

    private static Optional<Reserved> reserve(Statements statements, Job job, Job.Key key) {
        return statements.unless(
                """
                INSERT INTO job_key (account, key, job, fingerprint, request, data_center,
                    created_at)
                VALUES (?, ?, ?, ?, ?, ?, ?) IF NOT EXISTS\
                """,
                Acceptances::reserved,
                job.order().account(),
                key.value(),
                job.id(),
                key.fingerprint(),
                job.order().request(),
                job.order().dataCenter(),
                job.order().created());
    }

    private static Reserved reserved(Row row) {
        return new Reserved(
                new JobId(row.text("job")),
                row.text("fingerprint"),
                row.text("request"),
                row.instant("created_at"));
    }
}
