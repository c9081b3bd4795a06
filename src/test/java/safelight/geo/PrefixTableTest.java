package safelight.geo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PrefixTableTest {
    @Test
    void networkWithinANetworkIsFound() {
        var builder = new PrefixTableBuilder(0);
        builder.paint(prefix("10.0.0.0/8"), 1);
        builder.paint(prefix("10.1.2.0/24"), 2);
        builder.paint(prefix("10.1.3.64/26"), 3);

        var table = builder.build();

        assertThat(number(table, "10.200.0.1")).isEqualTo(1);
        assertThat(number(table, "10.1.2.77")).isEqualTo(2);
        assertThat(number(table, "10.1.3.65")).isEqualTo(3);
        assertThat(number(table, "10.1.3.128")).isEqualTo(1);
        assertThat(number(table, "11.0.0.0")).isZero();
    }

    @Test
    void lengthIsThatOfTheLargestPrefixWithOneNumber() {
        var builder = new PrefixTableBuilder(0);
        builder.paint(prefix("10.0.0.0/9"), 1);
        builder.paint(prefix("10.128.0.0/9"), 1);
        builder.paint(prefix("2001:db8::/48"), 2);

        var table = builder.build();

        assertThat(length(table, "10.3.4.5")).isEqualTo(8);
        assertThat(length(table, "11.0.0.0")).isEqualTo(8);
        assertThat(length(table, "128.0.0.0")).isEqualTo(1);
        assertThat(table.find(prefix("2001:db8::/48").bits())).isEqualTo(2 << 8 | 48);
    }

    @Test
    void oneNumberForAllIsAPrefixOfNoBits() {
        assertThat(PrefixTable.of(7).find(0x01020304)).isEqualTo(7 << 8);
        assertThat(PrefixTable.of(7).find(-1L)).isEqualTo(7 << 8);
    }

    @Test
    void numberAndLengthAgreeWithASlowSearchOnRandomNetworks() throws Exception {
        long seed = 20_261_128;
        var random = new SplittableRandom(seed);
        var painted = new ArrayList<Prefix>();
        var builder = new PrefixTableBuilder(0);
        for (int i = 1; i <= 300; i++) {
            boolean isSix = random.nextInt(3) == 0;
            int width = isSix ? 64 : 32;
            int length = 4 + random.nextInt(width - 3);
            long bits = isSix ? random.nextLong() : random.nextLong() >>> 32;
            var prefix = new Prefix(isSix, bits >>> width - length << width - length, length);
            painted.add(prefix);
            builder.paint(prefix, i % 5);
        }

        var table = builder.build();

        for (int i = 0; i < 20_000; i++) {
            var near = painted.get(random.nextInt(painted.size()));
            long host = random.nextLong() >>> 64 - (near.isSix() ? 64 : 32);
            long key = near.bits() | host & near.last() & ~near.bits();
            int found = near.isSix() ? table.find(key) : table.find((int) key);
            assertThat(found >>> 8)
                    .as("seed %d, %x", seed, key)
                    .isEqualTo(slow(painted, near, key));
            // the whole prefix has that number, too
            int width = near.isSix() ? 64 : 32;
            int hostBits = width - (found & 0xff);
            if (hostBits == 64) continue;
            long inside = key ^ (hostBits == 0 ? 0 : random.nextLong(1L << Math.min(62, hostBits)));
            assertThat(slow(painted, near, inside)).as("seed %d", seed).isEqualTo(found >>> 8);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"10.0.0.0", "10.0.0.0/33", "10.0.0.1/24", "2001:db8::/65", "x/8", "::1/64"})
    void whatIsNoNetworkIsNotRead(String text) {
        assertThat(Prefix.parse(text)).isEmpty();
    }

    @Test
    void networkIsWrittenAsItIsRead() {
        assertThat(prefix("10.32.0.0/11")).hasToString("10.32.0.0/11");
        assertThat(prefix("2001:db8::/32")).hasToString("2001:db8:0:0:0:0:0:0/32");
    }

    @Test
    void tableHoldsNoMoreNumbersThanItCanTellApart() {
        var builder = new PrefixTableBuilder(0);

        assertThatThrownBy(() -> builder.paint(prefix("10.0.0.0/8"), PrefixTable.NUMBERS_MAX))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private static int slow(ArrayList<Prefix> painted, Prefix family, long key) {
        for (int i = painted.size() - 1; i >= 0; i--) {
            var each = painted.get(i);
            if (each.isSix() == family.isSix()
                    && Long.compareUnsigned(each.bits(), key) <= 0
                    && Long.compareUnsigned(key, each.last()) <= 0) return (i + 1) % 5;
        }
        return 0;
    }

    private static Prefix prefix(String text) {
        return Prefix.parse(text).orElseThrow();
    }

    private static int number(PrefixTable table, String address) {
        return table.find(bits(address)) >>> 8;
    }

    private static int length(PrefixTable table, String address) {
        return table.find(bits(address)) & 0xff;
    }

    private static int bits(String address) {
        return java.nio.ByteBuffer.wrap(InetAddress.ofLiteral(address).getAddress()).getInt();
    }
}
