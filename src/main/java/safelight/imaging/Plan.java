package safelight.imaging;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import safelight.planes.Gauss;

/// How a recipe is carried out on the planes of a JPEG: at how many eighths of its size it is
/// decoded, the stages in their order, and how it is encoded. Made before any pixel is touched, so
/// that the memory of the work is known then.
record Plan(Frame decoded, int eighths, List<Stage> stages, Frame encoded, Sampling sampling) {
    /// From this quality on, results may have a sample of colour for each pixel.
    static final int FINE_QUALITY = 90;

    private static final int QUALITY_MOST = 100;
    private static final int WHOLE = 8;
    private static final int JPEG_HEAD = 2048;
    // an encoder's worst case for a pixel, two bytes for each of three samples
    private static final int BYTES_MOST = 6;
    private static final int UNIT = 32;
    // with so many samples left a pixel, nobody sees that decoding shrank first (46 dB and more)
    static final double LEFT_LEAST = 1.7;
    // beyond that, cutting a part out takes longer than decoding the rest with it
    private static final double MOST_OF_IT = 0.75;

    // of a side that is shorter, in sigmas, what lies beyond the edges decides
    private static final double WIDE_LEAST = 4;

    // a side that is made thousands of times smaller needs most of its lines at once
    private static final long LINES_MOST = 64L << 20;

    Plan {
        stages = List.copyOf(stages);
    }

    /// Empty if there is something to do that planes are not fit for.
    static Optional<Plan> of(Size stored, Sampling sampling, int orientation, Recipe recipe) {
        if (!areFit(stored, orientation, recipe)) return Optional.empty();
        var stages = stages(stored, orientation, recipe);
        int eighths = eighths(stages);
        var decoded = Frame.decoded(stored, sampling, eighths);
        var last = decoded;
        for (var stage : stages) last = stage.after(last);
        var out = out(last, quality(recipe.output()));
        var plan = new Plan(decoded, eighths, stages, Frame.encoded(last.size(), out), out);
        return plan.lines() > LINES_MOST ? Optional.empty() : Optional.of(plan);
    }

    /// The part of the stored picture that the work begins with, in whole units of this size; empty
    /// if that is most of it.
    Optional<Rect> part(int unitAcross, int unitDown) {
        if (stages.isEmpty() || !(stages.getFirst() instanceof Stage.Move(var pose)))
            return Optional.empty();
        var cut = pose.cut();
        var whole = decoded.size();
        int left = cut.left() / unitAcross * unitAcross;
        int top = cut.top() / unitDown * unitDown;
        int right = Math.min(whole.widthPx(), up(cut.left() + cut.width(), unitAcross));
        int bottom = Math.min(whole.heightPx(), up(cut.top() + cut.height(), unitDown));
        var part = new Rect(left, top, right - left, bottom - top);
        return Optional.of(part).filter(p -> p.size().pixels() < MOST_OF_IT * whole.pixels());
    }

    private static int up(int px, int unit) {
        return (px + unit - 1) / unit * unit;
    }

    /// The same work when no more than this part was decoded.
    Plan within(Rect part, Sampling coded) {
        if (!(stages.getFirst() instanceof Stage.Move(var pose)))
            throw new IllegalStateException("moves nothing: " + stages);
        var cut = pose.cut();
        var moved =
                new Pose(
                        new Rect(
                                cut.left() - part.left(),
                                cut.top() - part.top(),
                                cut.width(),
                                cut.height()),
                        pose.turn());
        var rest = new ArrayList<>(stages.subList(1, stages.size()));
        if (!moved.isNothing(part.size())) rest.addFirst(new Stage.Move(moved));
        return new Plan(
                Frame.decoded(part.size(), coded, eighths), eighths, rest, encoded, sampling);
    }

    /// The most native memory that the work needs beside the source and the result.
    long bytes() {
        var frame = decoded;
        long held = decoded.bytes();
        long most = held;
        for (var stage : stages) {
            long made = stage.bytes(frame);
            most = Math.max(most, held + made);
            frame = stage.after(frame);
            if (made > 0) held = made;
        }
        return Math.max(most, held + conformingBytes(frame) + fileMost());
    }

    /// The most memory on the heap, beside the result.
    long lines() {
        var frame = decoded;
        long most = 0;
        for (var stage : stages) {
            most = Math.max(most, stage.lines(frame));
            frame = stage.after(frame);
        }
        return Math.max(most, conforming(frame).lines(frame));
    }

    /// More bytes than the encoder can write.
    long fileMost() {
        return fileMost(encoded.size());
    }

    /// More bytes than libturbojpeg writes for a picture of this size, and no fewer than it
    /// believes to have (tjBufSize).
    static long fileMost(Size size) {
        long across = (size.widthPx() + UNIT - 1L) / UNIT * UNIT;
        long down = (size.heightPx() + UNIT - 1L) / UNIT * UNIT;
        return BYTES_MOST * across * down + JPEG_HEAD;
    }

    /// The last stage: colours where the encoder wants them.
    Stage.Scale conforming(Frame last) {
        return new Stage.Scale(0, 0, 1, 1, last.size(), false);
    }

    private long conformingBytes(Frame last) {
        long bytes = 0;
        for (int i = 0; i < encoded.grids().size(); i++)
            if (!last.grids().get(i).isLike(encoded.grids().get(i)))
                bytes +=
                        Stage.between(
                                last.grids().get(i), encoded.grids().get(i), conforming(last));
        return bytes;
    }

    private static boolean areFit(Size stored, int orientation, Recipe recipe) {
        var size = Turn.upright(orientation).of(stored);
        for (var operation : recipe.operations()) {
            if (!isFit(operation, size)) return false;
            size = operation.sizeAfter(size);
        }
        return true;
    }

    private static boolean isFit(Operation operation, Size size) {
        return switch (operation) {
            case Operation.Sharpen s -> s.sigma() <= Gauss.SIGMA_MAX;
            case Operation.Blur b ->
                    b.sigma() <= Gauss.SIGMA_MAX
                            || b.sigma() * WIDE_LEAST <= Math.min(size.widthPx(), size.heightPx());
            // planes do not know where the eye goes
            case Operation.CropToAspect c -> c.gravity() != Operation.Gravity.ATTENTION;
            case Operation.Watermark _ -> false;
            case Operation.Crop _,
                    Operation.Resize _,
                    Operation.Rotate _,
                    Operation.Flip _,
                    Operation.Adjust _,
                    Operation.Grayscale _ ->
                    true;
        };
    }

    private static List<Stage> stages(Size stored, int orientation, Recipe recipe) {
        boolean fine = quality(recipe.output()) >= FINE_QUALITY;
        var stages = new ArrayList<Stage>();
        var pose = Pose.all(stored).then(Turn.upright(orientation));
        var before = stored;
        for (var operation : recipe.operations()) {
            var moved = moved(pose, operation);
            if (moved.isPresent()) {
                pose = moved.get();
                continue;
            }
            if (!pose.isNothing(before)) stages.add(new Stage.Move(pose));
            stages.addAll(work(operation, pose.size(), fine));
            before = operation.sizeAfter(pose.size());
            pose = Pose.all(before);
        }
        if (!pose.isNothing(before)) stages.add(new Stage.Move(pose));
        return stages;
    }

    /// With this operation, if that only moves pixels.
    static Optional<Pose> moved(Pose pose, Operation operation) {
        var size = pose.size();
        return switch (operation) {
            case Operation.Crop c ->
                    Optional.of(pose.crop(new Rect(c.left(), c.top(), c.width(), c.height())));
            case Operation.CropToAspect c ->
                    Optional.of(pose.crop(c.gravity().place(c.sizeAfter(size), size)));
            case Operation.Rotate r -> Optional.of(pose.then(Turn.clockwise(r.angle())));
            case Operation.Flip f -> Optional.of(pose.then(Turn.mirror(f.direction())));
            case Operation.Resize r ->
                    r.sizeAfter(size).equals(size) ? Optional.of(pose) : Optional.empty();
            case Operation.Sharpen _,
                    Operation.Blur _,
                    Operation.Adjust _,
                    Operation.Grayscale _,
                    Operation.Watermark _ ->
                    Optional.empty();
        };
    }

    private static List<Stage> work(Operation operation, Size size, boolean fine) {
        return switch (operation) {
            case Operation.Resize r -> List.of(scale(r, size, fine));
            case Operation.Sharpen s -> List.of(new Stage.Sharpen(s.sigma(), s.amount()));
            case Operation.Blur b ->
                    b.sigma() <= Gauss.SIGMA_MAX
                            ? List.of(new Stage.Soften(b.sigma()))
                            : softenedSmall(b.sigma(), size, fine);
            case Operation.Adjust a -> List.of(tone(a));
            case Operation.Grayscale _ -> List.of(new Stage.Grey());
            case Operation.Crop _, Operation.CropToAspect _, Operation.Rotate _, Operation.Flip _ ->
                    throw new IllegalStateException("moves pixels only: " + operation);
            case Operation.Watermark _ ->
                    throw new IllegalStateException("not fit for planes: " + operation);
        };
    }

    /// A wide blur leaves nothing fine, so it is done on a smaller picture: the same within what
    /// rounding to whole numbers takes, and quicker the wider it is (pyramids: Burt and Adelson,
    /// 1983). The smaller one ends a little beyond the edges, which are repeated there.
    private static List<Stage> softenedSmall(double sigma, Size size, boolean fine) {
        double scale = sigma / Gauss.SIGMA_MAX;
        var small =
                new Size(
                        (int) Math.ceil(size.widthPx() / scale),
                        (int) Math.ceil(size.heightPx() / scale));
        return List.of(
                new Stage.Scale(0, 0, scale, scale, small, fine),
                new Stage.Soften(Gauss.SIGMA_MAX),
                new Stage.Scale(0, 0, 1 / scale, 1 / scale, size, fine));
    }

    /// All three are linear in brightness and colours alike.
    private static Stage.Tone tone(Operation.Adjust adjust) {
        double luma = adjust.brightness() * adjust.contrast();
        double shift = 128 * luma - 127.5 * adjust.contrast() - 0.5;
        return new Stage.Tone(
                (int) Math.round(256 * luma),
                (int) Math.round(shift),
                (int) Math.round(256 * luma * adjust.saturation()));
    }

    private static Stage.Scale scale(Operation.Resize resize, Size size, boolean fine) {
        var to = resize.sizeAfter(size);
        double across = (double) size.widthPx() / to.widthPx();
        double down = (double) size.heightPx() / to.heightPx();
        if (resize.fit() == Operation.Fit.COVER) {
            across = Math.min(across, down);
            down = across;
        }
        return new Stage.Scale(
                (size.widthPx() - across * to.widthPx()) / 2,
                (size.heightPx() - down * to.heightPx()) / 2,
                across,
                down,
                to,
                fine);
    }

    private static int eighths(List<Stage> stages) {
        for (var stage : stages) {
            if (stage instanceof Stage.Move) continue;
            if (!(stage instanceof Stage.Scale scale)) break;
            double least = WHOLE * LEFT_LEAST / Math.min(scale.scaleX(), scale.scaleY());
            return (int) Math.clamp(Math.ceil(least), 1, WHOLE);
        }
        return WHOLE;
    }

    /// Formats without loss lose nothing here either.
    private static int quality(Output output) {
        return output.format() == Format.PNG ? QUALITY_MOST : output.quality();
    }

    /// As fine in colours as the picture is, or half as fine, as encoders choose by quality.
    private static Sampling out(Frame last, int quality) {
        if (last.isGrey()) return Sampling.GREY;
        if (quality < FINE_QUALITY) return Sampling.HALF;
        var colour = last.grids().get(1);
        return Sampling.of(colour.across().step(), colour.down().step()).orElse(Sampling.HALF);
    }
}
