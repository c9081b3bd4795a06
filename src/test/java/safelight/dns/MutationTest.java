package safelight.dns;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.xbill.DNS.GenericEDNSOption;
import org.xbill.DNS.Message;
import org.xbill.DNS.Type;

/// Good queries with something broken in them: never a crash, never an answer that dnsjava cannot
/// read, and never many bytes for few.
class MutationTest {
    private static final long SEED = 20_261_128;
    private static final int ROUNDS = 60_000;
    private static final int SMALL_MOST = 512;

    @TempDir private Path folder;

    @Test
    void brokenQueriesBreakNothing() throws Exception {
        var dns = new Fixture(folder);
        var random = new SplittableRandom(SEED);
        var seeds = seeds();
        for (int round = 0; round < ROUNDS; round++) {
            var broken = mutate(seeds.get(random.nextInt(seeds.size())), random);

            var answer = dns.raw(broken);

            assertThat(answer.length).as("seed %d round %d", SEED, round).isLessThanOrEqualTo(1232);
            if (answer.length == 0) continue;
            read(answer, round);
            assertThat(answer[0]).isEqualTo(broken[0]);
            assertThat(answer[1]).isEqualTo(broken[1]);
            if (!hasEdns(answer))
                assertThat(answer.length).as("round %d", round).isLessThanOrEqualTo(SMALL_MOST);
        }
    }

    @Test
    void noiseBreaksNothing() throws Exception {
        var dns = new Fixture(folder);
        var random = new SplittableRandom(SEED);
        for (int round = 0; round < ROUNDS; round++) {
            var noise = new byte[random.nextInt(80)];
            random.nextBytes(noise);
            if (noise.length > 2) noise[2] &= 0x07;

            var answer = dns.raw(noise);

            if (answer.length > 0) read(answer, round);
        }
    }

    private static boolean hasEdns(byte[] answer) {
        return Wire.u16(answer, 10) > 0;
    }

    private static void read(byte[] answer, int round) {
        try {
            assertThat(new Message(answer).getHeader().getFlag(0)).isTrue();
        } catch (IOException e) {
            throw new AssertionError("seed " + SEED + " round " + round + " " + hex(answer), e);
        }
    }

    private static String hex(byte[] bytes) {
        return java.util.HexFormat.of().formatHex(bytes);
    }

    private static byte[] mutate(byte[] good, SplittableRandom random) {
        var broken = good.clone();
        int changes = 1 + random.nextInt(4);
        for (int i = 0; i < changes; i++) {
            int at = random.nextInt(broken.length);
            switch (random.nextInt(4)) {
                case 0 -> broken[at] ^= (byte) (1 << random.nextInt(8));
                case 1 -> broken[at] = (byte) random.nextInt(256);
                case 2 -> broken = Arrays.copyOf(broken, Math.max(2, at));
                default -> broken = Arrays.copyOf(broken, broken.length + random.nextInt(8));
            }
        }
        return broken;
    }

    private static List<byte[]> seeds() throws Exception {
        return List.of(
                Fixture.question("photos.example.org", Type.A).toWire(),
                Fixture.question("photos.example.org", Type.AAAA, Fixture.subnet("2.1.7.0/24"))
                        .toWire(),
                Fixture.question("big.example.org", Type.TXT, Fixture.subnet("2a00::/48")).toWire(),
                Fixture.question("host.sub.example.org", Type.A).toWire(),
                Fixture.question(
                                "split.example.org",
                                Type.A,
                                new GenericEDNSOption(10, new byte[24]),
                                new GenericEDNSOption(3, new byte[0]))
                        .toWire());
    }
}
