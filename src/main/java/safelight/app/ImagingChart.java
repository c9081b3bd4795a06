package safelight.app;

import java.util.Locale;
import java.util.Map;

/// Figures of `bench imaging` as a chart: a bar for each engine below each recipe, as long as its
/// share of the fastest.
final class ImagingChart {
    private static final int WIDTH = 780;
    private static final int LEFT = 110;
    private static final int BAR = 16;
    private static final int ROOM = 110;
    private static final Map<String, String> COLOURS =
            Map.of("safelight", "#0b7a75", "libvips", "#9aa5b1", "sharp", "#d98e04");

    private ImagingChart() {}

    /// The text of an SVG file.
    static String of(Map<String, Map<String, BenchRival.Spent>> figures) {
        var bars = new StringBuilder();
        int y = 20;
        for (var recipe : figures.entrySet()) {
            bars.append(text(10, y, recipe.getKey(), "bold"));
            y += 8;
            double most =
                    recipe.getValue().values().stream()
                            .mapToDouble(BenchRival.Spent::imagesPerSecond)
                            .max()
                            .orElse(1);
            for (var engine : recipe.getValue().entrySet()) {
                bars.append(bar(y, engine.getKey(), engine.getValue().imagesPerSecond(), most));
                y += BAR + 4;
            }
            y += 24;
        }
        return """
        <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d"
             font-family="sans-serif" font-size="12">
        <rect width="100%%" height="100%%" fill="#fff"/>
        %s</svg>
        """
                .formatted(WIDTH, y, bars);
    }

    private static String bar(int y, String engine, double value, double most) {
        int length = (int) Math.max(1, (WIDTH - LEFT - ROOM) * value / most);
        return text(30, y + 12, engine, "normal")
                + "<rect x='%d' y='%d' width='%d' height='%d' fill='%s'/>%n"
                        .formatted(LEFT, y, length, BAR, COLOURS.getOrDefault(engine, "#555"))
                + text(
                        LEFT + length + 6,
                        y + 12,
                        String.format(Locale.ROOT, "%.1f images/s", value),
                        "normal");
    }

    private static String text(int x, int y, String words, String weight) {
        return "<text x='%d' y='%d' font-weight='%s'>%s</text>%n".formatted(x, y, weight, words);
    }
}
