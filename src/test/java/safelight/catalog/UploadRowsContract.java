package safelight.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import safelight.base.AccountId;
import safelight.base.AtOnce;
import safelight.base.HandClock;
import safelight.base.PhotoId;
import safelight.base.UploadId;

/// What every engine's uploads do.
public abstract class UploadRowsContract {
    private static final int RACERS = 8;
    private static final long SIZE = 5_000_000_000L;
    private static final Duration KEPT = Duration.ofHours(24);

    protected final HandClock clock = new HandClock(Instant.parse("2026-01-01T00:00:00.123456Z"));
    private final Samples samples = new Samples(clock);

    /// Rows with nothing in them, the same ones during a test.
    protected abstract UploadRows rows();

    /// The photos beside them.
    protected abstract PhotoRows photos();

    private Upload added(AccountId account) {
        var upload =
                new Upload(
                        new UploadId(samples.id()),
                        account,
                        new PhotoId(samples.id()),
                        "a 'b' \u732b.jpg",
                        SIZE,
                        clock.instant(),
                        clock.instant().plus(KEPT),
                        List.of(),
                        false);
        rows().add(upload);
        return upload;
    }

    private Upload added() {
        return added(samples.accountId());
    }

    private Upload.Part part(long start, long length) {
        return new Upload.Part(start, length, samples.digest());
    }

    private Upload found(Upload upload) {
        return rows().find(upload.id()).orElseThrow();
    }

    @Test
    void uploadIsFoundAsItWasAdded() {
        var upload = added();
        added();

        assertThat(rows().find(upload.id())).contains(upload);
        assertThat(upload.offset()).isZero();
        assertThat(rows().find(new UploadId(samples.id()))).isEmpty();
    }

    @Test
    void partsAreInOrderWithoutGaps() {
        var upload = added();
        var other = added();
        var first = part(0, 3_000_000_000L);
        var second = part(first.end(), 900_000_000L);
        var third = part(second.end(), 1_100_000_000L);

        assertThat(rows().append(upload.id(), first)).isTrue();
        assertThat(rows().append(upload.id(), second)).isTrue();
        assertThat(rows().append(upload.id(), third)).isTrue();

        assertThat(found(upload).parts()).containsExactly(first, second, third);
        assertThat(found(upload).offset()).isEqualTo(SIZE);
        assertThat(found(upload).isDone()).isFalse();
        assertThat(found(other)).isEqualTo(other);
    }

    @Test
    void partElsewhereThanAtTheEndIsRefused() {
        var upload = added();
        var first = part(0, 100);
        rows().append(upload.id(), first);

        for (long start : new long[] {0, 1, 99, 101, 200})
            assertThat(rows().append(upload.id(), part(start, 100))).as("%d", start).isFalse();
        assertThat(rows().append(upload.id(), first)).isFalse();
        assertThat(rows().append(new UploadId(samples.id()), part(0, 1))).isFalse();

        assertThat(found(upload).parts()).containsExactly(first);
    }

    @Test
    void ofManyPartsAtOnePlaceOneIsAdded() throws Exception {
        var upload = added();
        for (long start = 0; start < 500; start += 100) {
            long here = start;

            var taken = AtOnce.run(RACERS, _ -> rows().append(upload.id(), part(here, 100)));

            assertThat(taken).containsOnlyOnce(true);
            assertThat(found(upload).offset()).isEqualTo(here + 100);
        }
        assertThat(found(upload).parts()).hasSize(5);
    }

    @Test
    void finishedUploadHasNoPartsAndTakesNone() {
        var upload = added();
        var first = part(0, 10);
        var second = part(10, SIZE - 10);
        rows().append(upload.id(), first);
        rows().append(upload.id(), second);

        var named = rows().finish(upload.id());

        assertThat(named).containsExactlyInAnyOrder(first.digest(), second.digest());
        assertThat(rows().finish(upload.id())).isEmpty();
        assertThat(rows().finish(new UploadId(samples.id()))).isEmpty();
        assertThat(found(upload).isDone()).isTrue();
        assertThat(found(upload).parts()).isEmpty();
        assertThat(found(upload).offset()).isEqualTo(SIZE);
        assertThat(rows().append(upload.id(), part(SIZE, 1))).isFalse();
        assertThat(rows().append(upload.id(), part(0, 1))).isFalse();
    }

    @Test
    void ofManyThatFinishOneFreesTheParts() throws Exception {
        var upload = added();
        var only = part(0, SIZE);
        rows().append(upload.id(), only);

        var freed = AtOnce.run(RACERS, _ -> rows().finish(upload.id()));

        assertThat(freed).containsOnlyOnce(List.of(only.digest()));
        assertThat(freed).filteredOn(List::isEmpty).hasSize(RACERS - 1);
    }

    @Test
    void removedUploadIsGone() {
        var upload = added();
        var only = part(0, 10);
        rows().append(upload.id(), only);

        assertThat(rows().remove(upload.id())).containsExactly(only.digest());

        assertThat(rows().remove(upload.id())).isEmpty();
        assertThat(rows().find(upload.id())).isEmpty();
        assertThat(rows().append(upload.id(), part(10, 10))).isFalse();
        assertThat(rows().finish(upload.id())).isEmpty();
    }

    @Test
    void appendBesideARemovalLeavesNoPart() throws Exception {
        for (int round = 0; round < 10; round++) {
            var upload = added();
            var part = part(0, 10);

            var freed =
                    AtOnce.run(
                            2,
                            i -> {
                                if (i == 0) return rows().remove(upload.id());
                                return rows().append(upload.id(), part)
                                        ? List.of(part.digest())
                                        : List.of();
                            });

            assertThat(freed.getFirst()).isEqualTo(freed.getLast());
            assertThat(photos().isUsed(part.digest())).isFalse();
        }
    }

    @Test
    void partIsInUseUntilItsUploadEnds() {
        var finished = added();
        var removed = added();
        var one = part(0, 10);
        var two = part(0, 20);
        rows().append(finished.id(), one);
        rows().append(removed.id(), two);
        assertThat(photos().isUsed(one.digest())).isTrue();
        assertThat(photos().isUsed(two.digest())).isTrue();

        rows().finish(finished.id());
        rows().remove(removed.id());

        assertThat(photos().isUsed(one.digest())).isFalse();
        assertThat(photos().isUsed(two.digest())).isFalse();
    }

    @Test
    void equalPartsAreNamedOnceOrMoreAndInUseByBoth() {
        var one = added();
        var two = added();
        var part = part(0, 10);
        rows().append(one.id(), part);
        rows().append(one.id(), new Upload.Part(10, 10, part.digest()));
        rows().append(two.id(), part);

        assertThat(rows().remove(one.id())).containsOnly(part.digest());

        assertThat(photos().isUsed(part.digest())).isTrue();
        assertThat(found(two).parts()).containsExactly(part);
    }

    @Test
    void openUploadsAreCountedForEachAccount() {
        var ann = samples.accountId();
        var bob = samples.accountId();
        var first = added(ann);
        var second = added(ann);
        added(ann);
        added(bob);
        assertThat(rows().open(ann)).isEqualTo(3);

        rows().append(second.id(), part(0, SIZE));
        rows().finish(first.id());
        rows().remove(second.id());

        assertThat(rows().open(ann)).isEqualTo(1);
        assertThat(rows().open(bob)).isEqualTo(1);
        assertThat(rows().open(samples.accountId())).isZero();
    }

    @Test
    void expiredUploadsAreListedDoneOrNot() {
        var oldest = added();
        clock.advance(Duration.ofHours(1));
        var old = added();
        rows().finish(old.id());
        clock.advance(Duration.ofHours(1));
        var young = added();

        assertThat(rows().expired(oldest.expires(), 10)).isEmpty();
        assertThat(rows().expired(young.expires(), 10))
                .containsExactlyInAnyOrder(oldest.id(), old.id());
        assertThat(rows().expired(young.expires(), 1)).hasSize(1);
        rows().remove(oldest.id());
        assertThat(rows().expired(young.expires().plusSeconds(1), 10))
                .containsExactlyInAnyOrder(old.id(), young.id());
    }
}
