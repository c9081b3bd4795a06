package safelight.planes;

import java.util.Arrays;

/// The last lines of a plane that were read, blurred from left to right. A line of the plane may be
/// written as soon as those around it were asked for.
final class Ring {
    private final Lanes lanes;
    private final boolean fine;
    private final Plane plane;
    private final short[] across;
    private final short[] down;
    private final byte[] raw;
    private final short[] padded;
    private final short[][] lines;
    private final short[][] around;
    private int read;

    /// In 256ths if `fine`, else in whole samples.
    Ring(Lanes lanes, boolean fine, Plane plane, short[] across, short[] down) {
        this.lanes = lanes;
        this.fine = fine;
        this.plane = plane;
        this.across = across;
        this.down = down;
        this.raw = Plane.line(plane.width());
        this.padded = new short[raw.length + across.length + Plane.STEP];
        this.lines = new short[down.length][raw.length];
        this.around = new short[down.length][];
    }

    short[] down() {
        return down;
    }

    /// The lines around this one, the first and the last of the plane repeated beyond its ends. To
    /// be asked for one line after the other.
    short[][] around(int y) {
        int radius = down.length / 2;
        while (read < plane.height() && read <= y + radius) next();
        for (int t = 0; t < down.length; t++) {
            int line = Math.clamp(y + t - radius, 0, plane.height() - 1);
            around[t] = lines[line % lines.length];
        }
        return around;
    }

    private void next() {
        int width = plane.width();
        int radius = across.length / 2;
        plane.read(read, raw);
        lanes.widen(raw, padded, radius, width);
        Arrays.fill(padded, 0, radius, padded[radius]);
        Arrays.fill(padded, radius + width, width + 2 * radius, padded[radius + width - 1]);
        var line = lines[read % lines.length];
        if (fine) lanes.acrossFine(padded, across, line, width);
        else lanes.across(padded, across, line, width);
        read++;
    }
}
