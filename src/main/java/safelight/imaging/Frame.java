package safelight.imaging;

import java.util.List;

/// What is known of a picture in planes before it is there: its size, and where the samples of its
/// brightness and, unless it is grey, of its two colours lie.
record Frame(Size size, List<Grid> grids) {
    Frame {
        grids = List.copyOf(grids);
    }

    /// A picture as it is decoded at so many eighths of its size.
    static Frame decoded(Size size, Sampling sampling, int eighths) {
        double step = 8.0 / eighths;
        return of(size, sampling, step);
    }

    /// A picture as it is encoded.
    static Frame encoded(Size size, Sampling sampling) {
        return of(size, sampling, 1);
    }

    private static Frame of(Size size, Sampling sampling, double step) {
        var brightness = Grid.over(size, step, step);
        if (sampling == Sampling.GREY) return new Frame(size, List.of(brightness));
        var colour = Grid.over(size, step * sampling.across(), step * sampling.down());
        return new Frame(size, List.of(brightness, colour, colour));
    }

    boolean isGrey() {
        return grids.size() == 1;
    }

    long bytes() {
        return grids.stream().mapToLong(Grid::bytes).sum();
    }
}
