package safelight.app;

import java.util.function.Supplier;
import safelight.imaging.Darkroom;
import safelight.imaging.Vips;

/// What a test may put in another's place: how pixels are made, and by that the class with the
/// `main` that a child process is started with.
record Plugs(Supplier<Darkroom> darkroom, Class<?> main) {
    /// The real ones.
    static final Plugs REAL = new Plugs(Vips::open, Main.class);
}
