package safelight.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/// What people rely on when their jobs are dead: to find them, to see why, to run them again.
class DeadApiIT {
    private static final String DEAD = "/api/v1/jobs/dead";
    private static final String LONG =
            String.join(",", Collections.nCopies(20, "{\"op\": \"sharpen\", \"sigma\": 100}"));

    /// So large that {@link #LONG} surely takes longer on it than a job may.
    private static final byte[] LARGE = Shots.plain(5000, 4000);

    @TempDir static Path folder;

    static ServerProcess server;
    static TestClient administrator;
    static TestClient ann;
    static String hers;
    static String his;

    /// Two jobs that take longer than a job may.
    @BeforeAll
    static void start() throws IOException {
        server =
                ServerProcess.start(
                        folder.resolve("data"),
                        "--set",
                        "jobs.time-most=1s",
                        "--set",
                        "jobs.strikes-most=1");
        administrator = TestClient.signedUp(server.url());
        ann = TestClient.signedUp(server.url());
        his = dead(administrator);
        hers = dead(ann);
    }

    private static String dead(TestClient client) {
        var photo = client.photo(LARGE);
        var id = client.job(photo, LONG).is(202).json().path("id").asText();
        assertThat(client.ended(id).at("/error/code").asText()).isEqualTo("SL-JOB-09");
        return id;
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void jobTellsItsAttempts() {
        var attempt = ann.get("/api/v1/jobs/" + hers).is(200).json().at("/attempts/0");

        assertThat(attempt.path("number").asInt()).isEqualTo(1);
        assertThat(attempt.path("outcome").asText()).isEqualTo("failed");
        assertThat(attempt.path("code").asText()).isEqualTo("SL-JOB-09");
        assertThat(attempt.path("worker").asText()).isNotEmpty();
        assertThat(attempt.path("endedAt").asText())
                .isGreaterThan(attempt.path("startedAt").asText());
    }

    @Test
    void everybodySeesTheirOwnAndTheAdministratorAll() {
        assertThat(ann.get(DEAD).is(200).json().path("jobs").findValuesAsText("id"))
                .contains(hers)
                .doesNotContain(his);
        assertThat(administrator.get(DEAD).is(200).json().path("jobs").findValuesAsText("id"))
                .contains(hers, his);
        assertThat(
                        administrator
                                .get(DEAD + "?account=me")
                                .is(200)
                                .json()
                                .path("jobs")
                                .findValuesAsText("id"))
                .contains(his)
                .doesNotContain(hers);
        ann.get(DEAD + "?account=00000000000000000000000000").refuses(403, "SL-WEB-08");
        ann.post(DEAD + "/retry", "{\"account\": \"00000000000000000000000000\"}")
                .refuses(403, "SL-WEB-08");
    }

    @Test
    void administratorSeesWhoseTheyAreAndRetriesAny() {
        var fay = TestClient.signedUp(server.url());
        var one = dead(fay);
        var account = fay.get("/api/v1/session").json().at("/account/id").asText();
        var path = "/api/v1/jobs/" + one;

        ann.get(path).refuses(404, "SL-JOB-01");
        ann.post(path + "/retry", "").refuses(404, "SL-JOB-01");
        assertThat(fay.get(DEAD).json().findValue("account")).isNull();
        var listed = administrator.get(DEAD + "?account=" + account).is(200).json();
        assertThat(listed.path("jobs").findValuesAsText("account")).containsExactly(account);
        var seen = administrator.get(path, "Prefer", "wait=1").is(200).json();
        assertThat(seen.path("account").asText()).isEqualTo(account);
        assertThat(seen.at("/attempts/0/code").asText()).isEqualTo("SL-JOB-09");
        var again = administrator.post(path + "/retry", "").is(202).json();
        assertThat(again.path("account").asText()).isEqualTo(account);
        assertThat(fay.ended(one).path("attempts").size()).isEqualTo(2);
    }

    @Test
    void administratorDoesNotSeeWhatIsNotDead() {
        var job = ann.job(ann.photo(Shots.plain(20, 20)), "").is(202).json();
        var path = "/api/v1/jobs/" + job.path("id").asText();
        ann.ended(job.path("id").asText());

        administrator.get(path).refuses(404, "SL-JOB-01");
        administrator.post(path + "/retry", "").refuses(404, "SL-JOB-01");
        administrator.get(path + "/result").refuses(404, "SL-JOB-01");
        administrator.delete(path).refuses(404, "SL-JOB-01");
    }

    @Test
    void filtersNameWhatTheyName() {
        assertThat(ann.get(DEAD + "?code=SL-JOB-09&text=LONGER%20than").json().path("jobs"))
                .isNotEmpty();
        assertThat(ann.get(DEAD + "?code=SL-JOB-06").json().path("jobs")).isEmpty();
        assertThat(ann.get(DEAD + "?text=elephant").json().path("jobs")).isEmpty();
        assertThat(ann.get(DEAD + "?since=2100-01-01T00:00:00Z").json().path("jobs")).isEmpty();
        assertThat(ann.get(DEAD + "?until=2000-01-01T00:00:00Z").json().path("jobs")).isEmpty();
        ann.get(DEAD + "?since=yesterday").refuses(422, "SL-WEB-10");
        ann.post(DEAD + "/retry", "{\"most\": 0}").refuses(422, "SL-WEB-04");
    }

    @Test
    void retryByFilterRunsThemAgainAndRemembersWhatWasBefore() {
        var bob = TestClient.signedUp(server.url());
        var one = dead(bob);

        assertThat(retried(bob, "{\"code\": \"SL-JOB-06\"}")).isZero();
        assertThat(retried(bob, "{\"code\": \"SL-JOB-09\", \"most\": 5}")).isEqualTo(1);
        var job = bob.ended(one);

        assertThat(job.path("attempts").size()).isEqualTo(2);
        assertThat(job.path("attempt").asInt()).isEqualTo(1);
        // Whoever may not see it cannot retry it.
        assertThat(retried(TestClient.signedUp(server.url()), "{}")).isZero();
    }

    private static int retried(TestClient client, String filter) {
        var done = client.post(DEAD + "/retry", filter).is(200).json();
        assertThat(done.path("more").asBoolean()).isFalse();
        return done.path("retried").asInt();
    }

    @Test
    void commandListsAndRetriesThem() throws Exception {
        var cat = TestClient.signedUp(server.url());
        var one = dead(cat);
        var token = token(cat);

        var list = command(token, "list", "--code", "SL-JOB-09");
        var retry = command(token, "retry", "--json");

        assertThat(list.out()).contains(one, "SL-JOB-09").doesNotContain(hers);
        assertThat(retry.out()).contains("\"retried\":1");
        assertThat(command("wrong", "list").code()).isEqualTo(Exit.FAILED);
    }

    @Test
    void commandListsPageByPageAndShowsEachAttempt() throws Exception {
        var dan = TestClient.signedUp(server.url());
        var older = dead(dan);
        var newer = dead(dan);
        var token = token(dan);

        var first = command(token, "list", "--limit", "1");
        var cursor = first.out().strip().replaceFirst("(?s).*--cursor ", "");
        var second = command(token, "list", "--limit", "1", "--cursor", cursor);
        var shown = command(token, "show", newer, older);

        assertThat(first.out()).contains(newer).doesNotContain(older);
        assertThat(second.out()).contains(older).doesNotContain(newer);
        assertThat(shown.code()).as(shown.err()).isEqualTo(Exit.DONE);
        assertThat(shown.out())
                .contains(newer, older, "SL-JOB-09 The")
                .containsPattern(" 1 +2.+Z +2.+Z +failed +SL-JOB-09 +\\S+");
    }

    @Test
    void commandRetriesThoseNamedAndSaysWhichItCannot() throws Exception {
        var eve = TestClient.signedUp(server.url());
        var one = dead(eve);
        var nobodys = "0".repeat(26);
        var token = token(eve);

        var retry = command(token, "retry", nobodys, one);

        assertThat(retry.code()).isEqualTo(Exit.FAILED);
        assertThat(retry.out()).contains("In line again: 1", nobodys + "  There is no such job");
        assertThat(eve.ended(one).path("attempts").size()).isEqualTo(2);
        assertThat(command(token, "retry", one, "--code", "SL-JOB-09").code())
                .isEqualTo(CommandLine.ExitCode.USAGE);
    }

    private static String token(TestClient client) {
        var made = client.post("/api/v1/tokens", "{\"name\": \"cli\"}").is(201).json();
        return made.path("secret").asText();
    }

    private static CommandProcess.Ended command(String token, String what, String... more)
            throws Exception {
        var arguments = new ArrayList<>(List.of("dead", what, "--url", server.url()));
        arguments.addAll(List.of(more));
        try (var command =
                CommandProcess.start(folder, arguments, Map.of("SAFELIGHT_TOKEN", token))) {
            return command.await();
        }
    }
}
