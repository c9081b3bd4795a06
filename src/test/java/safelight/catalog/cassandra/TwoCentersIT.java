package safelight.catalog.cassandra;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import safelight.base.AccountId;
import safelight.base.AtOnce;
import safelight.base.Digest;
import safelight.base.HandClock;
import safelight.base.Page;
import safelight.base.PhotoId;
import safelight.base.Ulids;
import safelight.catalog.Account;
import safelight.catalog.BlobTask;
import safelight.catalog.CatalogUnavailable;
import safelight.catalog.Center;
import safelight.catalog.Job;
import safelight.catalog.Photo;
import safelight.catalog.Rendition;
import safelight.catalog.Samples;
import safelight.cql.CassandraServer;
import safelight.cql.CqlAccess;
import safelight.cql.CqlCluster;
import safelight.cql.SchemaRefused;
import safelight.sessions.Session;
import safelight.sessions.SessionsUnavailable;
import safelight.sessions.cassandra.CassandraSessions;

/// Two data centers, a real node in each: what is written in one is read in the other, each works
/// alone, and what they did without each other becomes one story.
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class TwoCentersIT {
    private static final String EAST = CassandraServer.DATA_CENTER;
    private static final String WEST = "us-west";
    private static final Duration SEEN_MOST = Duration.ofMinutes(2);

    /// Until a write that the other node did not take is kept for it on disk: what a node waits for
    /// an answer (2 s), its pause between flushes, and some time for a machine that pauses too.
    private static final Duration HINTED = Duration.ofSeconds(15);

    private static final Duration TRY_AGAIN = Duration.ofMillis(200);

    private static final Page.Request PAGE = new Page.Request(10, Optional.empty());

    private static CassandraServer eastNode;
    private static CassandraServer westNode;
    private static Site east;
    private static Site west;

    private final HandClock clock = new HandClock(Instant.parse("2026-01-01T12:00:00Z"));
    private final Samples samples = new Samples(clock);

    /// The engines of one data center.
    private record Site(
            CqlCluster cluster,
            String name,
            CassandraAccounts accounts,
            CassandraPhotos photos,
            CassandraJobs jobs,
            CassandraCenters centers,
            CassandraCopies copies,
            CassandraSessions sessions) {
        static Site on(CqlCluster cluster, String name) {
            var clock = new HandClock(Instant.parse("2026-01-01T12:00:00Z"));
            return new Site(
                    cluster,
                    name,
                    new CassandraAccounts(cluster),
                    new CassandraPhotos(cluster, clock),
                    new CassandraJobs(cluster, clock),
                    new CassandraCenters(cluster, clock),
                    new CassandraCopies(cluster, clock),
                    new CassandraSessions(cluster, Duration.ofDays(30)));
        }
    }

    @BeforeAll
    static void start() throws Exception {
        eastNode = CassandraServer.start();
        westNode = eastNode.join(WEST);
        east = Site.on(CqlCluster.open(eastNode.access("centers", EAST, WEST)), EAST);
        west = Site.on(joined(westNode.access("centers", EAST, WEST)), WEST);
    }

    /// The rows that tell the schema's version may come later than its tables.
    private static CqlCluster joined(CqlAccess access) throws Exception {
        long deadline = System.nanoTime() + SEEN_MOST.toNanos();
        while (true) {
            try {
                return CqlCluster.join(access);
            } catch (SchemaRefused e) {
                if (System.nanoTime() > deadline) throw e;
            }
            Thread.sleep(TRY_AGAIN);
        }
    }

    @AfterAll
    static void stop() {
        if (west != null) west.cluster.close();
        if (east != null) east.cluster.close();
        if (westNode != null) westNode.close();
        if (eastNode != null) eastNode.close();
    }

    private static <T> T await(String what, Callable<Optional<T>> look) throws Exception {
        long deadline = System.nanoTime() + SEEN_MOST.toNanos();
        while (true) {
            try {
                var found = look.call();
                if (found.isPresent()) return found.get();
            } catch (CatalogUnavailable | SessionsUnavailable e) {
                if (System.nanoTime() > deadline) throw e;
            }
            assertThat(System.nanoTime()).as(what).isLessThan(deadline);
            Thread.sleep(50);
        }
    }

    private Session session(AccountId account) {
        var now = Instant.parse("2026-01-01T12:00:00Z");
        return new Session(samples.digest(), account, 0, now, now, "test");
    }

    @Test
    @Order(1)
    void whatIsWrittenInOneIsReadInTheOther() throws Exception {
        var ann = east.accounts.add(samples.account("ann@example.org")).orElseThrow();
        var photo = samples.photo(ann.id());
        east.photos.add(photo);
        var job = samples.job(ann.id(), photo.id());
        east.jobs.accept(job, 10);
        var task =
                new BlobTask(
                        WEST,
                        BlobTask.Kind.COME,
                        photo.digest(),
                        photo.size(),
                        EAST,
                        Instant.parse("2026-01-01T12:00:00Z"));
        east.copies.add(List.of(task));
        east.centers.beat(EAST, 7, clock.instant(), Optional.of("catching up"));

        await("account", () -> west.accounts.findByEmail("ann@example.org"));
        assertThat(await("photo", () -> west.photos.find(photo.id()))).isEqualTo(photo);
        assertThat(await("job", () -> west.jobs.find(job.id()))).isEqualTo(job);
        await(
                "task",
                () ->
                        west.copies.waiting(WEST, Optional.empty(), 10).stream()
                                .filter(task::equals)
                                .findFirst());
        west.copies.done(List.of(task));
        await(
                "end",
                () ->
                        Optional.of(east.copies.waiting(WEST, Optional.empty(), 10))
                                .filter(List::isEmpty));
        await("use", () -> Optional.of(west.copies.isUsed(photo.digest())).filter(is -> is));
        assertThat(west.copies.named(Optional.empty(), 100)).contains(photo.digest());
        var told = await("beat", () -> west.centers.centers().stream().findFirst());
        assertThat(told.name()).isEqualTo(EAST);
        assertThat(told.pulse()).isEqualTo(7);
        assertThat(told.waitsFor()).contains("catching up");
        // A job waits in its own data center's line only.
        assertThat(west.jobs.outbox(10)).isEmpty();
        assertThat(east.jobs.outbox(10)).contains(job);
    }

    @Test
    @Order(2)
    void ofTwoSignUpsWithOneEmailAtOnceOneSucceeds() throws Exception {
        var sites = List.of(east, west);
        for (int round = 0; round < 5; round++) {
            var email = "race" + round + "@example.org";
            var accounts = List.of(samples.account(email), samples.account(email));

            var added = AtOnce.run(2, i -> added(sites.get(i), accounts.get(i)));

            assertThat(added.stream().filter(Optional::isPresent)).hasSizeLessThanOrEqualTo(1);
            var owner = await("owner", () -> east.accounts.findByEmail(email));
            assertThat(await("owner", () -> west.accounts.findByEmail(email)).id())
                    .isEqualTo(owner.id());
        }
    }

    /// Two that stand in each other's way may both be sent away, and try again.
    private static Optional<Account> added(Site site, Account account) {
        for (int i = 0; i < 10; i++)
            try {
                return site.accounts.add(account);
            } catch (CatalogUnavailable e) {
                assertThat(e.problem().retryable()).isTrue();
                LockSupport.parkNanos(TRY_AGAIN.toNanos());
            }
        return Optional.empty();
    }

    /// Both sides of a split, one after the other, so that neither knows what the other did.
    @Test
    @Order(4)
    void bothSidesOfASplitWorkAndAJobThatBothRanHasOneResult() throws Exception {
        var begun = runningInTheEast("split@example.org");
        var ann = begun.order().account();
        await("account in the west", () -> west.accounts.findByEmail("split@example.org"));

        eastNode.kill();
        var signedInWest = session(ann);
        west.sessions.add(signedInWest);
        var uploadedWest = samples.photo(ann);
        west.photos.add(uploadedWest);
        assertThatThrownBy(() -> west.accounts.add(samples.account("late@example.org")))
                .isInstanceOf(CatalogUnavailable.class);
        assertThat(west.centers.takeOver(EAST, 100)).isPositive();
        assertThat(west.centers.takeOver(EAST, 100)).isZero();
        var moved =
                west.jobs.outbox(10).stream()
                        .filter(job -> job.id().equals(begun.id()))
                        .findFirst()
                        .orElseThrow();
        assertThat(moved.order().dataCenter()).isEqualTo(WEST);
        assertThat(moved.status().state()).isEqualTo(Job.State.QUEUED);
        var made = rendition(samples.digest());
        var doneWest = finish(west, moved, "worker-west", made);
        assertThat(doneWest.status().state()).isEqualTo(Job.State.SUCCEEDED);

        Thread.sleep(HINTED);
        westNode.kill();
        eastNode.restart();
        var signedInEast = session(ann);
        await("east again", () -> Optional.of(added(east.sessions, signedInEast)));
        var seenEast = east.jobs.find(begun.id()).orElseThrow();
        assertThat(seenEast.status().state()).isEqualTo(Job.State.RUNNING);
        finishRunning(east, seenEast, made);

        westNode.restart();
        await("west again", () -> west.sessions.find(signedInWest.id()));
        await("east owes nothing", () -> Optional.of(east.centers.owed(WEST)).filter(n -> n == 0));
        await("west owes nothing", () -> Optional.of(west.centers.owed(EAST)).filter(n -> n == 0));
        await("session", () -> west.sessions.find(signedInEast.id()));
        await("session", () -> east.sessions.find(signedInWest.id()));
        await("photo", () -> east.photos.find(uploadedWest.id()));
        var result = new PhotoId(Ulids.derived(begun.id().value()));
        for (var site : List.of(east, west)) {
            var job = await("one end", () -> ended(begun.id(), site));
            assertThat(job.status().result()).contains(result);
            assertThat(site.jobs.outbox(10)).noneMatch(j -> j.id().equals(begun.id()));
            assertThat(site.photos.list(ann, PAGE).items())
                    .extracting(Photo::id)
                    .contains(result, begun.order().photo(), uploadedWest.id())
                    .hasSize(3);
            assertThat(site.photos.find(result).orElseThrow().digest()).isEqualTo(made.digest());
        }
        await("equal rows", () -> sameRow(begun.id()));
    }

    /// The node that changed the row dies before it has noted that the other one missed it.
    @Test
    @Order(5)
    void anEndThatNobodyKeptForTheOtherIsSeenByASecondLook() throws Exception {
        var begun = runningInTheEast("missed@example.org");

        westNode.kill();
        finishRunning(east, begun, rendition(samples.digest()));
        eastNode.kill();
        eastNode.restart();
        westNode.restart();

        await("ended in the east", () -> ended(begun.id(), east));
        var missed = await("west again", () -> west.jobs.find(begun.id()));
        assertThat(missed.status().state()).isEqualTo(Job.State.RUNNING);
        var later = new HandClock(clock.instant().plusSeconds(60));
        var looking = new CassandraJobs(west.cluster, later);
        await(
                "ended in the west",
                () -> {
                    looking.find(begun.id());
                    looking.lookAgain();
                    return ended(begun.id(), west);
                });
    }

    /// A new account's job, which the west has heard of.
    private Job runningInTheEast(String email) throws Exception {
        var account = east.accounts.add(samples.account(email)).orElseThrow();
        var photo = samples.photo(account.id());
        east.photos.add(photo);
        var accepted = samples.job(account.id(), photo.id());
        east.jobs.accept(accepted, 10);
        var begun = east.jobs.advance(samples.running(accepted, "worker-east")).orElseThrow();
        return await("running in the west", () -> west.jobs.find(begun.id()).filter(begun::equals));
    }

    private static boolean added(CassandraSessions sessions, Session session) {
        sessions.add(session);
        return true;
    }

    private static Optional<Job> ended(safelight.base.JobId id, Site site) {
        return site.jobs.find(id).filter(job -> job.status().state() == Job.State.SUCCEEDED);
    }

    private static Optional<Job> sameRow(safelight.base.JobId id) {
        var job = east.jobs.find(id);
        return job.equals(west.jobs.find(id)) ? job : Optional.empty();
    }

    private static Rendition rendition(Digest digest) {
        return new Rendition(digest, "jpeg", 40, 30, 1000);
    }

    private Job finish(Site site, Job job, String worker, Rendition made) {
        return finishRunning(
                site, site.jobs.advance(samples.running(job, worker)).orElseThrow(), made);
    }

    private Job finishRunning(Site site, Job running, Rendition made) {
        var result =
                new Photo(
                        new PhotoId(Ulids.derived(running.id().value())),
                        running.order().account(),
                        made.digest(),
                        made.format(),
                        made.widthPx(),
                        made.heightPx(),
                        made.size(),
                        "a.jpg",
                        Optional.of(new Photo.Origin(running.order().photo(), running.id())),
                        clock.instant());
        var next = samples.ended(running, Job.State.SUCCEEDED, Optional.of(result.id()));
        return site.jobs.finish(next, result, samples.key(samples.digest())).orElseThrow();
    }

    @Test
    @Order(3)
    void aDataCenterThatIsLostIsNotedUntilItHasCaughtUp() {
        east.centers.beat(EAST, 1, clock.instant(), Optional.empty());
        east.centers.noteLost(EAST, Optional.of(clock.instant()));
        east.centers.giveUp(EAST, true);
        var noted = center();
        assertThat(noted.lost()).contains(clock.instant());
        assertThat(noted.givenUp()).isTrue();

        east.centers.noteLost(EAST, Optional.empty());
        east.centers.giveUp(EAST, false);

        assertThat(center().lost()).isEmpty();
        assertThat(center().givenUp()).isFalse();
    }

    private static Center center() {
        return east.centers.centers().stream()
                .filter(c -> c.name().equals(EAST))
                .findFirst()
                .orElseThrow();
    }
}
