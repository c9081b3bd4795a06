package safelight.imaging;

import java.awt.image.BufferedImage;
import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import safelight.planes.Plane;

/// JPEGs of every sampling, made from pictures.
final class Jpegs {
    private static final Turbo TURBO = Turbo.load().orElseThrow();

    private Jpegs() {}

    static byte[] of(BufferedImage image, Sampling sampling, int quality) {
        var size = new Size(image.getWidth(), image.getHeight());
        try (var arena = Arena.ofConfined()) {
            var planes = new ArrayList<Plane>();
            for (int i = 0; i < sampling.planes(); i++)
                planes.add(plane(image, sampling, i, arena));
            planes.getFirst().extend(size.widthPx() + 3, size.heightPx() + 1);
            var out = arena.allocate(6 * size.pixels() + 100_000);
            long length = TURBO.encode(planes, size, sampling, quality, out);
            return out.asSlice(0, length).toArray(ValueLayout.JAVA_BYTE);
        }
    }

    private static Plane plane(BufferedImage image, Sampling sampling, int index, Arena arena) {
        int across = index == 0 ? 1 : sampling.across();
        int down = index == 0 ? 1 : sampling.down();
        int width = (image.getWidth() + across - 1) / across;
        int height = (image.getHeight() + down - 1) / down;
        var plane = Plane.in(arena, width, height);
        for (int y = 0; y < height; y++)
            for (int x = 0; x < width; x++) {
                double sum = 0;
                for (int v = 0; v < down; v++)
                    for (int u = 0; u < across; u++)
                        sum +=
                                sample(
                                        image.getRGB(
                                                Math.min(x * across + u, image.getWidth() - 1),
                                                Math.min(y * down + v, image.getHeight() - 1)),
                                        index);
                plane.samples()
                        .set(
                                ValueLayout.JAVA_BYTE,
                                (long) y * plane.stride() + x,
                                (byte) Math.clamp(Math.round(sum / across / down), 0, 255));
            }
        return plane;
    }

    private static double sample(int rgb, int index) {
        int red = rgb >> 16 & 0xff;
        int green = rgb >> 8 & 0xff;
        int blue = rgb & 0xff;
        return switch (index) {
            case 0 -> 0.299 * red + 0.587 * green + 0.114 * blue;
            case 1 -> 128 - 0.168736 * red - 0.331264 * green + 0.5 * blue;
            default -> 128 + 0.5 * red - 0.418688 * green - 0.081312 * blue;
        };
    }
}
