package safelight.app;

import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import safelight.imaging.Darkroom;
import safelight.imaging.Vips;
import safelight.sessions.Sessions;

/// What a test may put in another's place: how pixels are made, by that the class with the `main`
/// that a child process is started with, and where a web server keeps its sessions.
record Plugs(Supplier<Darkroom> darkroom, Class<?> main, UnaryOperator<Sessions> sessions) {
    /// The real ones.
    static final Plugs REAL = new Plugs(Vips::open, Main.class, shared -> shared);
}
