package safelight.imaging;

/// Lays a watermark over a picture. Only the part under the mark is computed anew, in floating
/// point with colours weighed by their alpha, and rounded once.
final class VipsMarks {
    private static final double MARGIN = 0.02;
    private static final String FONT = "sans";
    private static final int TRIAL_PX = 32;
    // dots are pixels when an inch has as many of them as of points
    private static final int DOTS = 72;
    private static final double SHADE = 0.7;
    private static final double SHADE_WIDTH = 0.1;

    private final VipsImage base;
    private final Operation.Watermark wanted;
    private final int margin;

    private VipsMarks(VipsImage base, Operation.Watermark wanted) {
        this.base = base;
        this.wanted = wanted;
        this.margin = (int) Math.round(MARGIN * shorter(base.size()));
    }

    /// A mark: its colours, each times its alpha, and its alpha, all from 0 to 1.
    private record Layer(VipsImage colours, VipsImage alpha) {
        Layer faded(double opacity) {
            return new Layer(colours.linear(opacity, 0), alpha.linear(opacity, 0));
        }
    }

    /// The picture with the mark on it; the task's source has the photo that it may be.
    static VipsImage laid(VipsImage picture, Operation.Watermark wanted, VipsSteps.Task task) {
        return switch (wanted.mark()) {
            case Operation.Text(var text) -> {
                var marks = new VipsMarks(picture, wanted);
                yield marks.blended(marks.written(text));
            }
            case Operation.Picture(var digest) -> {
                var mark = opened(picture.scope(), task.source().mark(digest), task.limits());
                boolean colours = mark.isRgb() && !picture.isRgb();
                var base = colours ? VipsColours.inSrgb(picture) : picture;
                var marks = new VipsMarks(base, wanted);
                yield marks.blended(marks.shown(mark));
            }
        };
    }

    private static VipsImage opened(VipsScope scope, Source photo, Limits limits) {
        var header = Header.read(photo, limits);
        var loaded = VipsFiles.load(scope, photo.segment(), header.format(), 1);
        if (header.orientation() > 1) loaded = loaded.inMemory();
        return VipsColours.forWork(VipsMetadata.oriented(loaded, header.orientation()).upright());
    }

    private VipsImage blended(Layer mark) {
        var size = mark.alpha.size();
        int left = place(base.size().widthPx() - size.widthPx(), true);
        int top = place(base.size().heightPx() - size.heightPx(), false);
        var under = base.crop(left, top, size);
        var layer = mark.faded(wanted.opacity());
        return base.inserted(over(layer, under), left, top);
    }

    private VipsImage over(Layer mark, VipsImage under) {
        double most = base.most();
        var through = mark.alpha.linear(-1, 1);
        var colours = mark.colours.linear(most, 0);
        if (!under.hasAlpha()) return under.times(through).plus(colours).rounded(base.format());
        int bands = base.bands() - 1;
        var all = colours.bands() == bands ? colours : colours.repeated(bands);
        return under.premultiplied()
                .times(through)
                .plus(all.joined(mark.alpha.linear(most, 0)))
                .as(base)
                .unpremultiplied()
                .rounded(base.format());
    }

    /// A mark that fills the side has no room for margins.
    private int place(int spare, boolean across) {
        int edge = Math.min(margin, spare / 2);
        int within = spare - 2 * edge;
        return edge + (across ? wanted.gravity().left(within) : wanted.gravity().top(within));
    }

    private Layer shown(VipsImage mark) {
        var in = mark.size();
        var out = base.size();
        double scale =
                Math.min(
                        wanted.size() * out.widthPx() / in.widthPx(),
                        wanted.size() * out.heightPx() / in.heightPx());
        var size = new Size(side(in.widthPx() * scale), side(in.heightPx() * scale));
        var ready = VipsColours.like(mark.resize(size), base).inMemory();
        double most = ready.most();
        if (!ready.hasAlpha())
            return new Layer(ready.linear(1 / most, 0), ready.bandsFrom(0, 1).linear(0, 1));
        int colours = ready.bands() - 1;
        var weighed = ready.premultiplied();
        return new Layer(
                weighed.bandsFrom(0, colours).linear(1 / most, 0),
                weighed.bandsFrom(colours, 1).linear(1 / most, 0));
    }

    /// Bounded by the picture before anything large is drawn.
    private Layer written(String text) {
        var trial = drawn(text, TRIAL_PX).size();
        var room =
                new Size(
                        side(base.size().widthPx() - 2 * margin),
                        side(base.size().heightPx() - 2 * margin));
        double scale =
                Math.min(
                        wanted.size() * shorter(base.size()) / TRIAL_PX,
                        Math.min(
                                (double) room.widthPx() / trial.widthPx(),
                                (double) room.heightPx() / trial.heightPx()));
        int heightPx = side(TRIAL_PX * scale);
        int around = Math.max(1, (int) Math.round(heightPx * SHADE_WIDTH));
        var letters = drawn(text, heightPx).embedded(around).linear(1 / 255.0, 0);
        var shade = letters.soft(around / 2.0).linear(SHADE, 0);
        var alpha = letters.plus(shade).minus(letters.times(shade));
        return new Layer(fitted(letters), fitted(alpha));
    }

    /// A hair too large, at most.
    private VipsImage fitted(VipsImage mark) {
        var size = mark.size();
        return mark.crop(
                        0,
                        0,
                        new Size(
                                Math.min(size.widthPx(), base.size().widthPx()),
                                Math.min(size.heightPx(), base.size().heightPx())))
                .inMemory();
    }

    /// Where letters are, from 0 to 255. The library would read markup.
    private VipsImage drawn(String text, int heightPx) {
        var plain =
                text.replace("&", "&amp;")
                        .replace("<", "&lt;")
                        .replace(">", "&gt;")
                        .replace("'", "&#39;")
                        .replace("\"", "&quot;");
        var scope = base.scope();
        try {
            return scope.image(out ->
                    scope.library()
                            .call("vips_text")
                            .pointer(out)
                            .text(plain)
                            .option("font", FONT + " " + heightPx)
                            .option("dpi", DOTS)
                            .run());
        } catch (VipsFault e) {
            throw BadRecipe.at(
                    "/operations",
                    "The text '%s' cannot be drawn: %s.".formatted(text, e.reason()));
        }
    }

    private static int shorter(Size size) {
        return Math.min(size.widthPx(), size.heightPx());
    }

    private static int side(double px) {
        return Math.max(1, (int) Math.floor(px));
    }
}
