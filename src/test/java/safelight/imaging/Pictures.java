package safelight.imaging;

import java.awt.image.BufferedImage;
import java.awt.image.ColorModel;
import java.awt.image.ComponentColorModel;
import java.awt.image.DataBuffer;
import java.awt.image.Raster;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import javax.imageio.ImageIO;

/// Pictures made on the spot, and how far two of them are apart.
final class Pictures {
    private Pictures() {}

    /// No two of its eight orientations look alike.
    static BufferedImage lopsided(int width, int height) {
        var image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        for (int y = 0; y < height; y++)
            for (int x = 0; x < width; x++) {
                boolean corner = x < width / 3 && y < height / 4;
                int red = corner ? 250 : 200 * x / width;
                int green = 220 * y / height;
                int blue = (int) (120 + 60 * Math.sin(x / 5.0) * Math.cos(y / 9.0));
                image.setRGB(x, y, red << 16 | green << 8 | blue);
            }
        return image;
    }

    /// Smooth shapes with edges and a little grain, like a photo.
    static BufferedImage photolike(int width, int height, long seed) {
        var chance = new Random(seed);
        var image = lopsided(width, height);
        for (int i = 0; i < 40; i++) {
            int cx = chance.nextInt(width);
            int cy = chance.nextInt(height);
            int radius = 2 + chance.nextInt(width / 6);
            int colour = chance.nextInt(1 << 24);
            for (int y = Math.max(0, cy - radius); y < Math.min(height, cy + radius); y++)
                for (int x = Math.max(0, cx - radius); x < Math.min(width, cx + radius); x++)
                    if (Math.hypot(x - cx, y - cy) < radius) image.setRGB(x, y, colour);
        }
        return image;
    }

    static byte[] encoded(BufferedImage image, String format) {
        var out = new ByteArrayOutputStream();
        try {
            if (!ImageIO.write(image, format, out))
                throw new IllegalStateException("no writer for " + format);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }

    static BufferedImage decoded(byte[] bytes) {
        try {
            return ImageIO.read(new ByteArrayInputStream(bytes));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// How the sensor saw a picture that `orientation` turns upright.
    static BufferedImage asStored(BufferedImage upright, int orientation) {
        int w = upright.getWidth();
        int h = upright.getHeight();
        boolean turned = orientation >= 5;
        var stored = new BufferedImage(turned ? h : w, turned ? w : h, BufferedImage.TYPE_INT_RGB);
        for (int y = 0; y < h; y++)
            for (int x = 0; x < w; x++) {
                int rgb = upright.getRGB(x, y);
                switch (orientation) {
                    case 1 -> stored.setRGB(x, y, rgb);
                    case 2 -> stored.setRGB(w - 1 - x, y, rgb);
                    case 3 -> stored.setRGB(w - 1 - x, h - 1 - y, rgb);
                    case 4 -> stored.setRGB(x, h - 1 - y, rgb);
                    case 5 -> stored.setRGB(y, x, rgb);
                    case 6 -> stored.setRGB(y, w - 1 - x, rgb);
                    case 7 -> stored.setRGB(h - 1 - y, w - 1 - x, rgb);
                    case 8 -> stored.setRGB(h - 1 - y, x, rgb);
                    default -> throw new IllegalArgumentException("orientation " + orientation);
                }
            }
        return stored;
    }

    /// An EXIF block with an orientation, a copyright and a place on Earth.
    static byte[] exif(int orientation, String copyright, int latitude) {
        var text = (copyright + "\0").getBytes(StandardCharsets.US_ASCII);
        int texts = 8 + 2 + 3 * 12 + 4;
        int gps = texts + text.length + text.length % 2;
        var out = ByteBuffer.allocate(gps + 2 + 2 * 12 + 4 + 24).order(ByteOrder.LITTLE_ENDIAN);
        out.put("II*\0".getBytes(StandardCharsets.US_ASCII)).putInt(8).putShort((short) 3);
        entry(out, 0x112, 3, 1, orientation);
        entry(out, 0x8298, 2, text.length, texts);
        entry(out, 0x8825, 4, 1, gps);
        out.putInt(0).put(text).position(gps);
        out.putShort((short) 2);
        entry(out, 1, 2, 2, 'N');
        entry(out, 2, 5, 3, gps + 2 + 2 * 12 + 4);
        out.putInt(0);
        for (int i = 0; i < 3; i++) out.putInt(latitude).putInt(1);
        return out.array();
    }

    private static void entry(ByteBuffer out, int tag, int type, int count, int value) {
        out.putShort((short) tag).putShort((short) type).putInt(count).putInt(value);
    }

    /// The JPEG with an APP1 segment behind its start.
    static byte[] withApp1(byte[] jpeg, String prefix, byte[] block) {
        var head = prefix.getBytes(StandardCharsets.ISO_8859_1);
        int length = 2 + head.length + block.length;
        var out = ByteBuffer.allocate(jpeg.length + 2 + length);
        out.put(jpeg, 0, 2).putShort((short) 0xffe1).putShort((short) length);
        return out.put(head).put(block).put(jpeg, 2, jpeg.length - 2).array();
    }

    static byte[] withExif(byte[] jpeg, int orientation) {
        return withApp1(jpeg, "Exif\0\0", exif(orientation, "Nobody", 77));
    }

    /// Four inks, no profile, inverted as Adobe writes them.
    static byte[] cmykJpeg(int width, int height, int... inks) {
        var raster = Raster.createInterleavedRaster(DataBuffer.TYPE_BYTE, width, height, 4, null);
        for (int y = 0; y < height; y++)
            for (int x = 0; x < width; x++) raster.setPixel(x, y, inks);
        var writer = ImageIO.getImageWritersByFormatName("jpeg").next();
        var out = new ByteArrayOutputStream();
        try (var stream = ImageIO.createImageOutputStream(out)) {
            writer.setOutput(stream);
            writer.write(null, new javax.imageio.IIOImage(raster, null, null), null);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            writer.dispose();
        }
        return out.toByteArray();
    }

    /// A JPEG in several scans.
    static byte[] progressive(BufferedImage image) {
        var writer = ImageIO.getImageWritersByFormatName("jpeg").next();
        var out = new ByteArrayOutputStream();
        try (var stream = ImageIO.createImageOutputStream(out)) {
            writer.setOutput(stream);
            var how = writer.getDefaultWriteParam();
            how.setProgressiveMode(javax.imageio.ImageWriteParam.MODE_DEFAULT);
            writer.write(null, new javax.imageio.IIOImage(image, null, null), how);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            writer.dispose();
        }
        return out.toByteArray();
    }

    /// 16 bits a sample, grey, every value different.
    static BufferedImage deep(int width, int height) {
        ColorModel model =
                new ComponentColorModel(
                        java.awt.color.ColorSpace.getInstance(java.awt.color.ColorSpace.CS_GRAY),
                        false,
                        false,
                        java.awt.Transparency.OPAQUE,
                        DataBuffer.TYPE_USHORT);
        var raster = model.createCompatibleWritableRaster(width, height);
        for (int y = 0; y < height; y++)
            for (int x = 0; x < width; x++)
                raster.setSample(x, y, 0, (y * width + x) * 65535 / (width * height));
        return new BufferedImage(model, raster, false, null);
    }

    /// One colour's samples as doubles.
    static double[][] plane(BufferedImage image, int shift) {
        var plane = new double[image.getHeight()][image.getWidth()];
        for (int y = 0; y < plane.length; y++)
            for (int x = 0; x < plane[y].length; x++)
                plane[y][x] = image.getRGB(x, y) >> shift & 0xff;
        return plane;
    }

    /// A Gaussian blur in double precision, edges repeated.
    static double[][] blurred(double[][] in, double sigma) {
        return transposed(across(transposed(across(in, sigma)), sigma));
    }

    private static double[][] across(double[][] in, double sigma) {
        int radius = (int) Math.ceil(4 * sigma);
        var out = new double[in.length][in[0].length];
        for (int y = 0; y < in.length; y++)
            for (int x = 0; x < in[y].length; x++) {
                double sum = 0;
                double weights = 0;
                for (int d = -radius; d <= radius; d++) {
                    double weight = Math.exp(-d * d / (2 * sigma * sigma));
                    sum += weight * in[y][Math.clamp(x + d, 0, in[y].length - 1)];
                    weights += weight;
                }
                out[y][x] = sum / weights;
            }
        return out;
    }

    static double[][] transposed(double[][] in) {
        var out = new double[in[0].length][in.length];
        for (int y = 0; y < in.length; y++)
            for (int x = 0; x < in[y].length; x++) out[x][y] = in[y][x];
        return out;
    }

    static double clipped(double value) {
        return Math.clamp(Math.round(value), 0, 255);
    }

    /// The mean difference of two pictures' samples.
    static double difference(BufferedImage a, BufferedImage b) {
        double sum = 0;
        for (int shift = 0; shift <= 16; shift += 8) {
            var one = plane(a, shift);
            var two = plane(b, shift);
            for (int y = 0; y < one.length; y++)
                for (int x = 0; x < one[y].length; x++) sum += Math.abs(one[y][x] - two[y][x]);
        }
        return sum / (3.0 * a.getWidth() * a.getHeight());
    }

    /// Peak signal to noise of an 8-bit plane, in dB.
    static double psnr(double[][] a, double[][] b) {
        double sum = 0;
        for (int y = 0; y < a.length; y++)
            for (int x = 0; x < a[y].length; x++) sum += Math.pow(a[y][x] - b[y][x], 2);
        return 10 * Math.log10(255 * 255 * (double) a.length * a[0].length / Math.max(sum, 1e-9));
    }
}
