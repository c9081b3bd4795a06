package safelight.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What a page relies on when it follows its jobs live.
class EventsApiIT {
    private static final String EVENTS = "/api/v1/events";
    private static final String BLUR = "{\"op\": \"blur\", \"sigma\": 1}";

    @TempDir static Path folder;

    static ServerProcess server;

    @BeforeAll
    static void start() throws IOException {
        server = ServerProcess.start(folder.resolve("data"));
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void jobIsFollowedToItsEnd() throws Exception {
        var client = TestClient.signedUp(server.url());
        var photo = photo(client);
        try (var events = new EventReader(server.url(), client)) {
            var job = accept(client, photo);

            var end = events.end(job);

            assertThat(end.job()).isEqualTo(client.get("/api/v1/jobs/" + job).json());
        }
    }

    @Test
    void othersJobsAndThumbnailsAreNotShown() throws Exception {
        var client = TestClient.signedUp(server.url());
        var stranger = TestClient.signedUp(server.url());
        var photo = photo(client);
        try (var events = new EventReader(server.url(), client)) {
            stranger.ended(accept(stranger, photo(stranger)));
            client.thumbnail(photo).is(200);

            var job = accept(client, photo);

            assertThat(events.next().of()).isEqualTo(job);
        }
    }

    /// One takes long enough to tell of its progress.
    @Test
    void progressOfThumbnailsIsNotShown() throws Exception {
        var client = TestClient.signedUp(server.url());
        try (var events = new EventReader(server.url(), client)) {
            for (int i = 0; i < 3; i++) {
                var large = client.photo(Shots.plain(7000, 7000 + i));
                Deadline.of(Duration.ofMinutes(1))
                        .until(() ->
                                client.get("/api/v1/photos/" + large + "/thumbnail").status()
                                        == 200);
            }

            var job = accept(client, photo(client));

            assertThat(events.any().of()).isEqualTo(job);
        }
    }

    @Test
    void clientThatComesBackGetsExactlyWhatItMissed() throws Exception {
        var client = TestClient.signedUp(server.url());
        var photo = photo(client);
        EventReader.Event last;
        try (var events = new EventReader(server.url(), client)) {
            last = events.end(accept(client, photo));
        }
        var missed = List.of(accept(client, photo), accept(client, photo));
        missed.forEach(client::ended);

        try (var events = new EventReader(server.url(), client, "Last-Event-ID", last.id())) {
            var seen = List.of(events.next(), events.next());

            assertThat(seen)
                    .extracting(EventReader.Event::of)
                    .containsExactlyInAnyOrderElementsOf(missed);
            assertThat(seen).extracting(EventReader.Event::state).containsOnly("succeeded");
            var next = accept(client, photo);
            assertThat(events.next().of()).isEqualTo(next);
        }
    }

    @Test
    void placeThatIsNoneIsRefused() {
        var client = TestClient.signedUp(server.url());

        client.get(EVENTS, "Last-Event-ID", "x").refuses(422, "SL-WEB-10");
        client.get(EVENTS + "?lastEventId=x").refuses(422, "SL-WEB-10");
    }

    @Test
    void strangersAreRefused() {
        TestClient.anonymous(server.url()).get(EVENTS).refuses(401, "SL-SESSION-04");
    }

    private static String photo(TestClient client) {
        return client.photo(Shots.noise(60, 40, "jpg", 1));
    }

    private static String accept(TestClient client, String photo) {
        return client.job(photo, BLUR).is(202).json().path("id").asText();
    }
}
