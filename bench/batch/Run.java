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
/// how long interactive photos wait for their start while the batch is worked on, beside what they wait
/// for when nothing else is to be done. Each round hands in a batch, measures, and cancels it.
///
/// The first photos are uploaded, each with bytes of its own, so that no job finds the result of another;
/// interactive photos are measured while these are worked on. The rest are rows that name the bytes of
/// one of them.
final class Run {
    private static final int UPLOADERS = 8;
    private static final int WIDTH = 640;
    private static final int HEIGHT = 480;
    private static final int POLL_MS = 20;
    private static final int UNDER_WAY = 20;

    private final Site site;
    private final Options options;
    private final byte[] picture;
    private final Figures accepted = new Figures();
    private final Figures idle = new Figures();
    private final Figures busy = new Figures();
    private final Figures bulk = new Figures();
    private final Figures asked = new Figures();
    private int next;

    private Run(Site site, Options options) throws IOException {
        this.site = site;
        this.options = options;
        this.picture = Site.picture(WIDTH, HEIGHT, 1);
    }

    public static void main(String[] arguments) throws Exception {
        var options = new Options(Map.of("photos", "10000", "uploaded", "1000", "rounds", "3", "interactive", "40",
                "sigma", "20"), arguments);
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
        for (int round = 0; round < options.number("rounds"); round++) {
            measure(own, each, idle);
            var batch = handedIn(photos, round);
            while (count(batch, "succeeded") < UNDER_WAY) Thread.sleep(POLL_MS);
            measure(own, each, busy);
            for (var job : site.get("/jobs?state=succeeded&limit=200&batch=" + batch)
                    .split("\\{\"id\"")) took(job, "startedAt", "finishedAt", bulk);
            site.ask("DELETE", "/batches/" + batch, new byte[0]);
            while (count(batch, "queued") + count(batch, "running") > 0) Thread.sleep(POLL_MS);
        }
        System.out.printf("%d rounds, %d photos, median (least to most)%n", options.number("rounds"),
                options.number("photos"));
        System.out.printf("POST /batches, s                       %s%n", accepted.spread("%.2f"));
        System.out.printf("one job of the batch, ms               %s%n", bulk.spread("%.0f"));
        System.out.printf("interactive, wait for the start, idle  %s%n", idle.spread("%.0f"));
        System.out.printf("interactive, POST /jobs, batch         %s%n", asked.spread("%.0f"));
        System.out.printf("interactive, wait for the start, batch %s, p99 %.0f%n",
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
        var order = "{\"operations\":[{\"op\":\"blur\",\"sigma\":%d.%d}],\"photos\":[\"%s\"]}"
                .formatted(options.number("sigma"), round + 1, String.join("\",\"", photos))
                .getBytes(StandardCharsets.UTF_8);
        long began = System.nanoTime();
        var id = Site.field("id", site.ask("POST", "/batches", order));
        accepted.add((System.nanoTime() - began) / 1e9);
        return id;
    }

    private int count(String batch, String state) throws Exception {
        return Integer.parseInt(Site.field(state, site.get("/batches/" + batch)));
    }

    /// Interactive jobs, each when the one before has ended.
    private void measure(String photo, int jobs, Figures figures) throws Exception {
        for (int i = 0; i < jobs; i++) {
            var order = "{\"op\":\"crop\",\"left\":0,\"top\":0,\"width\":%d,\"height\":%d}"
                    .formatted(64 + next % 400, 64 + next / 400);
            next++;
            long began = System.nanoTime();
            var id = site.submit(photo, order, "interactive");
            if (figures == busy) asked.add((System.nanoTime() - began) / 1e6);
            var job = "";
            do {
                Thread.sleep(POLL_MS);
                job = site.get("/jobs/" + id);
            } while (!job.contains("\"finishedAt\":\""));
            took(job, "createdAt", "startedAt", figures);
        }
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
