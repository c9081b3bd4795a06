package safelight.app;

import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import safelight.catalog.JobRows;
import safelight.imaging.Darkroom;
import safelight.imaging.Planar;
import safelight.queue.JobQueue;
import safelight.sessions.Sessions;

/// What a test or a drill may put in another's place: how pixels are made, by that the class with
/// the `main` that a child process is started with, where a web server keeps its sessions, the rows
/// of jobs that it sees, and the queue that a worker takes from.
record Plugs(
        Supplier<Darkroom> darkroom,
        Class<?> main,
        UnaryOperator<Sessions> sessions,
        UnaryOperator<JobRows> jobs,
        UnaryOperator<JobQueue> queue) {
    /// The real ones.
    static final Plugs REAL = new Plugs(Planar::open, Main.class, shared -> shared);

    /// With the real jobs and queue.
    Plugs(Supplier<Darkroom> darkroom, Class<?> main, UnaryOperator<Sessions> sessions) {
        this(darkroom, main, sessions, rows -> rows, queue -> queue);
    }
}
