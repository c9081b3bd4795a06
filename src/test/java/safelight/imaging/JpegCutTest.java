package safelight.imaging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.metadata.IIOMetadataNode;
import javax.imageio.plugins.jpeg.JPEGImageWriteParam;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import safelight.planes.Plane;

/// A cut has exactly the samples that the whole photo has there.
class JpegCutTest {
    private static final Turbo TURBO = Turbo.load().orElseThrow();

    @ParameterizedTest
    @EnumSource(Sampling.class)
    void samplesAreThoseOfThePhoto(Sampling sampling) {
        long seed = 31;
        var chance = new Random(seed);
        for (int round = 0; round < 12; round++) {
            var picture = Pictures.photolike(60 + chance.nextInt(200), 50 + chance.nextInt(150), 4);
            var photo = Jpegs.of(picture, sampling, 30 + chance.nextInt(70));

            assertThat(differing(photo, chance)).as("seed %d, round %d", seed, round).isZero();
        }
    }

    /// Cameras begin anew after a number of units, so that damage does not spread.
    @ParameterizedTest
    @CsvSource({"1, true", "3, false", "7, true", "100, false", "0, true"})
    void restartsAndOwnTablesAreNoObstacle(int interval, boolean ownTables) throws IOException {
        var chance = new Random(interval);
        for (int round = 0; round < 6; round++) {
            var photo = encoded(Pictures.photolike(211, 133, round), interval, ownTables);

            assertThat(differing(photo, chance)).as("round %d", round).isZero();
        }
    }

    @Test
    void cameraFilesAreCut() throws IOException {
        int cut = 0;
        for (var name : VipsTest.broken()) {
            var photo = VipsTest.resource(name);
            try {
                assertThat(differing(photo, new Random(1))).as(name).isZero();
                cut++;
            } catch (TurboFault | BadPhoto _) {
                // progressive, CMYK or damaged: decoded as a whole
            }
        }
        assertThat(cut).isGreaterThan(10);
    }

    @Test
    void progressivePhotosAreLeftToOthers() {
        var photo = Pictures.progressive(Pictures.photolike(64, 64, 1));

        assertThatThrownBy(() -> differing(photo, new Random(1))).isInstanceOf(TurboFault.class);
    }

    @Test
    void damagedBitsAreAFaultOrAPicture() {
        var chance = new Random(7);
        for (int round = 0; round < 400; round++) {
            var photo = Jpegs.of(Pictures.photolike(120, 90, 2), Sampling.HALF, 85);
            for (int i = 0; i < 3; i++)
                photo[chance.nextInt(photo.length)] = (byte) chance.nextInt(256);
            try (var source = Source.of(photo);
                    var arena = Arena.ofConfined()) {
                var scan = JpegScan.read(source.view());
                var rect = rect(scan, chance);
                assertThat(JpegCut.cut(scan, rect, arena).byteSize()).isPositive();
            } catch (TurboFault | BadPhoto _) {
                // as it should be
            }
        }
    }

    /// How many samples of a random cut are not those of the photo.
    private static int differing(byte[] photo, Random chance) {
        try (var source = Source.of(photo);
                var arena = Arena.ofConfined()) {
            var sampling = TURBO.head(source.segment()).sampling();
            var scan = JpegScan.read(source.view());
            var rect = rect(scan, chance);
            var cut = JpegCut.cut(scan, rect, arena);
            assertThat(TURBO.head(cut).size()).isEqualTo(rect.size());
            var whole = decoded(source.segment(), scan.size(), sampling, arena);
            var part = decoded(cut, rect.size(), sampling, arena);
            int differing = 0;
            for (int i = 0; i < part.size(); i++)
                differing += differing(part.get(i), window(whole.get(i), i, rect, sampling));
            return differing;
        }
    }

    private static Rect rect(JpegScan scan, Random chance) {
        int width = scan.size().widthPx();
        int height = scan.size().heightPx();
        int left = chance.nextInt(width) / scan.unitAcross() * scan.unitAcross();
        int top = chance.nextInt(height) / scan.unitDown() * scan.unitDown();
        return new Rect(
                left, top, 1 + chance.nextInt(width - left), 1 + chance.nextInt(height - top));
    }

    private static List<Plane> decoded(
            MemorySegment jpeg, Size size, Sampling sampling, Arena arena) {
        var planes = new ArrayList<Plane>();
        for (var grid : Frame.decoded(size, sampling, 8).grids())
            planes.add(Plane.in(arena, grid.across().count(), grid.down().count()));
        TURBO.decode(jpeg, planes, size);
        return planes;
    }

    private static Plane window(Plane plane, int index, Rect rect, Sampling sampling) {
        int across = index == 0 ? 1 : sampling.across();
        int down = index == 0 ? 1 : sampling.down();
        return plane.window(
                rect.left() / across,
                rect.top() / down,
                (rect.width() + across - 1) / across,
                (rect.height() + down - 1) / down);
    }

    private static int differing(Plane plane, Plane other) {
        int differing = 0;
        for (int y = 0; y < plane.height(); y++)
            for (int x = 0; x < plane.width(); x++)
                if (sample(plane, x, y) != sample(other, x, y)) differing++;
        return differing;
    }

    private static byte sample(Plane plane, int x, int y) {
        return plane.samples().get(ValueLayout.JAVA_BYTE, (long) y * plane.stride() + x);
    }

    /// By the JDK's encoder.
    private static byte[] encoded(BufferedImage picture, int interval, boolean ownTables)
            throws IOException {
        var writer = ImageIO.getImageWritersByFormatName("jpeg").next();
        var how = (JPEGImageWriteParam) writer.getDefaultWriteParam();
        how.setOptimizeHuffmanTables(ownTables);
        var metadata =
                writer.getDefaultImageMetadata(
                        javax.imageio.ImageTypeSpecifier.createFromRenderedImage(picture), how);
        if (interval > 0) {
            var format = "javax_imageio_jpeg_image_1.0";
            var tree = (IIOMetadataNode) metadata.getAsTree(format);
            var restart = new IIOMetadataNode("dri");
            restart.setAttribute("interval", Integer.toString(interval));
            tree.getElementsByTagName("markerSequence").item(0).appendChild(restart);
            metadata.setFromTree(format, tree);
        }
        var out = new ByteArrayOutputStream();
        try (var stream = ImageIO.createImageOutputStream(out)) {
            writer.setOutput(stream);
            writer.write(metadata, new IIOImage(picture, null, metadata), how);
        }
        writer.dispose();
        var bytes = out.toByteArray();
        assertThat(
                        JpegScan.read(
                                        new ByteView(
                                                MemorySegment.ofArray(bytes),
                                                ByteOrder.BIG_ENDIAN,
                                                Format.JPEG))
                                .restart())
                .isEqualTo(interval);
        return bytes;
    }
}
