package safelight.drill;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The checker on histories made by hand: each kind of broken promise is found, and nothing else.
class CheckerTest {
    private final List<Event> history = new ArrayList<>();

    CheckerTest() {
        history.add(new Event.Begun(0, 7, 60, List.of()));
        good(1, "a");
        good(2, "b");
    }

    @Test
    void keptPromisesAreClean() {
        var verdict = Checker.check(history);

        assertThat(verdict.isClean()).isTrue();
        assertThat(verdict.findings()).isEmpty();
        assertThat(verdict.accepted()).isEqualTo(2);
        assertThat(verdict.succeeded()).isEqualTo(2);
    }

    @Test
    void acceptedJobThatIsGoneIsLost() {
        accepted(3, "c");

        assertOnly(Checker.check(history).lost(), "job c of intent 3 is gone");
    }

    @Test
    void jobWithoutAnEndIsLost() {
        accepted(3, "c");
        found(3, "c", "running", "");

        assertOnly(Checker.check(history).lost(), "job c has no end: running");
    }

    @Test
    void unansweredIntentThatBecameAJobHasToEndToo() {
        history.add(new Event.Intended(1, 3, "key-3"));
        found(3, "c", "queued", "");

        var verdict = Checker.check(history);

        assertOnly(verdict.lost(), "job c has no end: queued");
        assertThat(verdict.accepted()).isEqualTo(2);
    }

    @Test
    void unansweredIntentMayHaveComeToNothing() {
        history.add(new Event.Intended(1, 3, "key-3"));

        assertThat(Checker.check(history).isClean()).isTrue();
    }

    @Test
    void successWithoutAPhotoIsLost() {
        accepted(3, "c");
        found(3, "c", "succeeded", digest(3));
        history.add(new Event.Expected(9, 3, digest(3)));

        assertOnly(Checker.check(history).lost(), "job c has no result");
    }

    @Test
    void successWithoutBytesIsLost() {
        accepted(3, "c");
        found(3, "c", "succeeded", "");
        history.add(new Event.Kept(9, "photo-c", "c", ""));
        history.add(new Event.Expected(9, 3, digest(3)));

        assertOnly(Checker.check(history).lost(), "job c has no result");
    }

    @Test
    void secondJobOfAnIntentIsDoubled() {
        found(2, "b2", "succeeded", digest(2));
        history.add(new Event.Kept(9, "photo-b2", "b2", digest(2)));

        assertOnly(Checker.check(history).doubled(), "intent 2 is also job b2");
    }

    @Test
    void secondPhotoOfAJobIsDoubled() {
        history.add(new Event.Kept(9, "photo-more", "b", digest(2)));

        assertOnly(Checker.check(history).doubled(), "photo photo-more is another of job b");
    }

    @Test
    void secondEndIsDoubled() {
        history.add(new Event.Ended(5, 2, "b", "failed"));

        assertOnly(Checker.check(history).doubled(), "job b has several ends: [failed, succeeded]");
    }

    @Test
    void sameEndSeenTwiceIsNoFault() {
        history.add(new Event.Ended(5, 2, "b", "succeeded"));

        assertThat(Checker.check(history).isClean()).isTrue();
    }

    @Test
    void wrongBytesAreUnexpected() {
        accepted(3, "c");
        found(3, "c", "succeeded", digest(4));
        history.add(new Event.Kept(9, "photo-c", "c", digest(4)));
        history.add(new Event.Expected(9, 3, digest(3)));

        assertOnly(Checker.check(history).unexpected(), "job c has a wrong result");
    }

    @Test
    void photoOfOtherBytesThanItsJobIsUnexpected() {
        accepted(3, "c");
        found(3, "c", "succeeded", digest(3));
        history.add(new Event.Kept(9, "photo-c", "c", digest(4)));
        history.add(new Event.Expected(9, 3, digest(3)));

        assertOnly(Checker.check(history).unexpected(), "photo photo-c is not its job's result");
    }

    @Test
    void resultThatWasNotMadeAgainIsUnexpected() {
        accepted(3, "c");
        found(3, "c", "succeeded", digest(3));
        history.add(new Event.Kept(9, "photo-c", "c", digest(3)));

        assertOnly(Checker.check(history).unexpected(), "job c has a wrong result");
    }

    @Test
    void jobThatNobodyHandedInIsUnexpected() {
        found(-1, "x", "succeeded", digest(5));
        history.add(new Event.Kept(9, "photo-x", "x", digest(5)));
        history.add(new Event.Expected(9, -1, digest(5)));

        assertOnly(Checker.check(history).unexpected(), "job x was never handed in");
    }

    @Test
    void photoWithoutAJobIsUnexpected() {
        history.add(new Event.Kept(9, "photo-y", "y", digest(5)));

        assertOnly(Checker.check(history).unexpected(), "photo photo-y has no job");
    }

    @Test
    void deadJobIsAnEnd() {
        accepted(3, "c");
        history.add(new Event.Found(9, "c", 3, "failed", true, ""));

        var verdict = Checker.check(history);

        assertThat(verdict.isClean()).isTrue();
        assertThat(verdict.dead()).isEqualTo(1);
        assertThat(verdict.succeeded()).isEqualTo(2);
    }

    @Test
    void failureForGoodAndCancelAreUnexpected() {
        accepted(3, "c");
        found(3, "c", "failed", "");
        accepted(4, "d");
        found(4, "d", "cancelled", "");

        assertThat(Checker.check(history).findings())
                .containsExactlyInAnyOrder(
                        "unexpected: job c is failed for good",
                        "unexpected: job d is cancelled for good");
    }

    @Test
    void refusalIsUnexpected() {
        history.add(new Event.Intended(1, 3, "key-3"));
        history.add(new Event.Refused(2, 3, 401, "Sign in."));

        assertOnly(Checker.check(history).unexpected(), "intent 3 was refused: 401 Sign in.");
    }

    @Test
    void jobOfAnotherIntentThanAnsweredIsUnexpected() {
        accepted(3, "b");

        assertThat(Checker.check(history).unexpected())
                .containsExactly("job b is not that of intent 3");
    }

    @Test
    void jsonHasTheFiguresAndNothingElse() {
        accepted(3, "c");
        history.add(new Event.Struck(2, "kill-web", "web-1", 0));
        history.add(new Event.Struck(3, "kill-web", "web-2", 0));

        assertThat(Checker.check(history).json())
                .isEqualTo(
                        """
                        {"seed":7,"seconds":60,"faults":{"kill-web":2},"accepted":3,"succeeded":2,\
                        "dead":0,"lost":1,"doubled":0,"unexpected":0,\
                        "rerunMs":{"p50":null,"max":null}}\
                        """);
    }

    @Test
    void pageNamesWhatWasFound() {
        accepted(3, "<c>");

        var page = SummaryPage.of(Checker.check(history), history);

        assertThat(page).contains("Promises were broken", "job &lt;c&gt; of intent 3 is gone");
        assertThat(page).doesNotContain("{seed}", "{mood}", "{course}", "<c>");
    }

    @Test
    void historyWithoutABeginningIsNone() {
        var none = List.<Event>of();

        assertThatThrownBy(() -> Checker.check(none)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void historyIsReadAsItWasWritten(@TempDir Path folder) throws IOException {
        var file = folder.resolve("history.jsonl");
        history.add(new Event.Struck(3, "stop-web", "web-1 [12]", 1500));
        history.add(new Event.Started(3, "a", 1, "worker-1"));
        history.add(new Event.Left(3, "a", 1));
        history.add(new Event.Retried(3, 1, "status 503"));
        history.add(new Event.Healed(4));
        try (var written = new History(file)) {
            history.forEach(written::add);
        }

        assertThat(History.read(file)).isEqualTo(history);
    }

    private static void assertOnly(List<String> found, String sentence) {
        assertThat(found).containsExactly(sentence);
    }

    private void good(int intent, String job) {
        accepted(intent, job);
        found(intent, job, "succeeded", digest(intent));
        history.add(new Event.Kept(9, "photo-" + job, job, digest(intent)));
        history.add(new Event.Expected(9, intent, digest(intent)));
    }

    private void accepted(int intent, String job) {
        history.add(new Event.Intended(1, intent, "key-" + intent));
        history.add(new Event.Accepted(2, intent, job));
    }

    private void found(int intent, String job, String state, String digest) {
        history.add(new Event.Found(9, job, intent, state, false, digest));
    }

    private static String digest(int intent) {
        return "digest-" + intent;
    }
}
