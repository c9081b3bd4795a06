package safelight.imaging;

import java.util.List;
import java.util.Optional;
import java.util.Set;

/// What a matrix profile for RGB (ICC.1:2010) says: its three primaries as XYZ under D50, and
/// whether its tone curves are those of sRGB. Other bytes are no such profile.
record IccProfile(Xyz red, Xyz green, Xyz blue, boolean hasSrgbCurves) {
    private static final int HEADER = 128;
    private static final int TAG = 12;
    private static final int TAGS_MAX = 100;
    // colour engines prefer these tables to the matrix
    private static final Set<String> TABLES =
            Set.of("A2B0", "A2B1", "A2B2", "D2B0", "D2B1", "D2B2", "D2B3");

    // IEC 61966-2-1, adapted to D50
    private static final Xyz SRGB_RED = new Xyz(0.4361, 0.2225, 0.0139);
    private static final Xyz SRGB_GREEN = new Xyz(0.3851, 0.7169, 0.0971);
    private static final Xyz SRGB_BLUE = new Xyz(0.1431, 0.0606, 0.7141);
    private static final double SRGB_AREA = area(SRGB_RED, SRGB_GREEN, SRGB_BLUE);
    private static final double WIDER = 1.05;

    /// A colour as X, Y and Z.
    record Xyz(double x, double y, double z) {
        // what is sold as sRGB differs in the third digit
        private static final double SLACK = 0.005;

        private boolean isNear(Xyz other) {
            return Math.abs(x - other.x) < SLACK
                    && Math.abs(y - other.y) < SLACK
                    && Math.abs(z - other.z) < SLACK;
        }

        private double sum() {
            return x + y + z;
        }
    }

    /// The profile in these bytes, which may be hostile. Empty if it is broken, for other colours
    /// than RGB, or made of tables.
    static Optional<IccProfile> read(ByteView in) {
        try {
            boolean matrix = in.has(16, "RGB XYZ ") && in.has(36, "acsp") && !hasTables(in);
            return matrix ? Optional.of(primariesAndCurves(in)) : Optional.empty();
        } catch (BadPhoto _) {
            return Optional.empty();
        }
    }

    /// Whether it is sRGB, whatever it calls itself.
    boolean isSrgb() {
        return hasSrgbCurves
                && red.isNear(SRGB_RED)
                && green.isNear(SRGB_GREEN)
                && blue.isNear(SRGB_BLUE);
    }

    /// Whether the triangle of its primaries in the xy diagram is about as large as sRGB's or
    /// smaller.
    boolean isNoWiderThanSrgb() {
        return area(red, green, blue) <= WIDER * SRGB_AREA;
    }

    private static IccProfile primariesAndCurves(ByteView in) {
        var curves = List.of(curve(in, "rTRC"), curve(in, "gTRC"), curve(in, "bTRC"));
        var profile =
                new IccProfile(
                        xyz(in, "rXYZ"),
                        xyz(in, "gXYZ"),
                        xyz(in, "bXYZ"),
                        curves.stream().allMatch(ToneCurve::isSrgb));
        double area = area(profile.red, profile.green, profile.blue);
        if (!(area > 0 && area < 1)) throw in.broken("its colour profile has no gamut");
        return profile;
    }

    private static ToneCurve curve(ByteView in, String name) {
        return ToneCurve.read(tag(in, name));
    }

    private static Xyz xyz(ByteView in, String name) {
        var tag = tag(in, name);
        if (!tag.has(0, "XYZ ")) throw in.broken("'" + name + "' in its colour profile");
        return new Xyz(
                ToneCurve.s15f16(tag, 8), ToneCurve.s15f16(tag, 12), ToneCurve.s15f16(tag, 16));
    }

    private static boolean hasTables(ByteView in) {
        int tags = tags(in);
        for (int i = 0; i < tags; i++)
            if (TABLES.contains(in.name(HEADER + 4 + (long) i * TAG))) return true;
        return false;
    }

    private static ByteView tag(ByteView in, String name) {
        int tags = tags(in);
        for (int i = 0; i < tags; i++) {
            long at = HEADER + 4 + (long) i * TAG;
            if (in.has(at, name)) return in.part(in.u32(at + 4), in.u32(at + 8));
        }
        throw in.broken("its colour profile has no '" + name + "'");
    }

    private static int tags(ByteView in) {
        long tags = in.u32(HEADER);
        if (tags > TAGS_MAX) throw in.broken("its colour profile has too many tags");
        return (int) tags;
    }

    private static double area(Xyz a, Xyz b, Xyz c) {
        double bx = b.x / b.sum() - a.x / a.sum();
        double by = b.y / b.sum() - a.y / a.sum();
        double cx = c.x / c.sum() - a.x / a.sum();
        double cy = c.y / c.sum() - a.y / a.sum();
        return Math.abs(bx * cy - cx * by) / 2;
    }
}
