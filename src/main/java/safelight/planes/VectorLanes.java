package safelight.planes;

import static jdk.incubator.vector.VectorOperators.ASHR;
import static jdk.incubator.vector.VectorOperators.I2S;
import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.LSHR;
import static jdk.incubator.vector.VectorOperators.S2B;
import static jdk.incubator.vector.VectorOperators.ZERO_EXTEND_B2S;
import static jdk.incubator.vector.VectorOperators.ZERO_EXTEND_S2I;

import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/// The Vector API, in vectors as wide as this processor has them. Sums may leave the 16 bits of
/// their lanes on the way and come back, since only their last 16 bits count.
///
/// The compiler always inlines methods of the Vector API, but ours no longer where much was inlined
/// already, and a vector that is passed to a method becomes an object: sharpening took three times
/// as long. So the loops that are used most are written out.
final class VectorLanes implements Lanes {
    private static final VectorSpecies<Short> SHORTS = ShortVector.SPECIES_PREFERRED;
    private static final VectorSpecies<Integer> INTS = IntVector.SPECIES_PREFERRED;
    private static final int LANES = SHORTS.length();
    private static final VectorSpecies<Byte> BYTES =
            VectorSpecies.of(byte.class, VectorShape.forBitSize(LANES * Byte.SIZE));
    private static final short LOW = 255;
    private static final short LOW_64 = 63;
    private static final short HALF_OF_64 = 32;
    // 255 times that, and what is behind the point, fit 16 bits
    private static final int SHORT_AMOUNT_MAX = 127;
    private static final short HALF = WHOLE / 2;
    // 128 is taken from each sample, so that sums stay within a signed number
    private static final short MIX_START = MIX_WHOLE / 2 - 128 * MIX_WHOLE;
    private static final int MIX_BITS = 7;

    @Override
    public void widen(byte[] line, short[] numbers, int at, int count) {
        for (int x = 0; x < count; x += LANES) shorts(line, x).intoArray(numbers, at + x);
    }

    @Override
    public void across(short[] line, short[] weights, short[] out, int count) {
        around(line, weights, HALF, Byte.SIZE, out, count);
    }

    @Override
    public void acrossFine(short[] line, short[] weights, short[] out, int count) {
        around(line, weights, (short) 0, 0, out, count);
    }

    /// The sums are 256ths, as unsigned numbers.
    private static void around(
            short[] line, short[] weights, short more, int shift, short[] out, int count) {
        int radius = weights.length / 2;
        for (int x = 0; x < count; x += 2 * LANES) {
            int middle = x + radius;
            var sum = ShortVector.fromArray(SHORTS, line, middle).mul(weights[radius]);
            var next = ShortVector.fromArray(SHORTS, line, middle + LANES).mul(weights[radius]);
            for (int t = 0; t < radius; t++) {
                int left = x + t;
                int right = x + 2 * radius - t;
                var both =
                        ShortVector.fromArray(SHORTS, line, left)
                                .add(ShortVector.fromArray(SHORTS, line, right));
                sum = sum.add(both.mul(weights[t]));
                both =
                        ShortVector.fromArray(SHORTS, line, left + LANES)
                                .add(ShortVector.fromArray(SHORTS, line, right + LANES));
                next = next.add(both.mul(weights[t]));
            }
            sum.add(more).lanewise(LSHR, shift).intoArray(out, x);
            next.add(more).lanewise(LSHR, shift).intoArray(out, x + LANES);
        }
    }

    @Override
    public void down(short[][] lines, short[] weights, byte[] out, int count) {
        int radius = weights.length / 2;
        for (int x = 0; x < count; x += 2 * LANES) {
            var sum = ShortVector.fromArray(SHORTS, lines[radius], x).mul(weights[radius]);
            var next = ShortVector.fromArray(SHORTS, lines[radius], x + LANES).mul(weights[radius]);
            for (int t = 0; t < radius; t++) {
                var above = lines[t];
                var below = lines[2 * radius - t];
                var both =
                        ShortVector.fromArray(SHORTS, above, x)
                                .add(ShortVector.fromArray(SHORTS, below, x));
                sum = sum.add(both.mul(weights[t]));
                both =
                        ShortVector.fromArray(SHORTS, above, x + LANES)
                                .add(ShortVector.fromArray(SHORTS, below, x + LANES));
                next = next.add(both.mul(weights[t]));
            }
            sum = sum.add(HALF).lanewise(LSHR, Byte.SIZE);
            next = next.add(HALF).lanewise(LSHR, Byte.SIZE);
            ((ByteVector) sum.convertShape(S2B, BYTES, 0)).intoArray(out, x);
            ((ByteVector) next.convertShape(S2B, BYTES, 0)).intoArray(out, x + LANES);
        }
    }

    /// Whole samples and what is behind their point by themselves, since both together leave no
    /// bits for weights. The mean's parts are what a sum of both has more than the whole samples.
    @Override
    public void sharpen(short[][] lines, short[] weights, int amount, byte[] line, int count) {
        if (amount > SHORT_AMOUNT_MAX) {
            sharpenMuch(lines, weights, amount, line, count);
            return;
        }
        int radius = weights.length / 2;
        for (int x = 0; x < count; x += LANES) {
            var centre = ShortVector.fromArray(SHORTS, lines[radius], x);
            var whole = centre.lanewise(LSHR, 8).mul(weights[radius]);
            var both = centre.mul(weights[radius]);
            for (int t = 0; t < radius; t++) {
                var above = ShortVector.fromArray(SHORTS, lines[t], x);
                var below = ShortVector.fromArray(SHORTS, lines[2 * radius - t], x);
                var samples = above.lanewise(LSHR, 8).add(below.lanewise(LSHR, 8));
                whole = whole.add(samples.mul(weights[t]));
                both = both.add(above.add(below).mul(weights[t]));
            }
            var soft = whole.add(both.sub(whole.lanewise(LSHL, 8)).lanewise(LSHR, 8));
            var sharp =
                    (ShortVector)
                            ByteVector.fromArray(BYTES, line, x)
                                    .convertShape(ZERO_EXTEND_B2S, SHORTS, 0);
            var delta = sharp.lanewise(LSHL, AMOUNT_BITS).sub(soft.lanewise(LSHR, 2));
            var part = delta.and(LOW_64).mul((short) amount).lanewise(LSHR, AMOUNT_BITS);
            var more = delta.lanewise(ASHR, AMOUNT_BITS).mul((short) amount).add(part);
            var out = sharp.add(more.add(HALF_OF_64).lanewise(ASHR, AMOUNT_BITS));
            ((ByteVector) out.max((short) 0).min(LOW).convertShape(S2B, BYTES, 0))
                    .intoArray(line, x);
        }
    }

    private static void sharpenMuch(
            short[][] lines, short[] weights, int amount, byte[] line, int count) {
        for (int x = 0; x < count; x += LANES) {
            var soft = fineMean(lines, weights, x);
            var sharp = shorts(line, x);
            var out = sharpened(sharp, soft, amount, 0).or(sharpened(sharp, soft, amount, 1));
            bytes(out).intoArray(line, x);
        }
    }

    @Override
    public void mix(short[][] lines, short[] weights, byte[] out, int count) {
        for (int x = 0; x < count; x += LANES) {
            var sum = ShortVector.broadcast(SHORTS, MIX_START);
            for (int t = 0; t < weights.length; t++)
                sum = sum.add(ShortVector.fromArray(SHORTS, lines[t], x).mul(weights[t]));
            sum = sum.lanewise(ASHR, MIX_BITS).add((short) 128).max((short) 0).min(LOW);
            ((ByteVector) sum.convertShape(S2B, BYTES, 0)).intoArray(out, x);
        }
    }

    @Override
    public void scale(byte[] line, int factor, int shift, int count) {
        for (int x = 0; x < count; x += LANES) {
            var in = shorts(line, x);
            bytes(scaled(in, factor, shift, 0).or(scaled(in, factor, shift, 1))).intoArray(line, x);
        }
    }

    private static ShortVector shorts(byte[] line, int x) {
        return (ShortVector)
                ByteVector.fromArray(BYTES, line, x).convertShape(ZERO_EXTEND_B2S, SHORTS, 0);
    }

    private static ByteVector bytes(ShortVector numbers) {
        return (ByteVector) numbers.convertShape(S2B, BYTES, 0);
    }

    /// The mean of 256ths, in 256ths: whole samples and what is behind their point by themselves,
    /// since both together leave no bits for weights.
    private static ShortVector fineMean(short[][] lines, short[] weights, int x) {
        int radius = weights.length / 2;
        var centre = ShortVector.fromArray(SHORTS, lines[radius], x);
        var whole = centre.lanewise(LSHR, 8).mul(weights[radius]);
        var parts = centre.and(LOW).mul(weights[radius]);
        for (int t = 0; t < radius; t++) {
            var above = ShortVector.fromArray(SHORTS, lines[t], x);
            var below = ShortVector.fromArray(SHORTS, lines[2 * radius - t], x);
            whole = whole.add(above.lanewise(LSHR, 8).add(below.lanewise(LSHR, 8)).mul(weights[t]));
            parts = parts.add(above.and(LOW).add(below.and(LOW)).mul(weights[t]));
        }
        return whole.add(parts.lanewise(LSHR, 8));
    }

    private static ShortVector sharpened(
            ShortVector sharp, ShortVector soft, int amount, int half) {
        var from = ints(sharp, half);
        var delta = from.lanewise(LSHL, AMOUNT_BITS).sub(ints(soft, half).lanewise(LSHR, 2));
        var more = delta.mul(amount).lanewise(ASHR, AMOUNT_BITS);
        return shorts(from.add(more.add(HALF_OF_64).lanewise(ASHR, AMOUNT_BITS)), half);
    }

    private static ShortVector scaled(ShortVector in, int factor, int shift, int half) {
        var out = ints(in, half).sub(128).mul(factor).add(WHOLE / 2).lanewise(ASHR, 8);
        return shorts(out.add(128 + shift), half);
    }

    private static IntVector ints(ShortVector numbers, int half) {
        return (IntVector) numbers.convertShape(ZERO_EXTEND_S2I, INTS, half);
    }

    /// Clipped, in one half of a vector.
    private static ShortVector shorts(IntVector numbers, int half) {
        return (ShortVector) numbers.max(0).min(255).convertShape(I2S, SHORTS, -half);
    }
}
