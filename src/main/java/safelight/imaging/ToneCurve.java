package safelight.imaging;

import java.util.Arrays;
import java.util.function.DoubleUnaryOperator;

/// From a sample to light, both from 0 to 1, as an ICC profile describes it (ICC.1:2010, 10.5 and
/// 10.15).
record ToneCurve(DoubleUnaryOperator light) {
    private static final int POINTS = 64;
    private static final int TABLE_MAX = 1 << 16;
    // below one step of 8 bits in the mid-tones; a plain gamma of 2.2 is further away
    private static final double SLACK = 0.005;
    // how many parameters each kind of parametric curve has
    private static final int[] PARAMETERS = {1, 3, 4, 5, 7};

    /// @throws BadPhoto if it is no curve or cut off
    static ToneCurve read(ByteView tag) {
        if (tag.has(0, "curv")) return new ToneCurve(sampled(tag));
        if (tag.has(0, "para")) return new ToneCurve(parametric(tag));
        throw tag.broken("a tone curve of its colour profile");
    }

    boolean isSrgb() {
        for (int i = 0; i <= POINTS; i++) {
            double sample = (double) i / POINTS;
            // not a number is not near either
            if (!(Math.abs(light.applyAsDouble(sample) - srgb(sample)) < SLACK)) return false;
        }
        return true;
    }

    /// A signed number with 16 bits after the point.
    static double s15f16(ByteView in, long at) {
        return (int) in.u32(at) / 65_536.0;
    }

    private static double srgb(double sample) {
        return sample <= 0.04045 ? sample / 12.92 : Math.pow((sample + 0.055) / 1.055, 2.4);
    }

    private static DoubleUnaryOperator sampled(ByteView tag) {
        long count = tag.u32(8);
        if (count == 0) return sample -> sample;
        if (count == 1) {
            double gamma = tag.u16(12) / 256.0;
            return sample -> Math.pow(sample, gamma);
        }
        if (count > TABLE_MAX) throw tag.broken("a tone curve of its colour profile is too long");
        var table = new double[(int) count];
        Arrays.setAll(table, i -> tag.u16(12 + 2L * i) / 65_535.0);
        return sample -> between(table, sample);
    }

    private static double between(double[] table, double sample) {
        double at = sample * (table.length - 1);
        int below = Math.min((int) at, table.length - 2);
        return table[below] + (at - below) * (table[below + 1] - table[below]);
    }

    private static DoubleUnaryOperator parametric(ByteView tag) {
        int kind = tag.u16(8);
        if (kind >= PARAMETERS.length) throw tag.broken("a tone curve of its colour profile");
        var p = new double[7];
        for (int i = 0; i < PARAMETERS[kind]; i++) p[i] = s15f16(tag, 12 + 4L * i);
        double g = p[0];
        double a = kind == 0 ? 1 : p[1];
        double b = p[2];
        return switch (kind) {
            case 0 -> x -> Math.pow(x, g);
            case 1 -> x -> x >= -b / a ? Math.pow(a * x + b, g) : 0;
            case 2 -> x -> (x >= -b / a ? Math.pow(a * x + b, g) : 0) + p[3];
            default -> x -> x >= p[4] ? Math.pow(a * x + b, g) + p[5] : p[3] * x + p[6];
        };
    }
}
