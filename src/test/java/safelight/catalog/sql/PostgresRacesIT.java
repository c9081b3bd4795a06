package safelight.catalog.sql;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLTimeoutException;
import java.sql.SQLTransientConnectionException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import safelight.base.AccountId;
import safelight.base.AtOnce;
import safelight.base.HandClock;
import safelight.catalog.Acceptance;
import safelight.catalog.CatalogUnavailable;
import safelight.catalog.Job;
import safelight.catalog.Photo;
import safelight.catalog.Rendition;
import safelight.catalog.Samples;
import safelight.sql.Database;
import safelight.sql.PostgresAccess;
import safelight.sql.PostgresServer;

/// What SQLite's single writer gives for nothing, with several servers' pools on one PostgreSQL.
class PostgresRacesIT {
    private static final int ROUNDS = 30;
    private static final int SERVERS = 3;
    private static final int THREADS = 12;
    private static final int STEPS = 60;
    private static final int TRIES_MAX = 10;
    private static final long SEED = 20_261_122;

    private final HandClock clock = new HandClock(Instant.parse("2026-01-01T00:00:00Z"));
    private final Samples samples = new Samples(clock);
    private final List<Database> databases = new ArrayList<>();
    private PostgresAccess access;

    @BeforeEach
    void open() {
        access = PostgresServer.shared().fresh();
        for (int i = 0; i < SERVERS; i++) databases.add(Database.join(access));
    }

    @AfterEach
    void close() {
        databases.forEach(Database::close);
        PostgresServer.shared().giveBack(access);
    }

    private SqlPhotos photos(int server) {
        return new SqlPhotos(databases.get(server % SERVERS), clock);
    }

    private SqlJobs jobs(int server) {
        return new SqlJobs(databases.get(server % SERVERS), clock);
    }

    @Test
    void renditionsOfBytesThatSomebodyAddsMeanwhileStay() throws Exception {
        for (int round = 0; round < ROUNDS; round++) {
            var first = samples.photo(samples.accountId());
            photos(0).add(first);
            var twin = samples.photo(samples.accountId(), first.digest(), Optional.empty());
            var key = samples.key(first.digest());

            AtOnce.run(
                    2,
                    i -> {
                        if (i == 0) return photos(0).remove(first.id()).size();
                        photos(1).add(twin);
                        photos(1)
                                .addRendition(
                                        key, new Rendition(samples.digest(), "jpeg", 1, 1, 1));
                        return 0;
                    });

            assertThat(photos(2).rendition(key)).isPresent();
        }
    }

    @Test
    void keyIsUsedOnceAndTheLimitHoldsOverAllServers() throws Exception {
        var ann = samples.accountId();
        var photo = samples.photo(ann).id();

        var keyed = AtOnce.run(THREADS, i -> jobs(i).accept(samples.keyed(ann, "k", "p"), 5));
        var others = AtOnce.run(THREADS, i -> jobs(i).accept(samples.job(ann, photo), 5));

        assertThat(keyed).filteredOn(a -> a instanceof Acceptance.Fresh).hasSize(1);
        assertThat(others).filteredOn(a -> a instanceof Acceptance.Fresh).hasSize(4);
    }

    /// Two accounts' whole lives at once, on photos of the same bytes: nothing that was begun may
    /// fail, and what is left at the end fits together.
    @Test
    void everythingAtOnceFitsTogether() throws Exception {
        var accounts = List.of(samples.accountId(), samples.accountId());
        var bytes = List.of(samples.digest(), samples.digest());

        var all = AtOnce.run(THREADS, thread -> lived(thread, accounts.get(thread % 2), bytes));

        for (var life : all) {
            for (var job : life.jobs) {
                var now = jobs(0).find(job.id()).orElseThrow();
                var result = now.status().result();
                if (result.isPresent()) assertThat(photos(0).find(result.get())).isPresent();
                if (photos(0).find(job.order().photo()).isEmpty())
                    assertThat(now.status().state().isFinal()).isTrue();
            }
            for (var photo : life.photos) assertOriginsThere(photo);
        }
        for (var account : accounts) {
            var sequence = jobs(0).events(account, 0, 100_000);
            assertThat(sequence).extracting("sequence").isSorted().doesNotHaveDuplicates();
        }
    }

    private void assertOriginsThere(Photo photo) {
        if (photos(0).find(photo.id()).isEmpty() || photo.origin().isEmpty()) return;
        assertThat(photos(0).find(photo.origin().get().photo())).isPresent();
    }

    private record Life(List<Photo> photos, List<Job> jobs) {}

    private Life lived(int thread, AccountId account, List<safelight.base.Digest> bytes) {
        var random = new Random(SEED + thread);
        var life = new Life(new ArrayList<>(), new ArrayList<>());
        for (int step = 0; step < STEPS; step++) {
            if (life.photos.isEmpty() || random.nextInt(4) == 0) {
                var digest = bytes.get(random.nextInt(bytes.size()));
                var photo = samples.photo(account, digest, Optional.empty());
                insist(() -> photos(thread).add(photo));
                life.photos.add(photo);
            }
            var photo = life.photos.get(random.nextInt(life.photos.size()));
            switch (random.nextInt(6)) {
                case 0 -> insist(() -> photos(thread).remove(photo.id()));
                case 1 -> insist(() -> jobs(thread).requeueStale(clock.instant(), 10));
                case 2 -> {
                    var outbox = insisted(() -> jobs(thread).outbox(10));
                    var ids = outbox.reversed().stream().map(Job::id).toList();
                    insist(() -> jobs(thread).dispatched(ids, clock.instant()));
                }
                default -> edit(thread, life, photo);
            }
        }
        return life;
    }

    private static void insist(Runnable call) {
        var _ =
                insisted(() -> {
                    call.run();
                    return true;
                });
    }

    /// On a busy machine the wait for a turn or for a connection may end. Nothing has happened
    /// then, and it is tried again; any other failure is one, such as a deadlock's.
    private static <T> T insisted(Supplier<T> call) {
        for (int i = 1; ; i++)
            try {
                return call.get();
            } catch (CatalogUnavailable e) {
                if (i == TRIES_MAX || !isBeforeItsBegin(e.getCause())) throw e;
            }
    }

    private static boolean isBeforeItsBegin(Throwable cause) {
        return cause instanceof SQLTimeoutException
                || cause instanceof SQLTransientConnectionException;
    }

    /// A job from its acceptance to its end, unless the photo is gone or goes.
    private void edit(int thread, Life life, Photo photo) {
        if (!isThere(thread, photo)) return;
        var job = samples.job(photo.account(), photo.id());
        insist(() -> jobs(thread).accept(job, Long.MAX_VALUE));
        life.jobs.add(job);
        // A worker looks for the photo once more, so that a job on a removed one ends as well.
        if (!isThere(thread, photo)) {
            insist(() -> jobs(thread).advance(samples.failed(job, false)));
            return;
        }
        var running = insisted(() -> jobs(thread).advance(samples.running(job, "w" + thread)));
        if (running.isEmpty()) return;
        var result = samples.result(job);
        var done = samples.ended(running.get(), Job.State.SUCCEEDED, Optional.of(result.id()));
        var key = samples.key(photo.digest());
        if (insisted(() -> jobs(thread).finish(done, result, key)).isPresent())
            life.photos.add(result);
    }

    private boolean isThere(int thread, Photo photo) {
        return insisted(() -> photos(thread).find(photo.id())).isPresent();
    }
}
