package safelight.planes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// Vectors give what plain loops give, bit for bit, whatever comes.
class LanesTest {
    private static final int ROUNDS = 2_000;
    private static final int COUNT_MAX = 300;
    private static final int LINE = 1_000;

    private final Lanes plain = new ScalarLanes();
    private final Random chance = new Random(17);

    @BeforeAll
    static void needsVectors() {
        assumeThat(ModuleLayer.boot().findModule("jdk.incubator.vector")).isPresent();
    }

    @Test
    void widenIsTheSame() {
        for (int round = 0; round < ROUNDS; round++) {
            int count = count();
            var line = bytes();
            var a = new short[LINE];
            var b = new short[LINE];

            plain.widen(line, a, 5, count);
            new VectorLanes().widen(line, b, 5, count);

            for (int i = 5; i < 5 + count; i++) assertThat(b[i]).isEqualTo(a[i]);
        }
    }

    @Test
    void meansAreTheSame() {
        for (int round = 0; round < ROUNDS; round++) {
            int count = count();
            var weights = Gauss.weights(0.1 + 7.9 * chance.nextDouble());
            var lines = lines(weights.length);
            var a = new byte[LINE];
            var b = new byte[LINE];
            var across = new short[LINE];
            var other = new short[LINE];

            plain.down(lines, weights, a, count);
            new VectorLanes().down(lines, weights, b, count);
            if (round % 2 == 0) {
                plain.across(lines[0], weights, across, count);
                new VectorLanes().across(lines[0], weights, other, count);
            } else {
                plain.acrossFine(lines[0], weights, across, count);
                new VectorLanes().acrossFine(lines[0], weights, other, count);
            }

            for (int i = 0; i < count; i++) {
                assertThat(b[i]).as("down, round %d", round).isEqualTo(a[i]);
                assertThat(other[i]).as("across, round %d", round).isEqualTo(across[i]);
            }
        }
    }

    @Test
    void sharpeningIsTheSame() {
        for (int round = 0; round < ROUNDS; round++) {
            int count = count();
            var weights = Gauss.weights(0.1 + 7.9 * chance.nextDouble());
            var lines = lines(weights.length);
            for (var line : lines)
                for (int i = 0; i < LINE; i++) line[i] = (short) (line[i] * chance.nextInt(257));
            var a = bytes();
            var b = a.clone();
            int amount = chance.nextInt(chance.nextBoolean() ? 129 : 641);

            plain.sharpen(lines, weights, amount, a, count);
            new VectorLanes().sharpen(lines, weights, amount, b, count);

            for (int i = 0; i < count; i++) assertThat(b[i]).as("round %d", round).isEqualTo(a[i]);
        }
    }

    @Test
    void mixesAreTheSame() {
        for (int round = 0; round < ROUNDS; round++) {
            int count = count();
            double step = 0.1 + 5 * chance.nextDouble();
            double centre = 20 + chance.nextDouble();
            double reach = step > 1 ? 3 * step : 2;
            int first = (int) Math.ceil(centre - reach);
            int last = (int) Math.floor(centre + reach);
            var weights = Scaling.weights(centre, step, first, last);
            var lines = lines(weights.length);
            var a = new byte[LINE];
            var b = new byte[LINE];

            plain.mix(lines, weights, a, count);
            new VectorLanes().mix(lines, weights, b, count);

            for (int i = 0; i < count; i++) assertThat(b[i]).as("round %d", round).isEqualTo(a[i]);
        }
    }

    @Test
    void levelsAreTheSame() {
        for (int round = 0; round < ROUNDS; round++) {
            int count = count();
            var a = bytes();
            var b = a.clone();
            int factor = chance.nextInt(5_000);
            int shift = chance.nextInt(600) - 300;

            plain.scale(a, factor, shift, count);
            new VectorLanes().scale(b, factor, shift, count);

            for (int i = 0; i < count; i++) assertThat(b[i]).as("round %d", round).isEqualTo(a[i]);
        }
    }

    private int count() {
        return 1 + chance.nextInt(COUNT_MAX);
    }

    private byte[] bytes() {
        var line = new byte[LINE];
        chance.nextBytes(line);
        return line;
    }

    /// Mostly of extremes, where sums leave their lanes.
    private short[][] lines(int count) {
        boolean extreme = chance.nextBoolean();
        var lines = new short[count][LINE];
        for (var line : lines)
            for (int i = 0; i < LINE; i++)
                line[i] = (short) (extreme ? 255 * chance.nextInt(2) : chance.nextInt(256));
        return lines;
    }
}
