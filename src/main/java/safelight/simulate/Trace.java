package safelight.simulate;

import java.util.function.DoubleUnaryOperator;

/// How much arrives: a rate a second, for every second.
public final class Trace {
    /// A month.
    public static final int SECONDS_MAX = 31 * 24 * 3600;

    private static final double QUIET = 0.1;
    private static final double FLASH_BEGIN = 0.4;
    private static final double FLASH_END = 0.5;

    private final String name;
    private final double[] rates;

    /// Refuses what no machine could serve, and what would take for ever.
    public Trace(String name, double[] rates) {
        if (rates.length == 0 || rates.length > SECONDS_MAX)
            throw new IllegalArgumentException(
                    "A trace lasts from a second to a month, not %d s.".formatted(rates.length));
        for (var rate : rates)
            if (!(rate >= 0) || Double.isInfinite(rate))
                throw new IllegalArgumentException("No rate: " + rate);
        this.name = name;
        this.rates = rates.clone();
    }

    String name() {
        return name;
    }

    int seconds() {
        return rates.length;
    }

    double rate(int second) {
        return rates[second];
    }

    /// The shapes of the synthetic traces.
    public enum Shape {
        /// A tenth of the peak, then the peak for half of the time, then a tenth.
        STEP,
        /// From a tenth up to the peak, and down again.
        RAMP,
        /// A day's wave: a tenth at night, the peak in the afternoon.
        DAILY,
        /// A fifth of the peak, and the peak for a tenth of the time, from one second to the next.
        FLASH
    }

    /// A trace of a shape; a wave lasts a day, however many there are in `seconds`.
    public static Trace of(Shape shape, double peak, int seconds) {
        int day = 24 * 3600;
        DoubleUnaryOperator part =
                switch (shape) {
                    case STEP -> x -> x >= 0.25 && x < 0.75 ? 1 : QUIET;
                    case RAMP -> x -> QUIET + (1 - QUIET) * (1 - Math.abs(2 * x - 1));
                    case DAILY ->
                            x ->
                                    QUIET
                                            + (1 - QUIET)
                                                    * (1
                                                            - Math.cos(
                                                                    2 * Math.PI * x * seconds
                                                                            / day))
                                                    / 2;
                    case FLASH -> x -> x >= FLASH_BEGIN && x < FLASH_END ? 1 : 2 * QUIET;
                };
        var rates = new double[seconds];
        for (int s = 0; s < seconds; s++)
            rates[s] = peak * part.applyAsDouble((double) s / seconds);
        return new Trace(shape.name().toLowerCase(java.util.Locale.ROOT), rates);
    }
}
