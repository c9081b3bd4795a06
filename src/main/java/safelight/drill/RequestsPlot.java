package safelight.drill;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;

/// Requests of a drill's clients over time as an SVG picture: what each data center answered, what
/// nobody did, and when one was cut off. Pure.
public final class RequestsPlot {
    private static final int WIDTH_PX = 960;
    private static final int HEIGHT_PX = 300;
    private static final int LEFT_PX = 50;
    private static final int TOP_PX = 40;
    private static final int BOTTOM_PX = 40;
    private static final int LEGEND_PX = 180;
    private static final int TEXT_PX = 18;
    private static final int MARKS = 10;
    private static final long STEP_MS = 2000;
    private static final double SECOND_MS = 1000;
    private static final int GOOD_LEAST = 200;
    private static final int BROKEN = 500;
    private static final String FAILED_COLOUR = "#b00020";
    private static final List<String> COLOURS = List.of("#1f6fb4", "#e08214", "#4d9221", "#7b3294");

    private final List<Event> history;
    private final long beganMs;
    private final long endedMs;

    private RequestsPlot(List<Event> history) {
        this.history = history;
        var served = work(history);
        this.beganMs = served.stream().mapToLong(Event::atMs).min().orElse(0);
        this.endedMs = served.stream().mapToLong(Event::atMs).max().orElse(0);
    }

    /// The picture of a whole history.
    public static String of(List<Event> history) {
        return new RequestsPlot(history).svg();
    }

    /// Collecting in the end is no load.
    private static List<Event.Served> work(List<Event> history) {
        long began =
                Reruns.events(history, Event.Begun.class).mapToLong(Event::atMs).min().orElse(0);
        return Reruns.events(history, Event.Served.class)
                .filter(s -> !s.what().equals("collect") && s.atMs() >= began)
                .toList();
    }

    private String svg() {
        var lines = new TreeMap<String, double[]>();
        for (var center : centers())
            lines.put(center, rates(s -> s.dataCenter().equals(center) && isGood(s)));
        var failed = rates(s -> !isGood(s));
        double most = 1;
        for (var line : lines.values()) for (double rate : line) most = Math.max(most, rate);
        for (double rate : failed) most = Math.max(most, rate);
        var svg = new StringBuilder();
        svg.append(
                """
                <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" font-family="sans-serif"
                 font-size="12"><rect width="100%%" height="100%%" fill="#fff"/>
                """
                        .formatted(WIDTH_PX, HEIGHT_PX));
        Reruns.events(history, Event.Severed.class).forEach(c -> svg.append(cut(c)));
        axes(svg, most);
        int number = 0;
        for (var line : lines.entrySet()) {
            var colour = COLOURS.get(number % COLOURS.size());
            svg.append(path(line.getValue(), most, colour));
            svg.append(legend(number++, colour, "answered by " + line.getKey()));
        }
        svg.append(path(failed, most, FAILED_COLOUR));
        svg.append(legend(number, FAILED_COLOUR, "not answered"));
        return svg.append("</svg>\n").toString();
    }

    private Set<String> centers() {
        var all = new TreeSet<String>();
        work(history).forEach(s -> all.add(s.dataCenter()));
        all.remove("");
        return all;
    }

    private static boolean isGood(Event.Served served) {
        return served.status() >= GOOD_LEAST && served.status() < BROKEN;
    }

    /// Requests a second in each step, counted when they ended.
    private double[] rates(Predicate<Event.Served> which) {
        var rates = new double[(int) ((endedMs - beganMs) / STEP_MS) + 1];
        for (var served : work(history))
            if (which.test(served)) {
                long step = (served.atMs() + served.tookMs() - beganMs) / STEP_MS;
                rates[(int) Math.min(step, rates.length - 1)] += SECOND_MS / STEP_MS;
            }
        return rates;
    }

    private double x(long momentMs) {
        double part = (double) (momentMs - beganMs) / Math.max(1, endedMs - beganMs);
        return LEFT_PX + part * (WIDTH_PX - 2 * LEFT_PX);
    }

    private static double y(double rate, double most) {
        return HEIGHT_PX - BOTTOM_PX - rate / most * (HEIGHT_PX - BOTTOM_PX - TOP_PX);
    }

    private String path(double[] rates, double most, String colour) {
        var points = new ArrayList<String>();
        for (int i = 0; i < rates.length; i++)
            points.add(
                    String.format(
                            Locale.ROOT,
                            "%.1f,%.1f",
                            x(beganMs + i * STEP_MS + STEP_MS / 2),
                            y(rates[i], most)));
        return "<polyline fill=\"none\" stroke=\"%s\" stroke-width=\"1.6\" points=\"%s\"/>%n"
                .formatted(colour, String.join(" ", points));
    }

    private String cut(Event.Severed cut) {
        long untilMs =
                Reruns.events(history, Event.Mended.class)
                        .filter(m -> m.atMs() >= cut.atMs())
                        .mapToLong(Event::atMs)
                        .min()
                        .orElse(endedMs);
        double left = x(cut.atMs());
        return String.format(
                Locale.ROOT,
                """
                <rect x="%.1f" y="%d" width="%.1f" height="%d" fill="#eee"/>
                <text x="%.1f" y="%d">%s: %s</text>
                """,
                left,
                TOP_PX,
                x(untilMs) - left,
                HEIGHT_PX - BOTTOM_PX - TOP_PX,
                left + 2,
                TOP_PX + TEXT_PX,
                cut.dataCenter(),
                cut.cut());
    }

    private void axes(StringBuilder svg, double most) {
        int floor = HEIGHT_PX - BOTTOM_PX;
        svg.append(
                String.format(
                        Locale.ROOT,
                        """
                        <path d="M%1$d %2$d V%3$d H%4$d" fill="none" stroke="#888"/>
                        <text x="2" y="%5$d">%6$.0f/s</text>
                        """,
                        LEFT_PX,
                        TOP_PX,
                        floor,
                        WIDTH_PX - LEFT_PX,
                        TOP_PX + TEXT_PX / 2,
                        most));
        double seconds = (endedMs - beganMs) / SECOND_MS;
        for (int i = 0; i <= MARKS; i++) {
            double at = seconds * i / MARKS;
            svg.append(
                    String.format(
                            Locale.ROOT,
                            "<text x=\"%.1f\" y=\"%d\" text-anchor=\"middle\">%.0f s</text>%n",
                            x(beganMs + (long) (at * SECOND_MS)),
                            floor + TEXT_PX,
                            at));
        }
    }

    private static String legend(int number, String colour, String text) {
        return "<text x=\"%d\" y=\"%d\" fill=\"%s\">%s</text>%n"
                .formatted(LEFT_PX + number * LEGEND_PX, TEXT_PX, colour, text);
    }
}
