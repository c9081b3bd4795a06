package safelight.imaging;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Optional;
import java.util.SequencedMap;
import safelight.base.Digest;

/// One step of a {@link Recipe}, on the upright picture. Instances are valid by themselves; whether
/// a step fits a picture of a given size is what {@link #sizeAfter} says.
public sealed interface Operation {
    /// The longest side that anything may have, in pixels.
    int SIDE_MAX = 65_500;

    /// Cuts out a rectangle that lies wholly inside the picture.
    record Crop(int left, int top, int width, int height) implements Operation {}

    /// Cuts out the largest rectangle with these proportions (`16:9` is 16, 9), placed by gravity.
    record CropToAspect(int across, int down, Gravity gravity) implements Operation {}

    /// Scales to a width, a height, or a box; a missing side follows the proportions.
    record Resize(Optional<Integer> width, Optional<Integer> height, Fit fit)
            implements Operation {}

    /// Unsharp masking on luma: out = in + amount * (in - blur(in, sigma)).
    record Sharpen(double sigma, double amount) implements Operation {}

    /// Gaussian blur; sigma in pixels.
    record Blur(double sigma) implements Operation {}

    /// Turns clockwise by 90, 180 or 270 degrees.
    record Rotate(int angle) implements Operation {}

    /// Mirrors.
    record Flip(Direction direction) implements Operation {}

    /// Brighter, harder, more colourful; 1 changes nothing, samples run from 0 to 1 here. Every
    /// colour becomes `contrast * (brightness * colour - 0.5) + 0.5`; then its distance from the
    /// luma is multiplied by `saturation`. Nothing is clipped before the end.
    record Adjust(double brightness, double contrast, double saturation) implements Operation {}

    /// Keeps the luma only, in one channel.
    record Grayscale() implements Operation {}

    /// Lays a mark over the picture. `size` is a share of the picture: of its shorter side for the
    /// height of a text, of both its sides for the box that a photo fits into.
    record Watermark(Mark mark, Gravity gravity, double opacity, double size) implements Operation {
        /// Refuses a place that only the picture could tell.
        public Watermark {
            if (gravity == Gravity.ATTENTION)
                throw new IllegalArgumentException("a mark is put at a side or in the middle");
        }
    }

    /// What a watermark shows.
    sealed interface Mark {}

    /// One line in white with a dark shade around it.
    record Text(String text) implements Mark {}

    /// Another photo, upright, by the digest of its bytes.
    record Picture(Digest digest) implements Mark {}

    /// How a picture meets a box of both width and height: `CONTAIN` fits inside and keeps all of
    /// it, `COVER` fills the box and cuts the rest off around the middle, `FILL` stretches.
    enum Fit {
        CONTAIN,
        COVER,
        FILL
    }

    /// Which axis a flip mirrors across: `HORIZONTAL` swaps left and right.
    enum Direction {
        HORIZONTAL,
        VERTICAL
    }

    /// Where a smaller rectangle sits in a larger one. `ATTENTION` is wherever the picture draws
    /// the eye; that is known once its pixels are.
    enum Gravity {
        CENTER,
        NORTH,
        SOUTH,
        EAST,
        WEST,
        NORTHEAST,
        NORTHWEST,
        SOUTHEAST,
        SOUTHWEST,
        ATTENTION;

        /// How many of the `spare` columns are to the left of it.
        int left(int spare) {
            return switch (this) {
                case WEST, NORTHWEST, SOUTHWEST -> 0;
                case CENTER, NORTH, SOUTH, ATTENTION -> spare / 2;
                case EAST, NORTHEAST, SOUTHEAST -> spare;
            };
        }

        /// How many of the `spare` lines are above it.
        int top(int spare) {
            return switch (this) {
                case NORTH, NORTHEAST, NORTHWEST -> 0;
                case CENTER, EAST, WEST, ATTENTION -> spare / 2;
                case SOUTH, SOUTHEAST, SOUTHWEST -> spare;
            };
        }

        Rect place(Size inner, Size outer) {
            return new Rect(
                    left(outer.widthPx() - inner.widthPx()),
                    top(outer.heightPx() - inner.heightPx()),
                    inner.widthPx(),
                    inner.heightPx());
        }
    }

    /// The name in the API, for example `crop`.
    default String op() {
        return switch (this) {
            case Crop _, CropToAspect _ -> "crop";
            case Resize _ -> "resize";
            case Sharpen _ -> "sharpen";
            case Blur _ -> "blur";
            case Rotate _ -> "rotate";
            case Flip _ -> "flip";
            case Adjust _ -> "adjust";
            case Grayscale _ -> "grayscale";
            case Watermark _ -> "watermark";
        };
    }

    /// The parameters in their canonical order, defaults filled in: Integer, Double or String. A
    /// photo is named by its digest. {@link Operations#read} turns them back into an equal
    /// operation.
    default SequencedMap<String, Object> parameters() {
        var map = new LinkedHashMap<String, Object>();
        switch (this) {
            case Crop c -> {
                map.put("left", c.left);
                map.put("top", c.top);
                map.put("width", c.width);
                map.put("height", c.height);
            }
            case CropToAspect c -> {
                map.put("aspect", c.across + ":" + c.down);
                map.put("gravity", id(c.gravity));
            }
            case Resize r -> {
                r.width.ifPresent(w -> map.put("width", w));
                r.height.ifPresent(h -> map.put("height", h));
                map.put("fit", id(r.fit));
            }
            case Sharpen s -> {
                map.put("sigma", s.sigma);
                map.put("amount", s.amount);
            }
            case Blur b -> map.put("sigma", b.sigma);
            case Rotate r -> map.put("angle", r.angle);
            case Flip f -> map.put("direction", id(f.direction));
            case Adjust a -> {
                map.put("brightness", a.brightness);
                map.put("contrast", a.contrast);
                map.put("saturation", a.saturation);
            }
            case Grayscale _ -> {}
            case Watermark w -> {
                switch (w.mark) {
                    case Text t -> map.put("text", t.text);
                    case Picture p -> map.put("photo", p.digest.hex());
                }
                map.put("gravity", id(w.gravity));
                map.put("opacity", w.opacity);
                map.put("size", w.size);
            }
        }
        return map;
    }

    /// The size of the picture after this step.
    ///
    /// @throws BadRecipe if the step does not fit a picture of size `before`
    default Size sizeAfter(Size before) {
        return switch (this) {
            case Crop c -> cropped(c, before);
            case CropToAspect c -> aspect(c, before);
            case Resize r -> resized(r, before);
            case Rotate r -> r.angle % 180 == 0 ? before : before.turned();
            case Sharpen _, Blur _, Flip _, Adjust _, Grayscale _, Watermark _ -> before;
        };
    }

    private static Size cropped(Crop crop, Size in) {
        if ((long) crop.left + crop.width > in.widthPx()
                || (long) crop.top + crop.height > in.heightPx())
            throw BadRecipe.at(
                    "",
                    "The crop %dx%d+%d+%d reaches outside the picture, which is %s here."
                            .formatted(crop.width, crop.height, crop.left, crop.top, in));
        return new Size(crop.width, crop.height);
    }

    private static Size aspect(CropToAspect crop, Size in) {
        long byWidth = (long) in.widthPx() * crop.down / crop.across;
        if (byWidth <= in.heightPx()) return new Size(in.widthPx(), Math.max(1, (int) byWidth));
        return new Size(
                Math.max(1, (int) ((long) in.heightPx() * crop.across / crop.down)), in.heightPx());
    }

    private static Size resized(Resize resize, Size in) {
        if (resize.width.isPresent() && resize.height.isPresent()) {
            var box = new Size(resize.width.get(), resize.height.get());
            if (resize.fit != Fit.CONTAIN) return box;
            double scale =
                    Math.min(
                            (double) box.widthPx() / in.widthPx(),
                            (double) box.heightPx() / in.heightPx());
            return scaled(in, scale);
        }
        return resize.width
                .map(w -> new Size(w, side((double) w / in.widthPx() * in.heightPx())))
                .orElseGet(() -> {
                    int h = resize.height.orElseThrow();
                    return new Size(side((double) h / in.heightPx() * in.widthPx()), h);
                });
    }

    private static Size scaled(Size in, double scale) {
        return new Size(side(in.widthPx() * scale), side(in.heightPx() * scale));
    }

    private static int side(double px) {
        if (px > SIDE_MAX)
            throw BadRecipe.at("", "The result would be longer than " + SIDE_MAX + " pixels.");
        return Math.max(1, (int) Math.round(px));
    }

    private static String id(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }
}
