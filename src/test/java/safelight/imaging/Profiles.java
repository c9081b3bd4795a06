package safelight.imaging;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.zip.CRC32;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.InflaterInputStream;

/// Colour profiles made on the spot, and PNG files that carry them.
final class Profiles {
    /// Apple's Generic RGB: narrower than sRGB.
    static final double[][] GENERIC = {
        {0.4543, 0.2419, 0.0149}, {0.3534, 0.6736, 0.0906}, {0.1566, 0.0844, 0.7195}
    };

    static final double[][] SRGB = {
        {0.4361, 0.2225, 0.0139}, {0.3851, 0.7169, 0.0971}, {0.1431, 0.0606, 0.7141}
    };

    static final double[][] DISPLAY_P3 = {
        {0.5151, 0.2412, -0.0011}, {0.2920, 0.6922, 0.0419}, {0.1571, 0.0666, 0.7841}
    };

    // from XYZ under D50, by B. Lindbloom
    private static final double[][] TO_SRGB = {
        {3.1338561, -1.6168667, -0.4906146},
        {-0.9787684, 1.9161415, 0.0334540},
        {0.0719453, -0.2289914, 1.4052427}
    };

    private static final int HEADER = 128;
    private static final int PNG_HEADER = 33;

    private Profiles() {}

    /// A tag's name and what is in it.
    record Tag(String name, byte[] body) {}

    /// A profile of these primaries and one gamma.
    static byte[] matrix(double[][] primaries, double gamma) {
        return matrix(primaries, curve((int) Math.round(gamma * 256)));
    }

    static byte[] matrix(double[][] primaries, byte[] curve, Tag... more) {
        var tags = new java.util.ArrayList<Tag>(List.of(more));
        tags.add(new Tag("desc", ascii("desc\0\0\0\0\0\0\0\5made\0")));
        tags.add(new Tag("wtpt", xyz(0.9642, 1, 0.8249)));
        for (int i = 0; i < 3; i++) {
            tags.add(new Tag("rgb".charAt(i) + "XYZ", xyz(primaries[i])));
            tags.add(new Tag("rgb".charAt(i) + "TRC", curve));
        }
        return profile("RGB ", tags);
    }

    static byte[] profile(String space, List<Tag> tags) {
        int at = HEADER + 4 + 12 * tags.size();
        int size = at + tags.stream().mapToInt(t -> padded(t.body)).sum();
        var out = ByteBuffer.allocate(size);
        out.putInt(0, size).putInt(8, 0x02100000);
        out.put(12, ascii("mntr" + space + "XYZ ")).put(36, ascii("acsp"));
        out.put(68, xyz(0.9642, 1, 0.8249), 8, 12);
        out.position(HEADER).putInt(tags.size());
        for (var tag : tags) {
            out.put(ascii(tag.name)).putInt(at).putInt(tag.body.length).put(at, tag.body);
            at += padded(tag.body);
        }
        return out.array();
    }

    static byte[] xyz(double... xyz) {
        var out = ByteBuffer.allocate(20).put(ascii("XYZ ")).putInt(0);
        for (double value : xyz) out.putInt((int) Math.round(value * 65_536));
        return out.array();
    }

    /// A table; of one value, a gamma in steps of 1/256.
    static byte[] curve(int... values) {
        var out = ByteBuffer.allocate(12 + 2 * values.length).put(ascii("curv"));
        out.putInt(0).putInt(values.length);
        for (int value : values) out.putShort((short) value);
        return out.array();
    }

    static byte[] parametric(int kind, double... values) {
        var out = ByteBuffer.allocate(12 + 4 * values.length).put(ascii("para"));
        out.putInt(0).putShort((short) kind).putShort((short) 0);
        for (double value : values) out.putInt((int) Math.round(value * 65_536));
        return out.array();
    }

    /// A colour from 0 to 1, of a gamma profile with these primaries, in sRGB.
    static double[] inSrgb(double[][] primaries, double gamma, double... colour) {
        var xyz = new double[3];
        for (int i = 0; i < 3; i++)
            for (int j = 0; j < 3; j++) xyz[j] += primaries[i][j] * Math.pow(colour[i], gamma);
        return Arrays.stream(TO_SRGB)
                .mapToDouble(row -> row[0] * xyz[0] + row[1] * xyz[1] + row[2] * xyz[2])
                .map(light -> Math.clamp(light, 0, 1))
                .map(l -> l <= 0.0031308 ? 12.92 * l : 1.055 * Math.pow(l, 1 / 2.4) - 0.055)
                .toArray();
    }

    /// The PNG file with a colour profile.
    static byte[] embedded(byte[] png, byte[] profile) {
        var body = new ByteArrayOutputStream();
        body.writeBytes(ascii("iCCPmade\0\0"));
        try (var packed = new DeflaterOutputStream(body)) {
            packed.write(profile);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        var crc = new CRC32();
        crc.update(body.toByteArray());
        var out = ByteBuffer.allocate(png.length + body.size() + 8).put(png, 0, PNG_HEADER);
        out.putInt(body.size() - 4).put(body.toByteArray()).putInt((int) crc.getValue());
        return out.put(png, PNG_HEADER, png.length - PNG_HEADER).array();
    }

    /// The JPEG file with a colour profile.
    static byte[] inJpeg(byte[] jpeg, byte[] profile) {
        var out = ByteBuffer.allocate(jpeg.length + 18 + profile.length).put(jpeg, 0, 2);
        out.putShort((short) 0xffe2).putShort((short) (16 + profile.length));
        out.put(ascii("ICC_PROFILE\0")).put((byte) 1).put((byte) 1).put(profile);
        return out.put(jpeg, 2, jpeg.length - 2).array();
    }

    /// The profile that a PNG file carries.
    static Optional<byte[]> of(byte[] png) {
        var in = ByteBuffer.wrap(png);
        for (int at = 8; at < png.length; at += 12 + in.getInt(at)) {
            if (!new String(png, at + 4, 4, StandardCharsets.US_ASCII).equals("iCCP")) continue;
            int from = at + 8;
            while (png[from] != 0) from++;
            var packed = Arrays.copyOfRange(png, from + 2, at + 8 + in.getInt(at));
            try (var body = new InflaterInputStream(new java.io.ByteArrayInputStream(packed))) {
                return Optional.of(body.readAllBytes());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return Optional.empty();
    }

    static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private static int padded(byte[] body) {
        return (body.length + 3) / 4 * 4;
    }
}
