package safelight.planes;

/// Changes how bright samples are, each by itself, in place.
public final class Levels {
    private static final Lanes LANES = Lanes.best();

    private Levels() {}

    /// `out = (in - 128) * factor / 256 + 128 + shift`.
    public static void scale(Plane plane, int factor, int shift, Pace pace) {
        var line = Plane.line(plane.width());
        for (int y = 0; y < plane.height(); y++) {
            pace.line();
            plane.read(y, line);
            LANES.scale(line, factor, shift, plane.width());
            plane.write(y, line);
        }
    }
}
