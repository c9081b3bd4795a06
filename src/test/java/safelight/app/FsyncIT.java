package safelight.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `kill -9` does not test fsync, since the page cache survives it. So this looks at the system
/// calls: after the request for a job was read, the catalog's log is written and synced, and only
/// then does the 202 go out.
class FsyncIT {
    private static final Path STRACE = Path.of("/usr/bin/strace");
    private static final Pattern SYNC =
            Pattern.compile("(fsync|fdatasync)\\(\\d+<[^>]*catalog\\.db-wal>");
    private static final Pattern REQUEST = Pattern.compile("read.*\"POST /api/v1/jobs");
    private static final Pattern ACCEPTED = Pattern.compile("write.*HTTP/1\\.1 202");

    @TempDir private Path folder;

    @Test
    void acceptedIsSaidAfterTheRowWasSynced() throws Exception {
        Assumptions.assumeTrue(Files.isExecutable(STRACE), "strace is not installed");
        var trace = folder.resolve("trace");
        var wrapper =
                List.of(
                        STRACE.toString(),
                        "-f",
                        "-y",
                        "-s",
                        "64",
                        "-e",
                        "trace=read,write,writev,sendto,fsync,fdatasync,pwrite64",
                        "-o",
                        trace.toString());
        try (var server = ServerProcess.start(Main.class, wrapper, folder.resolve("data"))) {
            var client = Client.signUp(server.url(), "sync@example.org");
            var photo = client.upload(64, 48, 1);
            client.submit(photo, "[{\"op\":\"blur\",\"sigma\":2}]", "one");
        }

        assertSyncedBetween(
                Files.readAllLines(trace, java.nio.charset.StandardCharsets.ISO_8859_1));
    }

    /// The threads of the web process alone: the worker syncs the same file.
    private static Set<String> threads(long pid) throws IOException {
        try (var tasks = Files.list(Path.of("/proc", Long.toString(pid), "task"))) {
            return tasks.map(t -> t.getFileName().toString()).collect(Collectors.toSet());
        }
    }

    private static void assertSyncedBetween(List<String> calls) throws IOException {
        int request = first(calls, REQUEST, 0);
        int accepted = first(calls, ACCEPTED, request);
        var between = calls.subList(request, accepted);
        assertThat(between)
                .as("calls between the request and its 202")
                .anyMatch(call -> SYNC.matcher(call).find());
    }

    private static int first(List<String> calls, Pattern pattern, int from) {
        for (int i = from; i < calls.size(); i++)
            if (pattern.matcher(calls.get(i)).find()) return i;
        throw new AssertionError("no call matches " + pattern + " after line " + from);
    }
}
