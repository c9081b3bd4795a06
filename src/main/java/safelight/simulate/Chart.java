package safelight.simulate;

import java.util.List;
import java.util.Locale;
import java.util.function.IntToDoubleFunction;

/// Outcomes as a picture: for each trace a row, for each scaler a panel with the load (as the
/// instances that it needs at the target), what was wanted and what served.
public final class Chart {
    private static final int WIDTH = 300;
    private static final int HEIGHT = 120;
    private static final int GAP = 48;
    private static final int TOP = 40;

    private Chart() {}

    /// The picture, as SVG. `outcomes` are those of one plant, the scalers of a trace side by side.
    public static String svg(Plant plant, List<List<Outcome>> outcomes) {
        int columns = outcomes.stream().mapToInt(List::size).max().orElse(1);
        int width = GAP + columns * (WIDTH + GAP);
        int height = TOP + outcomes.size() * (HEIGHT + GAP) + 30;
        var panels = new StringBuilder();
        for (int row = 0; row < outcomes.size(); row++) {
            double top = top(plant, outcomes.get(row));
            for (int column = 0; column < outcomes.get(row).size(); column++)
                panels.append(
                        panel(
                                plant,
                                outcomes.get(row).get(column),
                                top,
                                GAP + column * (WIDTH + GAP),
                                TOP + row * (HEIGHT + GAP)));
        }
        return """
        <svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 %d %d' font-family='sans-serif' \
        font-size='11'>
        <title>Simulated %s: load, wanted and serving</title>
        <rect width='%d' height='%d' fill='white'/>
        <text x='%d' y='20' font-size='14'>%s: load as the instances that it needs</text>
        %s<text x='%d' y='%d' fill='#888'>load</text>
        <text x='%d' y='%d' fill='#d95f02'>wanted</text>
        <text x='%d' y='%d' fill='#1b6ca8'>serving</text>
        </svg>
        """
                .formatted(
                        width,
                        height,
                        name(plant),
                        width,
                        height,
                        GAP,
                        name(plant),
                        panels,
                        GAP,
                        height - 12,
                        GAP + 60,
                        height - 12,
                        GAP + 120,
                        height - 12);
    }

    private static String name(Plant plant) {
        return plant.role() == Plant.Role.WEB ? "web servers" : "workers";
    }

    private static double top(Plant plant, List<Outcome> outcomes) {
        double top = 1;
        for (var outcome : outcomes) {
            var series = outcome.series();
            for (int i = 0; i < series.steps(); i++)
                top = Math.max(top, Math.max(plant.needed(series.rate(i)), series.wanted(i)));
        }
        return top;
    }

    private static String panel(Plant plant, Outcome outcome, double top, int left, int above) {
        var series = outcome.series();
        double hours = series.stepSeconds() * series.steps() / 3600.0;
        return """
        <g transform='translate(%d %d)'>
        <polygon points='0,%d %s%d,%d' fill='#ddd'/>
        <polyline points='%s' fill='none' stroke='#d95f02' stroke-dasharray='4 2'/>
        <polyline points='%s' fill='none' stroke='#1b6ca8' stroke-width='1.5'/>
        <path d='M0 0V%dH%d' fill='none' stroke='#999'/>
        <text x='0' y='-5'>%s, %s at %s: %s</text>
        <text x='-4' y='8' text-anchor='end'>%.0f</text>
        <text x='-4' y='%d' text-anchor='end'>0</text>
        <text x='%d' y='%d' text-anchor='end'>%s h</text>
        </g>
        """
                .formatted(
                        left,
                        above,
                        HEIGHT,
                        points(series, i -> plant.needed(series.rate(i)), top),
                        WIDTH,
                        HEIGHT,
                        points(series, series::wanted, top),
                        points(series, series::serving, top),
                        HEIGHT,
                        WIDTH,
                        escaped(outcome.trace()),
                        outcome.scaler(),
                        outcome.setting(),
                        number("%.1f inst-h, p99 %.0f s", outcome),
                        top,
                        HEIGHT,
                        WIDTH,
                        HEIGHT + 14,
                        String.format(Locale.ROOT, "%.1f", hours));
    }

    private static String number(String format, Outcome outcome) {
        return String.format(Locale.ROOT, format, outcome.instanceHours(), outcome.p99Seconds());
    }

    private static String points(Outcome.Series series, IntToDoubleFunction value, double top) {
        var text = new StringBuilder();
        for (int i = 0; i < series.steps(); i++)
            text.append(
                    String.format(
                            Locale.ROOT,
                            "%.1f,%.1f ",
                            (double) WIDTH * i / Math.max(1, series.steps() - 1),
                            HEIGHT - HEIGHT * value.applyAsDouble(i) / top));
        return text.toString();
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;");
    }
}
