package safelight.imaging;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Two chains find what one finds, whatever the second one takes for a beginning.
class JpegWalkTest {
    private static final int[] QUALITIES = {10, 40, 75, 90, 98, 100};

    @ParameterizedTest
    @EnumSource(Sampling.class)
    void blocksBeginWhereOneChainFindsThem(Sampling sampling) {
        long seed = 5;
        var chance = new Random(seed);
        for (int round = 0; round < 24; round++) {
            var size = new Size(40 + chance.nextInt(500), 40 + chance.nextInt(400));
            var picture = picture(round % 4, size, chance);
            var photo = Jpegs.of(picture, sampling, QUALITIES[round % QUALITIES.length]);

            try (var source = Source.of(photo);
                    var arena = Arena.ofConfined()) {
                var scan = JpegScan.read(source.view());
                var bits = new JpegBits(scan.data(), arena);

                assertThat(walked(scan, bits))
                        .as("seed %d, round %d", seed, round)
                        .isEqualTo(oneByOne(scan, bits));
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Sampling.class)
    void damagedBitsEndInAFaultOrAtTheEnd(Sampling sampling) {
        var chance = new Random(8);
        var photo = Jpegs.of(Pictures.photolike(300, 200, 3), sampling, 90);
        for (int round = 0; round < 150; round++) {
            var damaged = photo.clone();
            for (int i = 0; i < 4; i++)
                damaged[photo.length / 8 + chance.nextInt(photo.length * 7 / 8)] =
                        (byte) chance.nextInt(255);
            try (var source = Source.of(damaged);
                    var arena = Arena.ofConfined()) {
                var scan = JpegScan.read(source.view());
                var bits = new JpegBits(scan.data(), arena);

                assertThat(walked(scan, bits)).isEqualTo(oneByOne(scan, bits));
            } catch (TurboFault | BadPhoto _) {
                // as it should be
            }
        }
    }

    private static BufferedImage picture(int kind, Size size, Random chance) {
        if (kind < 2) return Pictures.photolike(size.widthPx(), size.heightPx(), kind + 1);
        var picture =
                new BufferedImage(size.widthPx(), size.heightPx(), BufferedImage.TYPE_INT_RGB);
        int flat = chance.nextInt(1 << 24);
        for (int y = 0; y < size.heightPx(); y++)
            for (int x = 0; x < size.widthPx(); x++)
                picture.setRGB(x, y, kind == 2 ? flat : chance.nextInt(1 << 24));
        return picture;
    }

    private static int units(JpegScan scan) {
        int across = (scan.size().widthPx() + scan.unitAcross() - 1) / scan.unitAcross();
        int down = (scan.size().heightPx() + scan.unitDown() - 1) / scan.unitDown();
        return across * down;
    }

    private static List<Integer> walked(JpegScan scan, JpegBits bits) {
        var walk = new JpegWalk(scan, bits);
        var begins = new ArrayList<Integer>();
        for (int left = units(scan); left > 0; ) {
            int count = Math.min(left, walk.ready());
            for (int i = 0; i < count * scan.blocks().size(); i++)
                begins.add(walk.notes()[walk.next() + i]);
            walk.take(count);
            left -= count;
        }
        return begins;
    }

    private static List<Integer> oneByOne(JpegScan scan, JpegBits bits) {
        var begins = new ArrayList<Integer>();
        bits.need(Integer.MAX_VALUE);
        int at = 0;
        for (int unit = 0; unit < units(scan); unit++)
            for (var component : scan.blocks()) {
                begins.add(at);
                int mean = component.means().next(bits.window(at));
                at += (mean & 0xff) + (mean >> 8);
                for (int coefficient = 1; coefficient < 64; ) {
                    int detail = component.details().next(bits.window(at));
                    at += (detail & 0xff) + (detail >> 8 & 15);
                    coefficient += detail >> 8 == 0 ? 64 : HuffmanTable.taken(detail >> 8);
                }
            }
        return begins;
    }
}
