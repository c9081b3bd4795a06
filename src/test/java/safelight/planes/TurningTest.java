package safelight.planes;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TurningTest {
    @ParameterizedTest
    @CsvSource({"1, 1", "7, 9", "8, 8", "17, 33", "64, 3", "101, 77"})
    void samplesGoWhereTheyBelong(int width, int height) {
        var in = Samples.photolike(width, height, new Random(width).nextInt());
        try (var arena = Arena.ofConfined()) {
            for (int code = 0; code < 8; code++) {
                boolean transposed = (code & 4) != 0;
                boolean across = (code & 2) != 0;
                boolean down = (code & 1) != 0;
                var from = Samples.plane(in, arena);

                var to = from;
                if (transposed) {
                    to = Plane.in(arena, height, width);
                    Turning.transpose(from, to, across, down, () -> {});
                } else {
                    Turning.mirror(to, across, down, () -> {});
                }

                var out = Samples.samples(to);
                for (int y = 0; y < out.length; y++)
                    for (int x = 0; x < out[y].length; x++) {
                        int u = across ? out[y].length - 1 - x : x;
                        int v = down ? out.length - 1 - y : y;
                        assertThat(out[y][x])
                                .as("turn %d", code)
                                .isEqualTo(transposed ? in[u][v] : in[v][u]);
                    }
            }
        }
    }
}
