package safelight.app;

import java.io.IOException;

/// A process that does nothing until this is closed.
final class Stopped implements AutoCloseable {
    private final long pid;

    Stopped(ProcessHandle process) throws IOException {
        pid = process.pid();
        signal("STOP");
    }

    @Override
    public void close() throws IOException {
        signal("CONT");
    }

    private void signal(String name) throws IOException {
        new ProcessBuilder("kill", "-" + name, Long.toString(pid)).start().onExit().join();
    }
}
