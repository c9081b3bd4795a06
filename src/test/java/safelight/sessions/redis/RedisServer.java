package safelight.sessions.redis;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/// A real `redis-server` on a free port of loopback, which syncs every write before it answers. The
/// log and the data are in the folder given.
public final class RedisServer implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration LOOK_AGAIN = Duration.ofMillis(20);
    private static final int TRIES = 5;

    private final Path folder;
    private final List<String> options;
    private int port;
    private Process process;

    private RedisServer(Path folder, List<String> options) {
        this.folder = folder;
        this.options = options;
    }

    /// Starts one with its data in `folder`; `options` are Redis' own, such as `--appendonly no`.
    public static RedisServer start(Path folder, String... options) {
        var server = new RedisServer(folder, List.of(options));
        try {
            Files.createDirectories(folder);
            for (int i = 1; ; i++) {
                server.port = freePort();
                if (server.run()) return server;
                if (i == TRIES) throw new IOException("no start; see " + server.log());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Where it is, as the product takes it.
    public RedisAccess access() {
        return new RedisAccess(url());
    }

    /// Where it is.
    public String url() {
        return "redis://127.0.0.1:" + port;
    }

    /// One command, on a connection of its own, by Redis' inline protocol; returns the raw answer.
    public String command(String line) {
        try (var socket = new Socket()) {
            socket.connect(address(), (int) PATIENCE.toMillis());
            socket.setSoTimeout((int) PATIENCE.toMillis());
            var out = socket.getOutputStream();
            out.write((line + "\r\nQUIT\r\n").getBytes(StandardCharsets.UTF_8));
            out.flush();
            return read(socket.getInputStream());
        } catch (IOException e) {
            throw new UncheckedIOException(line, e);
        }
    }

    /// `kill -9`.
    public void kill() {
        process.destroyForcibly();
        waitForEnd();
    }

    /// `kill -STOP`: connections stay, and nothing answers.
    public void freeze() {
        signal("-STOP");
    }

    /// `kill -CONT`.
    public void thaw() {
        signal("-CONT");
    }

    /// Starts again on the same port with the same data.
    public void restart() {
        try {
            if (!run()) throw new IOException("no restart; see " + log());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        kill();
    }

    private Path log() {
        return folder.resolve("redis.log");
    }

    private InetSocketAddress address() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    }

    /// Whether it answers; false if it ended, as when another program took the port.
    private boolean run() throws IOException {
        var command =
                new ArrayList<>(
                        List.of(
                                "/usr/bin/redis-server",
                                "--bind",
                                "127.0.0.1",
                                "--port",
                                Integer.toString(port),
                                "--dir",
                                folder.toString(),
                                "--save",
                                "",
                                "--appendonly",
                                "yes",
                                "--appendfsync",
                                "always"));
        command.addAll(options);
        process =
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.appendTo(log().toFile()))
                        .start();
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (process.isAlive()) {
            if (answers()) return true;
            if (System.nanoTime() > deadline) throw new IOException("no answer; see " + log());
            LockSupport.parkNanos(LOOK_AGAIN.toNanos());
        }
        return false;
    }

    private boolean answers() {
        try {
            return command("PING").startsWith("+PONG");
        } catch (UncheckedIOException e) {
            return false;
        }
    }

    private void signal(String which) {
        try {
            new ProcessBuilder("kill", which, Long.toString(process.pid())).start().waitFor();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void waitForEnd() {
        try {
            if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS))
                throw new IllegalStateException("redis does not end");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static String read(InputStream in) throws IOException {
        return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
