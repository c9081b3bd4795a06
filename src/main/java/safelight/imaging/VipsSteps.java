package safelight.imaging;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// The operations of a recipe on one picture after another. libvips computes nothing before the end
/// asks for it, and then as often as it is asked. So pixels are computed into memory before a step
/// that reads them out of order, or more than once after costly steps.
final class VipsSteps {
    // a blur reads ahead by three sigmas of lines, more than the decoder keeps for who lags behind
    private static final double FRESH_SIGMA_MAX = 5;
    private static final double KERNEL_PX = 4;

    private final VipsImage loaded;
    private final Task task;
    private final Map<Integer, int[]> places;
    private VipsImage image;
    private State state = State.FRESH;
    private List<VipsImage> done = List.of();

    /// Begins with `frame`, which is `loaded` or a part of it. `places` says where the frames
    /// before were cropped by attention, so that an animation stands still.
    VipsSteps(VipsImage loaded, VipsImage frame, Task task, Map<Integer, int[]> places) {
        this.loaded = loaded;
        this.image = frame;
        this.task = task;
        this.places = places;
    }

    /// What is to be done: `source` has the marks that the recipe names.
    record Task(Source source, int orientation, Recipe recipe, Limits limits) {}

    /// Where pixels come from: the decoder, line by line; costly steps; or memory.
    private enum State {
        FRESH,
        PENDING,
        SETTLED
    }

    /// How many times pixels are computed for this recipe, the last time while encoding.
    static int evaluations(Header header, Recipe recipe, int frames) {
        var state = turnsLines(header.orientation()) ? State.SETTLED : State.FRESH;
        int evaluations = state == State.SETTLED ? 2 : 1;
        for (var operation : recipe.operations()) {
            if (hasToSettle(operation, state)) {
                evaluations++;
                state = State.SETTLED;
            }
            state = after(operation, state);
        }
        return (evaluations - 1) * frames + 1;
    }

    /// The picture upright, then after every operation. `done` are the frames before, which stay.
    VipsImage all(List<VipsImage> before) {
        done = before;
        image = VipsColours.forWork(image);
        turnUpright(task.orientation);
        var operations = task.recipe.operations();
        for (int i = 0; i < operations.size(); i++) carryOut(i, operations.get(i));
        return image;
    }

    private void turnUpright(int orientation) {
        if (turnsLines(orientation)) settle();
        image = VipsMetadata.oriented(image, orientation).upright();
    }

    private void carryOut(int index, Operation operation) {
        if (hasToSettle(operation, state)) settle();
        var after = operation.sizeAfter(image.size());
        image =
                switch (operation) {
                    case Operation.Crop c -> image.crop(c.left(), c.top(), after);
                    case Operation.CropToAspect c ->
                            c.gravity() == Operation.Gravity.ATTENTION
                                    ? attentive(index, after)
                                    : placed(after, c.gravity());
                    case Operation.Resize r ->
                            r.fit() == Operation.Fit.COVER ? covering(after) : image.resize(after);
                    case Operation.Sharpen s -> image.sharpen(s.sigma(), s.amount());
                    case Operation.Blur b -> image.blur(b.sigma());
                    case Operation.Rotate r -> image.rotate(r.angle());
                    case Operation.Flip f -> image.flip(f.direction());
                    case Operation.Adjust a -> image.adjust(a);
                    case Operation.Grayscale _ -> VipsColours.grey(image);
                    case Operation.Watermark w -> VipsMarks.laid(image, w, task);
                };
        state = after(operation, state);
    }

    private void settle() {
        image = image.inMemory();
        // libvips goes on signalling through the image that was loaded
        var kept = new ArrayList<>(done);
        kept.add(loaded);
        kept.add(image);
        image.scope().release(kept);
        state = State.SETTLED;
    }

    private VipsImage placed(Size size, Operation.Gravity gravity) {
        var rect = gravity.place(size, image.size());
        return image.crop(rect.left(), rect.top(), size);
    }

    private VipsImage attentive(int index, Size size) {
        var place = places.computeIfAbsent(index, _ -> image.attention(size));
        return image.crop(place[0], place[1], size);
    }

    /// Scales until both sides of the box are filled, then cuts out its middle. What would be cut
    /// off is cut off before as far as it can be, so that extreme boxes stay within bounds.
    private VipsImage covering(Size box) {
        var in = image.size();
        double scale =
                Math.max(
                        (double) box.widthPx() / in.widthPx(),
                        (double) box.heightPx() / in.heightPx());
        var needed =
                new Size(
                        needed(in.widthPx(), box.widthPx(), scale),
                        needed(in.heightPx(), box.heightPx(), scale));
        image = placed(needed, Operation.Gravity.CENTER);
        var scaled =
                new Size(
                        Math.max(box.widthPx(), (int) Math.round(needed.widthPx() * scale)),
                        Math.max(box.heightPx(), (int) Math.round(needed.heightPx() * scale)));
        image = image.resize(scaled);
        return placed(box, Operation.Gravity.CENTER);
    }

    /// How many of `side` pixels in the middle matter for `box` scaled ones. Both ends lose alike.
    private static int needed(int side, int box, double scale) {
        double most = box / scale + 2 * KERNEL_PX / Math.min(1, scale);
        int spare = (int) Math.max(0, (side - most) / 2);
        return side - 2 * spare;
    }

    private static boolean hasToSettle(Operation operation, State state) {
        return switch (operation) {
            case Operation.Rotate r -> r.angle() != 0 && state != State.SETTLED;
            case Operation.Flip f ->
                    f.direction() == Operation.Direction.VERTICAL && state != State.SETTLED;
            case Operation.Sharpen s -> isBeyond(s.sigma(), state);
            case Operation.Blur b -> isBeyond(b.sigma(), state);
            case Operation.CropToAspect c ->
                    c.gravity() == Operation.Gravity.ATTENTION && state != State.SETTLED;
            // what is under the mark is read twice
            case Operation.Watermark _ -> state != State.SETTLED;
            case Operation.Crop _, Operation.Resize _, Operation.Adjust _, Operation.Grayscale _ ->
                    false;
        };
    }

    private static boolean isBeyond(double sigma, State state) {
        return state == State.PENDING || (state == State.FRESH && sigma > FRESH_SIGMA_MAX);
    }

    private static State after(Operation operation, State state) {
        return switch (operation) {
            case Operation.Sharpen _, Operation.Blur _, Operation.Resize _ -> State.PENDING;
            case Operation.Crop _,
                    Operation.CropToAspect _,
                    Operation.Rotate _,
                    Operation.Flip _,
                    Operation.Adjust _,
                    Operation.Grayscale _,
                    Operation.Watermark _ ->
                    state;
        };
    }

    /// Whether an orientation moves pixels from one line to another.
    private static boolean turnsLines(int orientation) {
        return orientation > 2;
    }
}
