package safelight.imaging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class HeaderTest {
    private static final Limits LIMITS = new Limits(1_000_000, 1_000_000);

    private static final List<Format> FORMATS = List.of(Format.values());

    static Header read(byte[] bytes) {
        try (var source = Source.of(bytes)) {
            return Header.read(source, LIMITS);
        }
    }

    @ParameterizedTest
    @EnumSource(Format.class)
    void everyFormatGivesItsNameAndSize(Format format) {
        var header = read(Samples.of(format));

        assertThat(header).isEqualTo(new Header(format, new Size(16, 16), 1, 1));
    }

    @ParameterizedTest
    @ValueSource(strings = {"jpeg", "png", "gif", "tiff"})
    void sizesAreNotMixedUp(String format) {
        var header = read(Pictures.encoded(Pictures.lopsided(37, 23), format));

        assertThat(header.size()).isEqualTo(new Size(37, 23));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8})
    void sizeIsUprightInEveryOrientation(int orientation) {
        var upright = Pictures.lopsided(40, 24);
        var jpeg = Pictures.encoded(Pictures.asStored(upright, orientation), "jpeg");

        var header = read(Pictures.withExif(jpeg, orientation));

        assertThat(header).isEqualTo(new Header(Format.JPEG, new Size(40, 24), orientation, 1));
    }

    @ParameterizedTest
    @EnumSource(Format.class)
    void everyCutIsSeen(Format format) {
        var whole = Samples.of(format);
        int end = format == Format.TIFF ? whole.length / 2 : whole.length - 1;

        for (int length = 16; length <= end; length++) {
            var cut = Arrays.copyOf(whole, length);
            assertThatThrownBy(() -> read(cut))
                    .isInstanceOfSatisfying(
                            BadPhoto.class, e -> assertThat(e.problem().status()).isIn(415, 422));
        }
    }

    @ParameterizedTest
    @EnumSource(Format.class)
    void whatFollowsThePictureIsNobodysBusiness(Format format) {
        var whole = Samples.of(format);

        var header = read(Arrays.copyOf(whole, whole.length + 1_000));

        assertThat(header.size()).isEqualTo(new Size(16, 16));
    }

    @Test
    void cutOffPhotoSaysWhatToDo() {
        var jpeg = Pictures.encoded(Pictures.lopsided(64, 64), "jpeg");

        assertThatThrownBy(() -> read(Arrays.copyOf(jpeg, jpeg.length / 2)))
                .isInstanceOf(BadPhoto.class)
                .hasMessageContaining("send the whole file");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "x", "<svg xmlns='http://www.w3.org/2000/svg'/>", "%PDF-1.7", "hello"})
    void whatIsNoPictureIsRefusedWithWhatIsAccepted(String text) {
        var bytes = text.getBytes(StandardCharsets.UTF_8);

        assertThatThrownBy(() -> read(bytes))
                .isInstanceOfSatisfying(
                        BadPhoto.class, e -> assertThat(e.problem().status()).isEqualTo(415))
                .hasMessageContaining("JPEG, PNG, WEBP, AVIF, HEIC, GIF, TIFF");
    }

    @Test
    void bombIsRefusedByItsHeader() {
        assertThatThrownBy(() -> read(pngHeader(65_536, 65_536)))
                .isInstanceOf(BadPhoto.class)
                .hasMessageContaining("65536x65536");
    }

    @Test
    void framesCountTowardsTheLimit() {
        var frame = Samples.of(Format.GIF);
        int from = indexOf(frame, 0x2c);
        int length = frame.length - 1 - from;
        var many = ByteBuffer.allocate(frame.length + 5_000 * length);
        many.put(frame, 0, frame.length - 1);
        for (int i = 0; i < 5_000; i++) many.put(frame, from, length);
        many.put((byte) 0x3b);

        assertThatThrownBy(() -> read(many.array()))
                .isInstanceOf(BadPhoto.class)
                .hasMessageContaining("5001 frames");
    }

    @Test
    void randomDamageNeverEscapesAsAnythingElse() {
        long seed = 42;
        var chance = new Random(seed);
        for (int round = 0; round < 40_000; round++) {
            var format = FORMATS.get(chance.nextInt(FORMATS.size()));
            var bytes = Samples.of(format);
            for (int i = chance.nextInt(8); i >= 0; i--)
                bytes[chance.nextInt(bytes.length)] = (byte) interesting(chance);
            if (chance.nextInt(4) == 0) bytes = Arrays.copyOf(bytes, chance.nextInt(bytes.length));
            var hostile = bytes;
            assertThat(outcome(hostile))
                    .as("seed %d, round %d, %s", seed, round, format)
                    .isIn("read", "BadPhoto");
        }
    }

    private static int interesting(Random chance) {
        return switch (chance.nextInt(4)) {
            case 0 -> 0xff;
            case 1 -> 0;
            case 2 -> 0x7f;
            default -> chance.nextInt(256);
        };
    }

    private static String outcome(byte[] bytes) {
        try {
            read(bytes);
            return "read";
        } catch (RuntimeException e) {
            return e.getClass().getSimpleName();
        }
    }

    private static int indexOf(byte[] bytes, int value) {
        for (int i = 13; i < bytes.length; i++) if (bytes[i] == value) return i;
        throw new IllegalArgumentException("no " + value);
    }

    static byte[] pngHeader(int width, int height) {
        var out = ByteBuffer.allocate(8 + 12 + 13);
        out.putLong(0x89504e470d0a1a0aL).putInt(13);
        out.put("IHDR".getBytes(StandardCharsets.US_ASCII)).putInt(width).putInt(height);
        out.put(new byte[] {8, 2, 0, 0, 0});
        var crc = new CRC32();
        crc.update(out.array(), 12, 17);
        return out.putInt((int) crc.getValue()).array();
    }
}
