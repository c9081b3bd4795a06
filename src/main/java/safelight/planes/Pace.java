package safelight.planes;

/// Told of every line that is worked on. Whoever has to stop the work throws from here.
@FunctionalInterface
public interface Pace {
    /// Another line begins.
    void line();
}
