package safelight.catalog.cassandra;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import safelight.base.AccountId;
import safelight.base.HandClock;
import safelight.base.Page;
import safelight.base.PhotoId;
import safelight.catalog.Acceptance;
import safelight.catalog.Burden;
import safelight.catalog.Job;
import safelight.catalog.Samples;
import safelight.cql.Access;
import safelight.cql.CassandraKeyspace;
import safelight.cql.Change;
import safelight.cql.Statements;

/// More rows than one look takes in, and signs that are old or dated back.
class CassandraCrowdIT {
    @RegisterExtension static final CassandraKeyspace KEYSPACE = new CassandraKeyspace();

    private static final int MANY = 10_050;
    private static final int SIGNS = 5_000;

    private final HandClock clock = new HandClock(Instant.parse("2026-01-01T00:00:00.123456Z"));
    private final Samples samples = new Samples(clock);
    private final CassandraJobs jobs = new CassandraJobs(CassandraKeyspace.cluster(), clock);
    private final Access access = CassandraKeyspace.cluster().in(CatalogWording.WORDS);
    private final Lines lines = new Lines(clock);
    private final String dataCenter = CassandraKeyspace.cluster().dataCenter();

    private Change listed(AccountId account, Job.Priority lane, Instant writtenAt) {
        return Change.of(
                "INSERT INTO waiting_account (lane, account, seen) VALUES (?, ?, true)"
                        + " USING TIMESTAMP ?",
                Boxes.directory(dataCenter, lane),
                account,
                Statements.micros(writtenAt));
    }

    @Test
    void whatWaitsIsWeighedBeyondTenThousandJobs() {
        var account = samples.accountId();
        var waiting = new ArrayList<Job>();
        for (int i = 0; i < MANY; i++) waiting.add(samples.weighing(account, Job.Priority.BULK, 7));
        access.write(
                "fill the outbox",
                s -> {
                    var line = Lines.outbox(dataCenter, Job.Priority.BULK, account.value());
                    lines.putAll(s, line, waiting, clock.instant());
                    s.each(List.of(listed(account, Job.Priority.BULK, Instant.now())));
                });

        assertThat(jobs.waiting(1_000_000)).isEqualTo(new Burden(MANY, 7L * MANY, 7L * MANY));
        assertThat(jobs.waiting(100).jobs()).isGreaterThanOrEqualTo(100);
    }

    @Test
    void oldSignOfAJobThatNeverCameRefusesNobodyByItsWeight() {
        var account = samples.accountId();
        var lost = samples.id();
        access.write(
                "die",
                s -> s.change(OpenJobs.ALONE.added(), account, lost, 1_000_000L, 1_000_000L));
        clock.advance(Duration.ofHours(1));
        var most = new Burden(10, 1_000, 1_000);

        var job = samples.weighing(account, Job.Priority.NORMAL, 900);

        assertThat(jobs.accept(job, most)).isEqualTo(new Acceptance.Fresh(job));
        var other = samples.weighing(account, Job.Priority.NORMAL, 200);
        assertThat(jobs.accept(other, most)).isInstanceOf(Acceptance.TooHeavy.class);
    }

    @Test
    void accountThatAServerWithALateClockListsStaysListed() {
        var account = samples.accountId();
        var lane = Job.Priority.NORMAL;
        var now = Instant.now();
        var boxes = new Boxes(lines, clock, dataCenter);
        access.write(
                "list an account without jobs",
                s -> s.each(List.of(listed(account, lane, now.minus(Duration.ofHours(1))))));
        assertThat(with(boxes, lane)).doesNotContain(account.value());

        var job = samples.weighing(account, lane, 1);
        access.write(
                "add a job",
                s -> {
                    var line = Lines.outbox(dataCenter, lane, account.value());
                    lines.putAll(s, line, List.of(job), clock.instant());
                    s.each(List.of(listed(account, lane, now.minus(Duration.ofMinutes(30)))));
                });

        assertThat(with(boxes, lane)).contains(account.value());
    }

    private List<String> with(Boxes boxes, Job.Priority lane) {
        return access.run("look", s -> boxes.with(s, lane, "", 1_000));
    }

    @Test
    void pageOfARareStateEndsAndSaysWhereToGoOn() {
        var account = samples.accountId();
        var first = samples.job(account, new PhotoId(samples.id()));
        jobs.accept(first, 10);
        var running = jobs.advance(samples.running(first, "w1")).orElseThrow();
        clock.advance(Duration.ofSeconds(1));
        var signs = new ArrayList<Change>();
        for (int i = 0; i < SIGNS; i++)
            signs.add(Change.of(OpenJobs.ALONE.added(), account, samples.id(), 1L, 1L));
        access.write("add signs", s -> s.each(signs));
        var state = Optional.of(Job.State.RUNNING);

        var page = jobs.list(account, state, new Page.Request(10, Optional.empty()));

        assertThat(page.items()).isEmpty();
        assertThat(page.next()).isPresent();
        var rest = jobs.list(account, state, new Page.Request(10, page.next()));
        assertThat(rest.items()).containsExactly(running);
        assertThat(rest.next()).isEmpty();
    }
}
