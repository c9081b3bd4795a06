package safelight.imaging;

import java.util.ArrayList;
import java.util.List;
import safelight.planes.Gauss;
import safelight.planes.Scaling;

/// A step of work on planes: what it makes of a frame, and what memory it needs for that.
sealed interface Stage {
    /// Crops, turns and mirrors, in one go.
    record Move(Pose pose) implements Stage {}

    /// Makes a rectangle, given in fractions of pixels, so large. Colours get a sample for each
    /// pixel again where there is that much to see, if `fine`.
    record Scale(double left, double top, double scaleX, double scaleY, Size to, boolean fine)
            implements Stage {}

    /// Gaussian blur.
    record Soften(double sigma) implements Stage {}

    /// Unsharp masking.
    record Sharpen(double sigma, double amount) implements Stage {}

    /// Brightness `(in - 128) * luma / 256 + 128 + shift`, colours the same by `chroma`.
    record Tone(int luma, int shift, int chroma) implements Stage {}

    /// Leaves the colours out.
    record Grey() implements Stage {}

    default Frame after(Frame in) {
        return switch (this) {
            case Move m -> moved(m.pose, in);
            case Scale s -> scaled(s, in);
            case Grey _ -> new Frame(in.size(), in.grids().subList(0, 1));
            case Soften _, Sharpen _, Tone _ -> in;
        };
    }

    /// The bytes of the planes that it makes and of those between; zero if it works in place.
    default long bytes(Frame in) {
        return switch (this) {
            case Move m -> m.pose.turn().transposed() ? after(in).bytes() : 0;
            case Scale s -> scaleBytes(s, in);
            case Soften _, Sharpen _, Tone _, Grey _ -> 0;
        };
    }

    /// The bytes of the lines that it holds beside the planes, on the heap.
    default long lines(Frame in) {
        int width = in.grids().getFirst().across().count();
        return switch (this) {
            case Soften s -> Gauss.lines(s.sigma, width);
            case Sharpen s -> Gauss.lines(s.sigma, width);
            case Scale s -> Scaling.lines(Math.max(s.scaleX, s.scaleY), width);
            case Move _, Tone _, Grey _ -> Scaling.lines(1, width);
        };
    }

    private static Frame moved(Pose pose, Frame in) {
        var grids = new ArrayList<Grid>();
        for (var grid : in.grids())
            grids.add(grid.crop(pose.cut()).turned(pose.turn(), pose.cut().size()));
        return new Frame(pose.size(), grids);
    }

    private static Frame scaled(Scale scale, Frame in) {
        var grids = new ArrayList<Grid>(List.of(Grid.over(scale.to, 1, 1)));
        for (var grid : in.grids().subList(1, in.grids().size()))
            grids.add(
                    Grid.over(
                            scale.to,
                            step(scale, grid.across().step() / scale.scaleX),
                            step(scale, grid.down().step() / scale.scaleY)));
        return new Frame(scale.to, grids);
    }

    /// One sample for each pixel or for two.
    private static double step(Scale scale, double seen) {
        return scale.fine && seen < 1.5 ? 1 : 2;
    }

    private static long scaleBytes(Scale scale, Frame in) {
        var after = scaled(scale, in).grids();
        long bytes = 0;
        for (int i = 0; i < after.size(); i++)
            bytes += between(in.grids().get(i), after.get(i), scale);
        return bytes;
    }

    /// What one plane of a scaling needs.
    static long between(Grid from, Grid to, Scale scale) {
        return Scaling.bytes(
                from.across().count(),
                from.across().towards(to.across(), scale.left, scale.scaleX),
                from.down().towards(to.down(), scale.top, scale.scaleY));
    }
}
