import static java.util.stream.Collectors.joining;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.regex.Pattern;

/// A batch of ten thousand photos on `serve` with one worker slot: how long `POST /batches` takes, and
/// how long interactive photos take from their request to their result while the batch is worked on,
/// beside what they take when nothing else is to be done, and beside one job of the batch alone. Each
/// round hands in a batch, measures, and cancels it.
///
/// The first photos are uploaded, each with bytes of its own, so that no job finds the result of another;
/// interactive photos are measured while these are worked on. The rest are rows that name the bytes of
/// one of them.
final class Run {
    private static final int UPLOADERS = 8;
    private static final int POLL_MS = 20;
    private static final int UNDER_WAY = 20;

    private final Site site;
    private final Options options;
    private final byte[] picture;
    private final Figures accepted = new Figures();
    private final Figures idle = new Figures();
    private final Figures busy = new Figures();
    private final Figures claimed = new Figures();
    private final Figures alone = new Figures();
    private int next;

    private Run(Site site, Options options) throws IOException {
        this.site = site;
        this.options = options;
        this.picture = Site.picture(options.number("width"), options.number("width") * 2 / 3, 1);
    }

    public static void main(String[] arguments) throws Exception {
        var options = new Options(Map.of("photos", "10000", "uploaded", "400", "rounds", "3", "interactive", "40",
                "width", "3000", "sigma", "20"), arguments);
        try (var site = new Site("batch")) {
            site.signUp(site.ready("serve", site.safelight("serve", "serve", "--port", "0", "--set",
                    "worker.slots=1")));
            new Run(site, options).run();
        }
    }

    private void run() throws Exception {
        var photos = uploaded(options.number("uploaded"));
        photos.addAll(copied(photos.getLast(), options.number("photos") - photos.size()));
        var own = uploaded(1).getFirst();
        int each = options.number("interactive");
        measure(own, each, new Figures());
        measureAlone(each, new Figures());
        for (int round = 0; round < options.number("rounds"); round++) {
            measure(own, each, idle);
            measureAlone(each, alone);
            var batch = handedIn(photos, round);
            while (count(batch, "succeeded") < UNDER_WAY) Thread.sleep(POLL_MS);
            measure(own, each, busy);
            site.ask("DELETE", "/batches/" + batch, new byte[0]);
            while (count(batch, "queued") + count(batch, "running") > 0) Thread.sleep(POLL_MS);
        }
        System.out.printf("%d rounds, %d photos, median (least to most)%n", options.number("rounds"),
                options.number("photos"));
        System.out.printf("POST /batches, s                     %s%n", accepted.spread("%.2f"));
        System.out.printf("one job of the batch alone, ms       %s%n", alone.spread("%.0f"));
        System.out.printf("interactive, to the result, idle     %s, p99 %.0f%n",
                idle.spread("%.0f"), idle.at(0.99));
        System.out.printf("interactive, until taken, batch      %s%n", claimed.spread("%.0f"));
        System.out.printf("interactive, to the result, batch    %s, p99 %.0f%n",
                busy.spread("%.0f"), busy.at(0.99));
    }

    private List<String> uploaded(int count) throws Exception {
        var ids = new ArrayList<String>();
        try (var tasks = Executors.newFixedThreadPool(UPLOADERS)) {
            var sent = new ArrayList<Future<String>>();
            for (int i = 0; i < count; i++) {
                var photo = marked(next++);
                sent.add(tasks.submit(() -> site.upload(photo)));
            }
            for (var each : sent) ids.add(each.get());
        }
        return ids;
    }

    /// So many rows like that of a photo, under ids of their own.
    private List<String> copied(String photo, int count) throws SQLException {
        var url = "jdbc:sqlite:" + site.folder.resolve("data").resolve("catalog.db");
        var ids = new ArrayList<String>();
        try (var database = DriverManager.getConnection(url);
                var statement = database.createStatement()) {
            statement.execute("PRAGMA busy_timeout = 30000");
            var columns = new ArrayList<String>();
            try (var found = statement.executeQuery("PRAGMA table_info(photo)")) {
                while (found.next()) columns.add(found.getString("name"));
            }
            var rest = columns.stream().filter(c -> !c.equals("id")).collect(joining(", "));
            statement.execute("""
                    WITH RECURSIVE s(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM s WHERE i < %d)
                    INSERT INTO photo (id, %s) SELECT printf('01jc%%022d', i), %s FROM s, photo
                    WHERE photo.id = '%s'""".formatted(count, rest, rest, photo));
            for (int i = 1; i <= count; i++) ids.add("01jc%022d".formatted(i));
        }
        return ids;
    }

    /// The picture with a comment after its first marker.
    private byte[] marked(int number) {
        var comment = ("bench " + number).getBytes(StandardCharsets.UTF_8);
        var bytes = new ByteArrayOutputStream();
        bytes.write(picture, 0, 2);
        bytes.writeBytes(ByteBuffer.allocate(4).putShort((short) 0xFFFE)
                .putShort((short) (comment.length + 2)).array());
        bytes.writeBytes(comment);
        bytes.write(picture, 2, picture.length - 2);
        return bytes.toByteArray();
    }

    private String handedIn(List<String> photos, int round) throws Exception {
        var order = "{\"operations\":[%s],\"photos\":[\"%s\"]}"
                .formatted(blur(round + 1), String.join("\",\"", photos))
                .getBytes(StandardCharsets.UTF_8);
        long began = System.nanoTime();
        var id = Site.field("id", site.ask("POST", "/batches", order));
        accepted.add((System.nanoTime() - began) / 1e9);
        return id;
    }

    private int count(String batch, String state) throws Exception {
        return Integer.parseInt(Site.field(state, site.get("/batches/" + batch)));
    }

    private String blur(int which) {
        return "{\"op\":\"blur\",\"sigma\":%d.%d}".formatted(options.number("sigma"), which);
    }

    /// Jobs like those of the batch, of photos of their own, when nothing else is to be done: from the
    /// moment that a worker has one until it has the result.
    private void measureAlone(int jobs, Figures figures) throws Exception {
        for (var photo : uploaded(jobs))
            took(ended(site.submit(photo, blur(0), "normal")), "startedAt", "finishedAt", figures);
    }

    /// Interactive jobs, each when the one before has ended.
    private void measure(String photo, int jobs, Figures figures) throws Exception {
        for (int i = 0; i < jobs; i++) {
            var order = "{\"op\":\"crop\",\"left\":0,\"top\":0,\"width\":%d,\"height\":%d}"
                    .formatted(64 + next % 400, 64 + next / 400);
            next++;
            var row = ended(site.submit(photo, order, "interactive"));
            took(row, "createdAt", "finishedAt", figures);
            if (figures == busy) took(row, "createdAt", "startedAt", claimed);
        }
    }

    private String ended(String job) throws Exception {
        var row = "";
        do {
            Thread.sleep(POLL_MS);
            row = site.get("/jobs/" + job);
        } while (!row.contains("\"finishedAt\":\""));
        return row;
    }

    private static void took(String job, String from, String to, Figures figures) {
        var begin = time(job, from);
        var end = time(job, to);
        if (!begin.equals(Instant.EPOCH) && !end.equals(Instant.EPOCH))
            figures.add(Duration.between(begin, end).toNanos() / 1e6);
    }

    private static Instant time(String job, String field) {
        var match = Pattern.compile("\"" + field + "\":\"([^\"]+)\"").matcher(job);
        return match.find() ? Instant.parse(match.group(1)) : Instant.EPOCH;
    }
}
