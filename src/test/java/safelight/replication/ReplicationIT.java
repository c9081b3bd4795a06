package safelight.replication;

import static java.util.stream.Collectors.toMap;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import safelight.base.AtOnce;
import safelight.base.Bytes;
import safelight.base.Digest;
import safelight.base.HandClock;
import safelight.blobs.Blob;
import safelight.blobs.BlobFailure;
import safelight.blobs.Blobs;
import safelight.blobs.Staged;
import safelight.blobs.files.FileBlobs;
import safelight.catalog.BlobTask;
import safelight.catalog.Photo;
import safelight.catalog.Samples;
import safelight.catalog.cassandra.CassandraCenters;
import safelight.catalog.cassandra.CassandraCopies;
import safelight.catalog.cassandra.CassandraPhotos;
import safelight.cql.CassandraKeyspace;
import safelight.observe.Meters;

/// Two data centers' blobs on files, over HTTP, with their rows in one Cassandra: what is in which
/// folder, and when.
class ReplicationIT {
    @RegisterExtension static final CassandraKeyspace KEYSPACE = new CassandraKeyspace("blob_use");

    private static final String SECRET = "a secret of sixteen";
    private static final Duration LOST_AFTER = Duration.ofSeconds(3);
    private static final Duration SEEN_MOST = Duration.ofMinutes(1);

    /// Less than the silence in which a fetch thinks that its line is cut.
    private static final Duration HELD_MOST = Duration.ofSeconds(4);

    private static final int READERS = 12;
    private static final Bytes LIMIT = Bytes.mebi(64);
    private static final Random RANDOM = new Random(20_260_101);

    @TempDir Path folder;

    private final Clock clock = Clock.tickMillis(ZoneOffset.UTC);
    private final List<AutoCloseable> running = new ArrayList<>();
    private final Map<String, URI> doors = new LinkedHashMap<>();
    private final AtomicInteger asked = new AtomicInteger();
    private final AtomicInteger breaks = new AtomicInteger();
    private CassandraPhotos photos;
    private CassandraCopies copies;
    private Samples samples;
    private volatile CountDownLatch readersToCome = new CountDownLatch(0);
    private Center east;
    private Center west;

    /// One data center.
    private record Center(FileBlobs here, ReplicatedBlobs blobs, ReplicatedBlobs.Site site) {}

    @BeforeEach
    void start() throws IOException {
        var cluster = CassandraKeyspace.cluster();
        photos = new CassandraPhotos(cluster, clock);
        copies = new CassandraCopies(cluster, clock);
        samples = new Samples(new HandClock(clock.instant()));
        for (var name : List.of("us-east", "us-west"))
            doors.put(name, URI.create("http://127.0.0.1:" + freePort()));
        east = center("us-east");
        west = center("us-west");
    }

    @AfterEach
    void stop() throws Exception {
        for (var part : running.reversed()) part.close();
    }

    private Center center(String name) {
        var here = new FileBlobs(folder.resolve(name).resolve("blobs"), new Bytes(0), clock);
        var others =
                doors.entrySet().stream()
                        .filter(e -> !e.getKey().equals(name))
                        .collect(toMap(Map.Entry::getKey, Map.Entry::getValue));
        var settings =
                new ReplicationSettings(
                        name,
                        others,
                        SECRET,
                        false,
                        Bytes.mebi(512),
                        Duration.ofHours(1),
                        LOST_AFTER);
        var peers = started(new Peers(settings, System::nanoTime));
        var site = new ReplicatedBlobs.Site(settings, copies, peers, clock);
        return new Center(here, new ReplicatedBlobs(here, site, folder.resolve(name)), site);
    }

    private <T extends AutoCloseable> T started(T part) {
        running.add(part);
        return part;
    }

    private BlobDoor door(Center center) throws IOException {
        var port = doors.get(center.site.settings().own()).getPort();
        return started(
                new BlobDoor(
                        new InetSocketAddress("127.0.0.1", port),
                        SECRET,
                        new Watched(center.here),
                        _ -> 0));
    }

    private Copier copier(Center center) {
        return started(new Copier(center.blobs, center.site, System::nanoTime));
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    private static byte[] bytes(int count) {
        var bytes = new byte[count];
        RANDOM.nextBytes(bytes);
        return bytes;
    }

    private Photo upload(Center center, byte[] bytes) {
        try (var staged = center.blobs.stage(new ByteArrayInputStream(bytes), LIMIT)) {
            staged.keep();
            var photo = samples.photo(samples.accountId(), staged.digest(), Optional.empty());
            photos.add(photo);
            return photo;
        }
    }

    private void delete(Center center, Photo photo) {
        for (var digest : photos.remove(photo.id()))
            center.blobs.remove(digest, () -> photos.isUsed(digest));
    }

    private static byte[] read(Blob blob) throws IOException {
        try (var in = blob.openChecked()) {
            return in.readAllBytes();
        }
    }

    private byte[] readWithOthers(Digest digest) {
        try (var in = west.blobs.find(digest).orElseThrow().openChecked()) {
            readersToCome.countDown();
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void await(String what, Callable<Boolean> look) throws Exception {
        long deadline = System.nanoTime() + SEEN_MOST.toNanos();
        while (!look.call()) {
            assertThat(System.nanoTime()).as(what).isLessThan(deadline);
            Thread.sleep(20);
        }
    }

    @Test
    void blobsAreCopiedAndWhatWasDeletedIsRemovedEverywhere() throws Exception {
        door(east);
        door(west);
        copier(west);
        var photo = upload(east, bytes(300_000));
        await("copy", () -> west.here.find(photo.digest()).isPresent());
        await("no lag", () -> Lag.of(copies, "us-west", clock.instant()).waiting() == 0);
        assertThat(new Check(east.site, east.here).all()).allMatch(Check.Found::isWhole);

        delete(east, photo);

        assertThat(east.here.find(photo.digest())).isEmpty();
        await("removal", () -> west.here.find(photo.digest()).isEmpty());
        assertThat(new Check(west.site, west.here).all()).allMatch(Check.Found::isWhole);
    }

    @Test
    void aDataCenterThatWasAwayRemovesWhatWasDeletedMeanwhile() throws Exception {
        door(east);
        var before = copier(west);
        var photo = upload(east, bytes(1000));
        await("copy", () -> west.here.find(photo.digest()).isPresent());
        before.close();

        delete(east, photo);
        var later = upload(east, bytes(2000));
        door(west);
        var found = new Check(east.site, east.here).all().getLast();
        assertThat(found.leftOver()).containsExactly(photo.digest());
        assertThat(found.missing()).containsExactly(later.digest());
        var lag = Lag.of(copies, "us-west", clock.instant());
        assertThat(lag.waiting()).isEqualTo(2);
        assertThat(lag.bytes().count()).isEqualTo(2000);
        copier(west);

        await("removal", () -> west.here.find(photo.digest()).isEmpty());
        await("copy", () -> west.here.find(later.digest()).isPresent());
        assertThat(new Check(east.site, east.here).all()).allMatch(Check.Found::isWhole);
    }

    @Test
    void whatCameAndWentWhileADataCenterWasAwayIsNoBacklog() throws Exception {
        door(east);
        delete(east, upload(east, bytes(1000)));
        // Kept, and its row is yet to come: that has to wait.
        Digest begun;
        try (var staged = east.blobs.stage(new ByteArrayInputStream(bytes(10)), LIMIT)) {
            staged.keep();
            begun = staged.digest();
        }
        assertThat(copies.waiting("us-west", Optional.empty(), 10)).hasSize(3);

        copier(west);

        await(
                "one task is left",
                () -> copies.waiting("us-west", Optional.empty(), 10).size() == 1);
        photos.add(samples.photo(samples.accountId(), begun, Optional.empty()));
        await("no task is left", () -> copies.waiting("us-west", Optional.empty(), 10).isEmpty());
        assertThat(west.here.find(begun)).isPresent();
    }

    @Test
    void manyReadersOfABlobThatIsElsewhereShareOneFetchWhichIsKept() throws Exception {
        door(east);
        var bytes = bytes(5_000_000);
        var photo = upload(east, bytes);
        // Whoever came after the fetch would find the blob, or begin another fetch.
        readersToCome = new CountDownLatch(READERS);

        var read = AtOnce.run(READERS, _ -> readWithOthers(photo.digest()));

        assertThat(read).allMatch(r -> java.util.Arrays.equals(r, bytes));
        assertThat(asked.get()).isEqualTo(1);
        assertThat(west.here.find(photo.digest())).isPresent();
        try (var in = west.blobs.find(photo.digest()).orElseThrow().open(4_999_990, 100)) {
            assertThat(in.readAllBytes()).hasSize(10);
        }
    }

    @Test
    void aConnectionThatBreaksIsTakenUpWhereItBroke() throws Exception {
        door(east);
        var bytes = bytes(3_000_000);
        var photo = upload(east, bytes);
        breaks.set(1);

        assertThat(read(west.blobs.find(photo.digest()).orElseThrow())).isEqualTo(bytes);
        assertThat(asked.get()).isEqualTo(2);
    }

    @Test
    void damagedBytesAreNeitherKeptNorReadToTheEnd() throws Exception {
        door(east);
        var photo = upload(east, bytes(500_000));
        var hex = photo.digest().hex();
        var file =
                folder.resolve("us-east/blobs/" + hex.substring(0, 2) + "/" + hex.substring(2, 4));
        Files.write(file.resolve(hex), bytes(500_000));

        var blob = west.blobs.find(photo.digest()).orElseThrow();
        assertThatThrownBy(() -> read(blob)).isInstanceOf(BlobFailure.Corrupt.class);
        assertThat(west.here.find(photo.digest())).isEmpty();
    }

    @Test
    void whatIsElsewhereIsUnavailableWhileThatIsAwayAndWrongSecretsAreRefused() throws Exception {
        var photo = upload(east, bytes(10));
        assertThatThrownBy(() -> west.blobs.find(photo.digest()))
                .isInstanceOf(BlobFailure.Unavailable.class)
                .hasCauseInstanceOf(ReplicationFailure.Unreachable.class);
        var port = doors.get("us-east").getPort();
        started(
                new BlobDoor(
                        new InetSocketAddress("127.0.0.1", port), "another", east.here, _ -> 0));

        await("answer", () -> isRefused(photo.digest()));
    }

    private boolean isRefused(Digest digest) {
        try {
            return west.blobs.find(digest).isEmpty();
        } catch (BlobFailure.Unavailable e) {
            return e.getCause() instanceof ReplicationFailure.Refused;
        }
    }

    @Test
    void repairFetchesWhatTasksMissedAndRemovesWhatTwoScansFindUnused() throws Exception {
        door(east);
        var photo = upload(east, bytes(100));
        copies.done(copies.waiting("us-west", Optional.empty(), 10));
        Digest unused;
        try (var staged = west.here.stage(new ByteArrayInputStream(bytes(50)), LIMIT)) {
            staged.keep();
            unused = staged.digest();
        }
        var repair = started(new Repair(west.blobs, west.site, new Meters(), System::nanoTime));

        assertThat(repair.scan()).isEqualTo(new Repair.Done(1, 0, 0));
        assertThat(west.here.find(photo.digest())).isPresent();
        assertThat(repair.scan()).isEqualTo(new Repair.Done(0, 0, 1));
        assertThat(west.here.find(unused)).isEmpty();
    }

    @Test
    void aDataCenterThatFallsSilentIsNotedAsLostByTheOthers() throws Exception {
        var centers = new CassandraCenters(CassandraKeyspace.cluster(), clock);
        var eastern = watch(centers, east);
        watch(centers, west);
        await("both are seen", () -> centers.centers().size() == 2);

        eastern.close();

        await("lost", () -> centers.centers().getFirst().lost().isPresent());
        var seen = DataCenters.of(centers, copies, "us-west", clock).standings();
        assertThat(seen).extracting(DataCenters.Standing::name).contains("us-east", "us-west");
        assertThat(seen.getFirst().isLost()).isTrue();
        assertThat(seen.getLast().isLost()).isFalse();
    }

    @Test
    void aDataCenterThatNeverToldAnythingCountsForTheMajority() throws Exception {
        doors.put("eu-west", URI.create("http://127.0.0.1:" + freePort()));
        var centers = new CassandraCenters(CassandraKeyspace.cluster(), clock);
        var eastern = watch(centers, center("us-east"));
        watch(centers, center("us-west"));
        await("both are seen", () -> centers.centers().size() == 2);

        eastern.close();
        Thread.sleep(LOST_AFTER.multipliedBy(2));

        assertThat(centers.centers().getFirst().lost()).isEmpty();
    }

    private CenterWatch watch(CassandraCenters centers, Center center) {
        return started(
                new CenterWatch(
                        centers,
                        center.site,
                        new CenterWatch.Signs(_ -> 0, _ -> 0),
                        () -> Lag.NONE,
                        System::nanoTime));
    }

    @Test
    void tasksThatCannotBeDoneHoldUpNeitherOthersNorTraffic() throws Exception {
        door(east);
        var used = upload(east, bytes(100));
        // Gone, say the tasks, and a row still names it: they have to wait for hours.
        var before = clock.instant().minus(Duration.ofMinutes(3));
        for (int i = 0; i < 7; i++) {
            var some = new ArrayList<BlobTask>();
            for (int j = 0; j < 100; j++)
                some.add(
                        new BlobTask(
                                "us-west",
                                BlobTask.Kind.GONE,
                                used.digest(),
                                100 * i + j,
                                "us-east",
                                before));
            copies.add(some);
        }
        var copier = copier(west);

        var later = upload(east, bytes(200));

        await("copy", () -> west.here.find(later.digest()).isPresent());
        await("no backlog", () -> copier.backlog().waiting() == 0);
        assertThat(copies.waiting("us-west", Optional.empty(), 1000)).hasSize(700);
        assertThat(Lag.of(copies, "us-west", clock.instant()).waiting()).isEqualTo(700);
    }

    @Test
    void onlyTheOwnStoreCountsAsHere() throws Exception {
        door(east);
        var photo = upload(east, bytes(100));

        assertThat(west.blobs.isHere(photo.digest())).isFalse();
        assertThat(west.blobs.find(photo.digest())).isPresent();
        assertThat(east.blobs.isHere(photo.digest())).isTrue();
    }

    /// Counts reads, and breaks the first ones off half way.
    private final class Watched implements Blobs {
        private final Blobs blobs;

        Watched(Blobs blobs) {
            this.blobs = blobs;
        }

        @Override
        public Optional<Blob> find(Digest digest) {
            return blobs.find(digest).map(Half::new);
        }

        @Override
        public Staged stage(InputStream in, Bytes limit) {
            return blobs.stage(in, limit);
        }

        @Override
        public void remove(Digest digest, BooleanSupplier stillWanted) {
            blobs.remove(digest, stillWanted);
        }

        @Override
        public List<Digest> list(Optional<Digest> after, int limit) {
            return blobs.list(after, limit);
        }

        @Override
        public long roomLeft() {
            return blobs.roomLeft();
        }
    }

    private final class Half implements Blob {
        private final Blob blob;

        Half(Blob blob) {
            this.blob = blob;
        }

        @Override
        public long size() {
            return blob.size();
        }

        @Override
        public InputStream open(long offset, long length) {
            asked.incrementAndGet();
            awaitReaders();
            boolean isBroken = breaks.getAndUpdate(n -> Math.max(0, n - 1)) > 0;
            return blob.open(offset, isBroken ? length / 2 : length);
        }

        private void awaitReaders() {
            try {
                // Those who are later than that may still be in time.
                var _ = readersToCome.await(HELD_MOST.toSeconds(), TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException(e);
            }
        }

        @Override
        public InputStream openChecked() {
            return blob.openChecked();
        }
    }
}
