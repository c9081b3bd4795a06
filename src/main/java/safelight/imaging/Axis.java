package safelight.imaging;

import safelight.planes.Scaling;

/// Where the samples of a plane lie along one side of the picture: sample `i` covers a stretch of
/// `step` pixels that begins at `origin + i * step`.
record Axis(double step, double origin, int count) {
    private static final double NEAR = 1e-6;

    /// Samples for a side of so many pixels, from its beginning.
    static Axis over(int px, double step) {
        return new Axis(step, 0, Math.max(1, (int) Math.ceil(px / step - NEAR)));
    }

    /// How many samples lie before the one that covers the pixel `from`.
    int before(int from) {
        return Math.clamp((int) Math.floor((from - origin) / step + NEAR), 0, count - 1);
    }

    /// The samples that cover so many pixels from `from` on.
    Axis crop(int from, int px) {
        int skipped = before(from);
        double begin = origin - from + skipped * step;
        int wanted = (int) Math.ceil((px - begin) / step - NEAR);
        return new Axis(step, begin, Math.clamp(wanted, 1, count - skipped));
    }

    /// The same samples counted from the other end of a side of `px` pixels.
    Axis mirrored(int px) {
        return new Axis(step, px - step * count - origin, count);
    }

    /// Whether its samples lie where those of another do.
    boolean isLike(Axis other) {
        return count == other.count
                && Math.abs(step - other.step) < NEAR
                && Math.abs(origin - other.origin) < NEAR;
    }

    /// Where the samples of `to` lie among these, if `scale` pixels here, from `from` on, are one
    /// pixel there.
    Scaling.Line towards(Axis to, double from, double scale) {
        double first = (from + scale * (to.origin + to.step / 2) - origin) / step - 0.5;
        return new Scaling.Line(first, scale * to.step / step, to.count);
    }
}
