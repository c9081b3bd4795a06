import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;

/// Figures of one side, one a round or one an event.
final class Figures {
    private final List<Double> all = new ArrayList<>();

    Figures() {}

    Figures(Collection<? extends Number> figures) {
        figures.forEach(f -> all.add(f.doubleValue()));
    }

    void add(double figure) {
        all.add(figure);
    }

    int count() {
        return all.size();
    }

    double median() {
        return at(0.5);
    }

    double worst() {
        return at(1);
    }

    /// The figure that this share of all does not exceed; NaN without figures.
    double at(double share) {
        if (all.isEmpty()) return Double.NaN;
        var sorted = all.stream().sorted().toList();
        return sorted.get((int) Math.min(sorted.size() - 1, Math.floor(share * sorted.size())));
    }

    /// Median, least and most.
    String spread(String format) {
        return String.format(Locale.ROOT, format + " (" + format + " to " + format + ")",
                median(), at(0), at(1));
    }
}
