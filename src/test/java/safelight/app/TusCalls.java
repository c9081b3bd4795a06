package safelight.app;

import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/// The single calls of tus 1.0, made by hand.
record TusCalls(TestClient client, String path) {
    private static final String[] VERSION = {"Tus-Resumable", "1.0.0"};

    /// Begins an upload; `body` may be its first bytes.
    TestClient.Answer create(long length, String name, BodyPublisher body, String... headers) {
        var named = Base64.getEncoder().encodeToString(name.getBytes(StandardCharsets.UTF_8));
        return client.send(
                "POST",
                path,
                body,
                with(
                        headers,
                        "Upload-Length",
                        Long.toString(length),
                        "Upload-Metadata",
                        "filetype aW1hZ2U=,filename " + named));
    }

    /// Sends these of the bytes as those at `offset`.
    TestClient.Answer append(
            String one, long offset, byte[] bytes, int from, int to, String... headers) {
        return client.send(
                "PATCH",
                one,
                BodyPublishers.ofByteArray(bytes, from, to - from),
                with(
                        headers,
                        "Upload-Offset",
                        Long.toString(offset),
                        "Content-Type",
                        "application/offset+octet-stream"));
    }

    TestClient.Answer head(String one) {
        return client.send("HEAD", one, BodyPublishers.noBody(), VERSION);
    }

    TestClient.Answer end(String one) {
        return client.send("DELETE", one, BodyPublishers.noBody(), VERSION);
    }

    TestClient.Answer override(String one, String method) {
        return client.send(
                "POST",
                one,
                BodyPublishers.noBody(),
                with(new String[0], "X-HTTP-Method-Override", method));
    }

    private static String[] with(String[] headers, String... more) {
        var all = new ArrayList<>(List.of(headers));
        all.addAll(List.of(VERSION));
        all.addAll(List.of(more));
        return all.toArray(String[]::new);
    }
}
