package safelight.imaging;

import java.util.Optional;

/// Crops, turns and mirrors a JPEG without decoding its pixels. What is coded as one, a square of 8
/// or 16 pixels a side, cannot be parted: a crop has to begin between two of them, and a mirrored
/// side has to be made of whole ones.
final class Lossless {
    private static final String WHERE = "/output/lossless";

    private Lossless() {}

    /// Where the result lies in the whole picture, turned.
    record Cut(Turn turn, Rect rect) {}

    /// Whether a recipe may ask for it with this operation.
    static boolean isFit(Operation operation) {
        return switch (operation) {
            case Operation.CropToAspect c -> c.gravity() != Operation.Gravity.ATTENTION;
            case Operation.Crop _, Operation.Rotate _, Operation.Flip _ -> true;
            case Operation.Resize _,
                    Operation.Sharpen _,
                    Operation.Blur _,
                    Operation.Adjust _,
                    Operation.Grayscale _,
                    Operation.Watermark _ ->
                    false;
        };
    }

    /// The refusal of something that needs pixels.
    static BadRecipe refusal(String why) {
        return BadRecipe.at(WHERE, "This cannot be done without loss: " + why);
    }

    /// The result's bytes.
    ///
    /// @throws BadRecipe if the photo or the recipe does not allow it, and why
    static byte[] edit(Turbo library, Slabs slabs, Source source, Header header, Recipe recipe) {
        var parts = JpegParts.read(source.view());
        if (!parts.isPlain()) throw refusal("the photo is coded in a way that is seldom used.");
        try {
            var head = library.head(source.segment());
            var cut = cut(head, header.orientation(), recipe);
            if (cut.turn.equals(Turn.NONE) && !cut.rect.equals(Rect.all(head.size()))) {
                var quick = cropped(slabs, source, parts, cut.rect);
                if (quick.isPresent()) return quick.get();
            }
            long most = Plan.fileMost(cut.rect.size());
            return slabs.with(
                    most,
                    slab -> {
                        var out = slab.allocate(most, 1);
                        long length = library.transform(source.segment(), cut.turn, cut.rect, out);
                        return JpegDress.dressed(out.asSlice(0, length), parts);
                    });
        } catch (TurboFault e) {
            throw refusal(e.getMessage() + ".");
        }
    }

    /// Empty if the photo is not coded in the way that can be cut.
    private static Optional<byte[]> cropped(
            Slabs slabs, Source source, JpegParts parts, Rect rect) {
        try {
            var scan = JpegScan.read(source.view());
            return Optional.of(
                    slabs.with(
                            JpegCut.bytes(source.size(), rect),
                            slab -> JpegDress.dressed(JpegCut.cut(scan, rect, slab), parts)));
        } catch (TurboFault | BadPhoto _) {
            return Optional.empty();
        }
    }

    /// What to do with a photo of this kind.
    static Cut cut(Turbo.Head head, int orientation, Recipe recipe) {
        var pose = Pose.all(head.size()).then(Turn.upright(orientation));
        for (var operation : recipe.operations()) pose = Plan.moved(pose, operation).orElseThrow();
        var turn = pose.turn();
        var size = turn.of(head.size());
        var rect = turn.redo(pose.cut(), head.size());
        int across = turn.transposed() ? head.sampling().unitDown() : head.sampling().unitAcross();
        int down = turn.transposed() ? head.sampling().unitAcross() : head.sampling().unitDown();
        if (turn.across()) refuseParts("width", size.widthPx(), across);
        if (turn.down()) refuseParts("height", size.heightPx(), down);
        refuseBetween("left", rect.left(), across);
        refuseBetween("top", rect.top(), down);
        return new Cut(turn, rect);
    }

    private static void refuseParts(String side, int px, int unit) {
        if (px % unit != 0)
            throw refusal(
                    "a photo is turned in squares, and its %s, %d, is no multiple of %d."
                            .formatted(side, px, unit));
    }

    private static void refuseBetween(String edge, int px, int unit) {
        int below = px / unit * unit;
        if (px != below)
            throw refusal(
                    "the %s edge of the result is at %d of the turned photo; it has to be at a"
                                    .formatted(edge, px)
                            + " multiple of %d, such as %d or %d."
                                    .formatted(unit, below, below + unit));
    }
}
