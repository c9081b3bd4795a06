package safelight;

import java.awt.image.BufferedImage;
import java.util.Random;

/// Pictures that tests make for themselves.
public final class Pictures {
    private static final int CELL_PX = 8;

    private Pictures() {}

    /// Colored cells and gradients: detail to blur and sharpen, different for each seed.
    public static BufferedImage noise(int widthPx, int heightPx, long seed) {
        var image = new BufferedImage(widthPx, heightPx, BufferedImage.TYPE_INT_RGB);
        var random = new Random(seed);
        int across = widthPx / CELL_PX + 1;
        var cells = new int[across * (heightPx / CELL_PX + 1)];
        for (int i = 0; i < cells.length; i++) cells[i] = random.nextInt() & 0x7f7f7f;
        for (int y = 0; y < heightPx; y++)
            for (int x = 0; x < widthPx; x++) {
                int cell = cells[(y / CELL_PX) * across + x / CELL_PX];
                image.setRGB(x, y, cell + ((x * 127 / widthPx) << 16) + (y * 127 / heightPx));
            }
        return image;
    }
}
