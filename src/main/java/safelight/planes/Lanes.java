package safelight.planes;

/// Arithmetic on lines of samples, in 16 bits. Every implementation gives the same samples, bit for
/// bit. Lines may be read and written up to {@link Plane#STEP} samples beyond `count`.
sealed interface Lanes permits ScalarLanes, VectorLanes {
    /// What weights of a mean add up to.
    int WHOLE = 256;

    /// What weights of a mix add up to: they may be negative, and one bit is left for overshoots.
    int MIX_WHOLE = 128;

    /// How many bits there are behind the point of a sharpening's amount.
    int AMOUNT_BITS = 6;

    /// The fastest that this JVM has.
    static Lanes best() {
        boolean vectors = ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent();
        return vectors ? new VectorLanes() : new ScalarLanes();
    }

    /// Samples as numbers, from `at` on.
    void widen(byte[] line, short[] numbers, int at, int count);

    /// Weighted means of neighbours in a line, rounded. Weights are not negative, mirror-symmetric
    /// and add up to {@link #WHOLE}; number `i` of the line stands at `i` plus half their count.
    void across(short[] line, short[] weights, short[] out, int count);

    /// The same in 256ths, as unsigned numbers.
    void acrossFine(short[] line, short[] weights, short[] out, int count);

    /// Weighted means of numbers of several lines, rounded. Weights as in `across`.
    void down(short[][] lines, short[] weights, byte[] out, int count);

    /// Adds `amount` (in 64ths) times the difference to the weighted means of `lines`, which are
    /// 256ths; the difference is taken in 64ths.
    void sharpen(short[][] lines, short[] weights, int amount, byte[] line, int count);

    /// Weighted sums of numbers of several lines, rounded and clipped. Weights add up to {@link
    /// #MIX_WHOLE}.
    void mix(short[][] lines, short[] weights, byte[] out, int count);

    /// `out = (in - 128) * factor / 256 + 128 + shift`, rounded and clipped, in place.
    void scale(byte[] line, int factor, int shift, int count);
}
