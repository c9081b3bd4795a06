package safelight.planes;

/// Plain loops, which the optimizing compiler turns into vector code where it can.
final class ScalarLanes implements Lanes {
    private static final int HALF_OF_64 = 32;

    @Override
    public void widen(byte[] line, short[] numbers, int at, int count) {
        for (int i = 0; i < count; i++) numbers[at + i] = (short) (line[i] & 0xff);
    }

    @Override
    public void across(short[] line, short[] weights, short[] out, int count) {
        for (int x = 0; x < count; x++)
            out[x] = (short) ((around(line, weights, x) + WHOLE / 2) / WHOLE);
    }

    @Override
    public void acrossFine(short[] line, short[] weights, short[] out, int count) {
        for (int x = 0; x < count; x++) out[x] = (short) around(line, weights, x);
    }

    @Override
    public void down(short[][] lines, short[] weights, byte[] out, int count) {
        for (int x = 0; x < count; x++)
            out[x] = (byte) ((sum(lines, weights, x) + WHOLE / 2) / WHOLE);
    }

    @Override
    public void sharpen(short[][] lines, short[] weights, int amount, byte[] line, int count) {
        for (int x = 0; x < count; x++) {
            int sharp = line[x] & 0xff;
            int delta = (sharp << AMOUNT_BITS) - (fine(lines, weights, x) >> 2);
            int more = (delta * amount) >> AMOUNT_BITS;
            line[x] = clipped(sharp + ((more + HALF_OF_64) >> AMOUNT_BITS));
        }
    }

    @Override
    public void mix(short[][] lines, short[] weights, byte[] out, int count) {
        for (int x = 0; x < count; x++)
            out[x] = clipped((sum(lines, weights, x) + MIX_WHOLE / 2) >> 7);
    }

    @Override
    public void scale(byte[] line, int factor, int shift, int count) {
        for (int x = 0; x < count; x++)
            line[x] = clipped(((((line[x] & 0xff) - 128) * factor + WHOLE / 2) >> 8) + 128 + shift);
    }

    private static int around(short[] line, short[] weights, int x) {
        int radius = weights.length / 2;
        int sum = line[x + radius] * weights[radius];
        for (int t = 0; t < radius; t++)
            sum += (line[x + t] + line[x + 2 * radius - t]) * weights[t];
        return sum;
    }

    private static int fine(short[][] lines, short[] weights, int x) {
        int sum = 0;
        for (int t = 0; t < weights.length; t++) sum += (lines[t][x] & 0xffff) * weights[t];
        return sum >> 8;
    }

    private static int sum(short[][] lines, short[] weights, int x) {
        int sum = 0;
        for (int t = 0; t < weights.length; t++) sum += lines[t][x] * weights[t];
        return sum;
    }

    private static byte clipped(int value) {
        return (byte) Math.clamp(value, 0, 255);
    }
}
