package safelight.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import safelight.base.AtOnce;
import safelight.base.Digest;
import safelight.base.HandClock;
import safelight.base.Page;
import safelight.base.PhotoId;

/// What every engine's photos and renditions do.
public abstract class PhotoRowsContract {
    private static final int ROUNDS = 20;

    protected final HandClock clock = new HandClock(Instant.parse("2026-01-01T00:00:00.123456Z"));
    private final Samples samples = new Samples(clock);

    /// Rows with nothing in them, the same ones during a test.
    protected abstract PhotoRows rows();

    /// The jobs beside them.
    protected abstract JobRows jobs();

    /// The accounts beside them.
    protected abstract AccountRows accounts();

    private Photo added(Photo photo) {
        rows().add(photo);
        return photo;
    }

    private Job accepted(Job job) {
        assertThat(jobs().accept(job, 1000)).isEqualTo(new Acceptance.Fresh(job));
        return job;
    }

    /// A job on this photo that ran to its end, and its result.
    private Photo edited(Photo source) {
        var job = accepted(samples.job(source.account(), source.id()));
        var running = jobs().advance(samples.running(job, "w1")).orElseThrow();
        var result = samples.result(job);
        var done = samples.ended(running, Job.State.SUCCEEDED, Optional.of(result.id()));
        assertThat(jobs().finish(done, result, samples.key(source.digest()))).isPresent();
        return result;
    }

    private static Page.Request page(int limit, Optional<String> cursor) {
        return new Page.Request(limit, cursor);
    }

    @Test
    void photoIsFoundAsItWasAdded() {
        var upload = added(samples.photo(samples.accountId()));
        var result = edited(upload);

        assertThat(rows().find(upload.id())).contains(upload);
        assertThat(rows().find(result.id())).contains(result);
        assertThat(rows().find(new PhotoId(samples.id()))).isEmpty();
    }

    @Test
    void pagesNameEachOwnPhotoOnceNewestFirst() {
        var ann = samples.accountId();
        var bob = samples.accountId();
        var own = new ArrayList<Photo>();
        for (int i = 0; i < 25; i++) {
            own.add(added(samples.photo(ann)));
            added(samples.photo(bob));
        }

        var seen = new ArrayList<Photo>();
        var page = rows().list(ann, page(10, Optional.empty()));
        seen.addAll(page.items());
        while (page.next().isPresent()) {
            page = rows().list(ann, page(10, page.next()));
            seen.addAll(page.items());
        }

        assertThat(seen).containsExactlyElementsOf(own.reversed());
    }

    @Test
    void hiddenPhotosAreFoundButNotListed() {
        var ann = samples.accountId();
        var listed = added(samples.photo(ann));
        var older = samples.photo(ann);
        var newer = samples.photo(ann);
        var stranger = samples.photo(samples.accountId());

        for (var photo : List.of(older, newer, stranger)) rows().addHidden(photo);

        assertThat(rows().list(ann, page(9, Optional.empty())).items()).containsExactly(listed);
        assertThat(rows().find(older.id())).contains(older);
        assertThat(rows().isUsed(older.digest())).isTrue();
        assertThat(rows().hiddenBefore(ann, newer.id())).containsExactly(older.id());
        assertThat(rows().remove(older.id())).contains(older.digest());
        assertThat(rows().hiddenBefore(ann, newer.id())).isEmpty();
    }

    @Test
    void photosOfOneInstantAreListedOnceEach() {
        var ann = samples.accountId();
        var now = clock.instant();
        var ids = new ArrayList<PhotoId>();
        for (int i = 0; i < 7; i++) {
            var id = new PhotoId("01kdvh0000" + "0".repeat(15) + "5830217".charAt(i));
            var like = samples.photo(ann);
            added(new Photo(id, ann, like.digest(), "jpeg", 1, 1, 1, "n", Optional.empty(), now));
            ids.add(id);
        }

        var first = rows().list(ann, page(3, Optional.empty()));
        var second = rows().list(ann, page(3, first.next()));
        var third = rows().list(ann, page(3, second.next()));

        var seen = new ArrayList<PhotoId>();
        for (var page : List.of(first, second, third))
            page.items().forEach(photo -> seen.add(photo.id()));
        assertThat(seen).isSortedAccordingTo(Comparator.reverseOrder());
        assertThat(seen).containsExactlyInAnyOrderElementsOf(ids);
        assertThat(third.next()).isEmpty();
    }

    @Test
    void pageThatIsJustFullIsTheLast() {
        var ann = samples.accountId();
        added(samples.photo(ann));
        added(samples.photo(ann));

        assertThat(rows().list(ann, page(2, Optional.empty())).next()).isEmpty();
    }

    @Test
    void photoAddedMeanwhileDoesNotShiftPages() {
        var ann = samples.accountId();
        var oldest = added(samples.photo(ann));
        added(samples.photo(ann));
        var first = rows().list(ann, page(1, Optional.empty()));

        added(samples.photo(ann));

        assertThat(rows().list(ann, page(1, first.next())).items()).containsExactly(oldest);
    }

    @Test
    void cursorsOfOthersMakingAreRefusedWithASentence() {
        for (var wrong : List.of("", "x", "%%%", "1", "QUFBQQ", "'; DROP TABLE photo; --"))
            assertThatThrownBy(() -> rows().list(samples.accountId(), page(5, Optional.of(wrong))))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageEndingWith(".");
    }

    @Test
    void removalTakesResultsOfResultsAndTheirRenditions() {
        var upload = added(samples.photo(samples.accountId()));
        var result = edited(upload);
        var resultOfResult = edited(result);
        var thumbnail = new Rendition(samples.digest(), "jpeg", 256, 192, 9000);
        var key = new Rendition.Key(resultOfResult.digest(), "thumbnail", "vips-8.17");
        rows().addRendition(key, thumbnail);

        var named = rows().remove(upload.id());

        assertThat(named)
                .containsExactlyInAnyOrder(
                        upload.digest(),
                        result.digest(),
                        resultOfResult.digest(),
                        thumbnail.digest());
        for (var photo : List.of(upload, result, resultOfResult))
            assertThat(rows().find(photo.id())).isEmpty();
        assertThat(rows().rendition(key)).isEmpty();
        assertThat(rows().rendition(samples.key(upload.digest()))).isEmpty();
        for (var digest : named) assertThat(rows().isUsed(digest)).isFalse();
        assertThat(rows().remove(upload.id())).isEmpty();
    }

    @Test
    void removalOfAResultLeavesItsSource() {
        var upload = added(samples.photo(samples.accountId()));
        var result = edited(upload);

        assertThat(rows().remove(result.id())).containsExactly(result.digest());

        assertThat(rows().find(upload.id())).contains(upload);
        // The source's rendition still names the result's bytes.
        assertThat(rows().isUsed(result.digest())).isTrue();
    }

    @Test
    void removalLeavesOthersPhotosOfTheSameBytes() {
        var upload = added(samples.photo(samples.accountId()));
        var twin = added(samples.photo(samples.accountId(), upload.digest(), Optional.empty()));
        var thumbnail = new Rendition(samples.digest(), "jpeg", 256, 192, 9000);
        rows().addRendition(samples.key(upload.digest()), thumbnail);

        assertThat(rows().remove(upload.id())).containsExactly(upload.digest());

        assertThat(rows().isUsed(upload.digest())).isTrue();
        assertThat(rows().rendition(samples.key(upload.digest()))).contains(thumbnail);
        assertThat(rows().remove(twin.id()))
                .containsExactlyInAnyOrder(upload.digest(), thumbnail.digest());
    }

    @Test
    void removalCancelsOpenJobsAndKeepsTheRowsOfDoneOnes() {
        var upload = added(samples.photo(samples.accountId()));
        var result = edited(upload);
        var done = result.origin().orElseThrow().job();
        var waiting = accepted(samples.job(upload.account(), upload.id()));
        var onResult = accepted(samples.job(upload.account(), result.id()));
        var running = jobs().advance(samples.running(onResult, "w1")).orElseThrow();
        var unrelated =
                accepted(
                        samples.job(upload.account(), added(samples.photo(upload.account())).id()));
        long before = jobs().lastEvent(upload.account());

        rows().remove(upload.id());

        assertThat(jobs().find(done).orElseThrow().status().state()).isEqualTo(Job.State.SUCCEEDED);
        assertThat(jobs().find(done).orElseThrow().status().result()).isEmpty();
        for (var job : List.of(waiting, onResult)) {
            var cancelled = jobs().find(job.id()).orElseThrow().status();
            assertThat(cancelled.state()).isEqualTo(Job.State.CANCELLED);
            assertThat(cancelled.finished()).contains(clock.instant());
        }
        assertThat(jobs().outbox(10)).containsExactly(unrelated);
        assertThat(jobs().events(upload.account(), before, 10))
                .extracting(JobEvent::job)
                .containsExactlyInAnyOrder(waiting.id(), onResult.id());
        var late = samples.result(onResult);
        assertThat(
                        jobs().finish(
                                        samples.ended(
                                                running,
                                                Job.State.SUCCEEDED,
                                                Optional.of(late.id())),
                                        late,
                                        samples.key(result.digest())))
                .isEmpty();
        assertThat(rows().find(late.id())).isEmpty();
    }

    @Test
    void profilePictureIsAUse() {
        var account = accounts().add(samples.account("a@x")).orElseThrow();
        Digest avatar = samples.digest();
        assertThat(rows().isUsed(avatar)).isFalse();

        accounts().setAvatar(account.id(), avatar);

        assertThat(rows().isUsed(avatar)).isTrue();
    }

    @Test
    void firstRenditionStays() {
        var key = samples.key(samples.digest());
        var first = new Rendition(samples.digest(), "jpeg", 1, 2, 3);
        assertThat(rows().rendition(key)).isEmpty();

        rows().addRendition(key, first);
        rows().addRendition(key, new Rendition(samples.digest(), "png", 4, 5, 6));

        assertThat(rows().rendition(key)).contains(first);
        assertThat(rows().isUsed(first.digest())).isTrue();
    }

    @Test
    void resultThatIsFinishedDuringTheRemovalGoesToo() throws Exception {
        for (int round = 0; round < ROUNDS; round++) {
            var upload = added(samples.photo(samples.accountId()));
            var job = accepted(samples.job(upload.account(), upload.id()));
            var running = jobs().advance(samples.running(job, "w1")).orElseThrow();
            var result = samples.result(job);
            var key = samples.key(upload.digest());
            var done = samples.ended(running, Job.State.SUCCEEDED, Optional.of(result.id()));

            var answers =
                    AtOnce.run(
                            2,
                            i ->
                                    i == 0
                                            ? jobs().finish(done, result, key).isPresent()
                                            : rows().remove(upload.id()).contains(result.digest()));

            assertThat(answers.getFirst()).isEqualTo(answers.getLast());
            assertThat(rows().find(result.id())).isEmpty();
            assertThat(rows().rendition(key)).isEmpty();
            var after = jobs().find(job.id()).orElseThrow().status();
            assertThat(after.result()).isEmpty();
            assertThat(after.state())
                    .isEqualTo(answers.getFirst() ? Job.State.SUCCEEDED : Job.State.CANCELLED);
        }
    }
}
