package safelight.app;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;

/// What the running `up` says about data centers that are being added, line by line in a file, so
/// that the command that asked for them can show it.
final class CenterProgress {
    static final String END = "done";
    static final String FAILED = "not added";

    private static final Duration LOOK_AGAIN = Duration.ofMillis(200);
    private static final Duration FIRST_MOST = Duration.ofSeconds(10);
    private static final Duration SILENCE_MOST = Duration.ofMinutes(10);

    private final Path file;

    /// In this data folder.
    CenterProgress(Path data) {
        this.file = data.resolve("logs").resolve("data-centers.log");
    }

    void say(String line) throws IOException {
        Files.writeString(file, line + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }

    /// Lines up to now.
    int count() throws IOException {
        return lines().size();
    }

    /// Prints the lines after the first `before` until the end; returns whether all went well.
    ///
    /// @throws CannotStart if nobody says anything for long
    boolean follow(int before, PrintWriter out) throws IOException, InterruptedException {
        int seen = before;
        boolean isWell = true;
        long heard = System.nanoTime();
        while (true) {
            var lines = lines();
            for (; seen < lines.size(); seen++) {
                heard = System.nanoTime();
                if (lines.get(seen).equals(END)) return isWell;
                isWell &= !lines.get(seen).contains(FAILED);
                out.println(lines.get(seen));
                out.flush();
            }
            var most = seen == before ? FIRST_MOST : SILENCE_MOST;
            if (System.nanoTime() - heard > most.toNanos())
                throw new CannotStart("The 'up' that runs in this folder says nothing.");
            Thread.sleep(LOOK_AGAIN);
        }
    }

    private List<String> lines() throws IOException {
        return Files.exists(file) ? Files.readAllLines(file) : List.of();
    }
}
