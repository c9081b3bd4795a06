package safelight.drill;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

/// The checker of data centers on histories made by hand: each kind of broken promise is found, and
/// nothing else.
class CentersCheckerTest {
    private static final String EAST = "us-east";
    private static final String WEST = "us-west";
    private static final long CUT_MS = 10_000;
    private static final long MENDED_MS = 90_000;

    private final List<Event> history = new ArrayList<>();

    CentersCheckerTest() {
        history.add(new Event.Begun(0, 7, 60, List.of()));
        history.add(new Event.Resolved(1000, 1, EAST, 30));
        history.add(new Event.Resolved(1000, 2, WEST, 30));
        photo(1, "p", 2000);
        job(1, "a", 3000);
        history.add(new Event.Severed(CUT_MS, EAST, "both-ways", 80_000));
        history.add(new Event.Mended(MENDED_MS, EAST));
        history.add(new Event.Shown(CUT_MS - 500, WEST, 0, 0, 1000));
    }

    private void photo(int intent, String photo, long atMs) {
        history.add(new Event.Uploading(atMs, intent));
        history.add(new Event.Uploaded(atMs, intent, photo, EAST));
        for (var center : List.of(EAST, WEST))
            history.add(new Event.ReadBack(200_000, photo, center, "", true));
    }

    private void job(int intent, String job, long atMs) {
        history.add(new Event.Intended(atMs, intent, "key-" + intent));
        history.add(new Event.Accepted(atMs + 100, intent, job));
        found(intent, job);
    }

    private void found(int intent, String job) {
        history.add(new Event.Found(200_000, job, intent, "succeeded", false, "right" + intent));
        history.add(new Event.Kept(200_000, "of-" + job, job, "right" + intent));
        history.add(new Event.Expected(200_000, intent, "right" + intent));
    }

    private void noticed() {
        history.add(new Event.Noticed(CUT_MS + 12_000, EAST));
    }

    private void served() {
        history.add(new Event.Served(CUT_MS + 1000, 1, EAST, "read", 0, 5000));
        history.add(new Event.Served(CUT_MS + 25_000, 1, WEST, "read", 200, 500));
        history.add(new Event.Served(CUT_MS + 45_000, 1, WEST, "read", 200, 100));
    }

    private void level() {
        history.add(new Event.Level(MENDED_MS + 40_000));
    }

    private CentersVerdict verdict() {
        history.sort(Comparator.comparingLong(Event::atMs));
        return CentersChecker.check(history);
    }

    private CentersVerdict verdictOfGood() {
        noticed();
        served();
        level();
        return verdict();
    }

    @Test
    void keptPromisesAreClean() {
        var verdict = verdictOfGood();

        assertThat(verdict.findings()).isEmpty();
        assertThat(verdict.isClean()).isTrue();
        assertThat(verdict.json())
                .isEqualTo(
                        """
                        {"seed":7,"detectedMs":12000,"servedMs":25500,"accepted":1,"lost":0,\
                        "doubled":0,"unreadablePhotos":0,"loginsLost":0,"lagMs":{"p50":0,"max":0}}\
                        """);
        assertThat(verdict.cuts())
                .containsExactly(
                        new CentersVerdict.Course(
                                EAST,
                                "both-ways",
                                OptionalLong.of(12_000),
                                OptionalLong.of(25_500),
                                OptionalLong.of(40_000),
                                1));
    }

    @Test
    void dnsThatDoesNotChangeInTimeIsFound() {
        served();
        level();
        history.add(new Event.Noticed(MENDED_MS + 1, EAST));

        var verdict = verdict();

        assertThat(verdict.unmended())
                .containsExactly("DNS answers did not change (both-ways of us-east)");
        assertThat(verdict.json()).contains("\"detectedMs\":null");
    }

    @Test
    void clientThatNobodyServesIsFound() {
        noticed();
        level();
        history.add(new Event.Served(CUT_MS + 25_000, 1, WEST, "read", 503, 500));
        history.add(new Event.Served(MENDED_MS - 100, 1, WEST, "read", 200, 500));

        var verdict = verdict();

        assertThat(verdict.unmended())
                .containsExactly("client 1 was not served elsewhere (both-ways of us-east)");
        assertThat(verdict.json()).contains("\"servedMs\":null");
    }

    @Test
    void lagThatStaysIsFound() {
        noticed();
        served();

        assertThat(verdict().unmended())
                .containsExactly("not everything is as before (both-ways of us-east)");
    }

    @Test
    void lagThatIsLeftInTheEndIsFound() {
        history.add(new Event.Healed(MENDED_MS + 50_000));

        assertThat(verdictOfGood().unmended()).containsExactly("in the end the lag is not zero");

        history.add(new Event.Level(MENDED_MS + 60_000));

        assertThat(verdict().isClean()).isTrue();
    }

    @Test
    void photoAcknowledgedBeforeTheShownLagHasToBeReadable() {
        history.add(new Event.Shown(20_000, WEST, 1, 5000, 10_000));
        history.add(new Event.ReadBack(20_100, "p", WEST, "status 404", false));

        var verdict = verdictOfGood();

        assertThat(verdict.unreadable()).containsExactly("photo p in us-west: status 404");
        assertThat(verdict.isClean()).isFalse();
    }

    @Test
    void youngerPhotoMayBeOnItsWay() {
        photo(2, "q", CUT_MS - 100);
        history.add(new Event.Shown(20_000, WEST, 1, 5000, 10_000));
        history.add(new Event.ReadBack(20_100, "q", WEST, "status 503", false));

        var verdict = verdictOfGood();

        assertThat(verdict.unreadable()).isEmpty();
        assertThat(verdict.late()).isEqualTo(1);
        assertThat(verdict.photos()).isEqualTo(2);
    }

    @Test
    void inTheEndEachPhotoIsRightInEachDataCenter() {
        photo(2, "q", 3000);
        history.add(new Event.ReadBack(200_000, "q", WEST, "wrong bytes", true));
        history.add(new Event.Uploaded(3500, 3, "r", EAST));

        assertThat(verdictOfGood().unreadable())
                .containsExactlyInAnyOrder(
                        "photo q in us-west: wrong bytes", "photo r was not right in the end");
    }

    @Test
    void lostLoginIsFound() {
        history.add(new Event.LoggedOut(50_000, 2, WEST));

        assertThat(verdictOfGood().loginsLost()).containsExactly("client 2 in us-west");
    }

    @Test
    void secondJobOfARequestThatACutLeftWithoutAnAnswerIsATwin() {
        history.add(new Event.Intended(CUT_MS - 10, 3, "key-3"));
        history.add(new Event.Retried(CUT_MS + 5000, 3, "edit 0"));
        history.add(new Event.Accepted(CUT_MS + 26_000, 3, "c"));
        found(3, "c");
        found(3, "d");

        var verdict = verdictOfGood();

        assertThat(verdict.findings()).isEmpty();
        assertThat(verdict.twins()).isEqualTo(1);
    }

    @Test
    void secondJobWithoutACutIsDoubled() {
        history.add(new Event.Retried(3050, 1, "edit 0"));
        found(1, "b");

        assertThat(verdictOfGood().jobs().doubled()).containsExactly("intent 1 is also job b");
    }

    @Test
    void secondAcknowledgedJobIsDoubledAlsoDuringACut() {
        history.add(new Event.Retried(CUT_MS + 5000, 1, "edit 0"));
        history.add(new Event.Accepted(CUT_MS + 6000, 1, "b"));
        found(1, "b");

        assertThat(verdictOfGood().jobs().doubled()).containsExactly("intent 1 is also job b");
    }

    @Test
    void lostJobIsFound() {
        history.add(new Event.Intended(CUT_MS - 10, 3, "key-3"));
        history.add(new Event.Accepted(CUT_MS - 5, 3, "c"));

        assertThat(verdictOfGood().jobs().lost()).containsExactly("job c of intent 3 is gone");
    }

    @Test
    void thePlotAndThePageShowDataCentersAndCuts() {
        var verdict = verdictOfGood();

        assertThat(RequestsPlot.of(history))
                .startsWith("<svg xmlns")
                .contains("answered by us-west", "not answered", "us-east: both-ways");
        assertThat(CentersPage.of(verdict, history)).contains("Nothing was lost.", "25.5 s");
    }
}
