package safelight.simulate;

import java.io.BufferedReader;
import java.io.IOException;
import java.util.ArrayList;
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

    /// Reads lines of `seconds,rate`, in order; a rate holds until the next line, the last one for
    /// as long as the one before it. A first line that has no number is a heading.
    ///
    /// @throws IllegalArgumentException naming the line, if it is neither
    public static Trace csv(String name, BufferedReader lines) throws IOException {
        var rates = new ArrayList<Double>();
        double rate = 0;
        int from = -1;
        int last = 1;
        int number = 0;
        for (var line = lines.readLine(); line != null; line = lines.readLine()) {
            number++;
            var cells = line.strip().split("\\s*,\\s*", -1);
            if (line.isBlank() || (number == 1 && !cells[0].matches("[\\d.]+"))) continue;
            int at = second(cells, number);
            if (at < from || at >= SECONDS_MAX)
                throw new IllegalArgumentException(
                        "Line %d: second %d does not follow %d.".formatted(number, at, from));
            if (from < 0 && at > 0) throw new IllegalArgumentException("It begins with second 0.");
            while (rates.size() < at) rates.add(rate);
            if (from >= 0) last = Math.max(1, at - from);
            rate = Double.parseDouble(cells[1]);
            from = at;
        }
        if (from < 0) throw new IllegalArgumentException("It has no line like: 60,12.5");
        for (int i = 0; i < last && rates.size() < SECONDS_MAX; i++) rates.add(rate);
        return new Trace(name, rates.stream().mapToDouble(Double::doubleValue).toArray());
    }

    private static int second(String[] cells, int number) {
        if (cells.length != 2 || !cells[0].matches("[\\d.]+") || !cells[1].matches("[\\d.eE+-]+"))
            throw new IllegalArgumentException("Line %d is not like: 60,12.5".formatted(number));
        return (int) Double.parseDouble(cells[0]);
    }
}
