package safelight.imaging;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/// A picture in libvips, not computed until its end needs it. Lives as long as its scope; every
/// operation gives a new one.
record VipsImage(VipsScope scope, MemorySegment pointer) {
    static final int SRGB = 22;

    private static final int RGB16 = 25;
    private static final int GREY16 = 26;
    static final int BLACK_WHITE = 1;
    private static final int CMYK = 15;
    private static final int UCHAR = 0;
    private static final int USHORT = 2;
    private static final int PRECISION_INTEGER = 0;
    private static final int PRECISION_FLOAT = 1;
    private static final int LANCZOS3 = 5;
    private static final int RELATIVE = 1;
    private static final double SMALLEST_TAP = 0.02;
    private static final double SMALLEST_TAP_DEEP = 0.001;
    // a narrower blur has too few taps for them to be coarse
    private static final double WHOLE_SIGMA_MIN = 1.25;
    private static final int ATTENTION = 3;
    private static final double DEPTHS = 65_535 / 255;

    Size size() {
        return new Size(number("vips_image_get_width"), number("vips_image_get_height"));
    }

    int bands() {
        return number("vips_image_get_bands");
    }

    boolean hasAlpha() {
        return number("vips_image_hasalpha") != 0;
    }

    boolean isCmyk() {
        return interpretation() == CMYK;
    }

    boolean isRgb() {
        int space = interpretation();
        return space == SRGB || space == RGB16;
    }

    boolean isDeep() {
        return format() == USHORT;
    }

    /// Whether its samples are what operations and savers expect: 8 or 16 bits, grey or RGB.
    boolean isPlain() {
        int space = interpretation();
        boolean grey = space == BLACK_WHITE || space == GREY16;
        return (grey || space == SRGB || space == RGB16)
                && (format() == UCHAR || format() == USHORT);
    }

    VipsImage crop(int left, int top, Size size) {
        if (size.equals(size())) return this;
        return with(
                call -> call.whole(left).whole(top).whole(size.widthPx()).whole(size.heightPx()),
                "vips_extract_area");
    }

    VipsImage rotate(int angle) {
        return with(call -> call.whole(angle / 90), "vips_rot");
    }

    VipsImage flip(Operation.Direction direction) {
        int code =
                switch (direction) {
                    case HORIZONTAL -> 0;
                    case VERTICAL -> 1;
                };
        return with(call -> call.whole(code), "vips_flip");
    }

    /// Turns by the orientation in the metadata and removes it.
    VipsImage upright() {
        return with(call -> call, "vips_autorot");
    }

    /// Computes what there is so far: its pixels can be read in any order afterwards.
    VipsImage inMemory() {
        var copy = scope.library().pointer("vips_image_copy_memory", pointer);
        if (copy.address() == 0)
            throw new VipsFault("vips_image_copy_memory", scope.library().takeMessage());
        return scope.own(copy);
    }

    /// Scales to exactly `to`: down with Lanczos 3, up bicubic.
    VipsImage resize(Size to) {
        var from = size();
        if (to.equals(from)) return this;
        double across = (double) to.widthPx() / from.widthPx();
        double down = (double) to.heightPx() / from.heightPx();
        return weighted(image ->
                image.with(
                        call -> call.real(across).option("vscale", down).option("kernel", LANCZOS3),
                        "vips_resize"));
    }

    VipsImage blur(double sigma) {
        return weighted(image -> image.blurred(sigma));
    }

    /// Adds `amount` times the difference to the blurred luma to every colour alike.
    VipsImage sharpen(double sigma, double amount) {
        if (!hasAlpha()) return sharpenedColours(sigma, amount);
        int colours = bands() - 1;
        var alpha = bandsFrom(colours, 1);
        var sharp = bandsFrom(0, colours).sharpenedColours(sigma, amount);
        return sharp.joined(alpha);
    }

    VipsImage toSpace(int space) {
        return with(call -> call.whole(space), "vips_colourspace");
    }

    /// To sRGB by the embedded profile, or by libvips' own CMYK one.
    VipsImage cmykToSrgb() {
        return with(
                call ->
                        call.text("srgb")
                                .option("embedded", 1)
                                .option("input_profile", "cmyk")
                                .option("intent", RELATIVE),
                "vips_icc_transform");
    }

    /// To sRGB by the embedded profile, with as many bits a sample as before.
    VipsImage rgbToSrgb() {
        int bits = isDeep() ? 16 : 8;
        return with(
                call ->
                        call.text("srgb")
                                .option("embedded", 1)
                                .option("intent", RELATIVE)
                                .option("depth", bits),
                "vips_icc_transform");
    }

    /// Colours of sRGB as the profile of `other` writes them, with as many bits as before.
    VipsImage throughProfileOf(VipsImage other) {
        int bits = isDeep() ? 16 : 8;
        var seen =
                with(
                        call -> call.option("input_profile", "srgb").option("intent", RELATIVE),
                        "vips_icc_import");
        return VipsMetadata.profiled(seen, other)
                .with(
                        call -> call.option("intent", RELATIVE).option("depth", bits),
                        "vips_icc_export");
    }

    /// 16 bits a sample to 8. libvips' own conversion cuts off.
    VipsImage shallow() {
        if (!isDeep()) return this;
        return scaled(1 / DEPTHS, 0, UCHAR).interpreted(bands() <= 2 ? BLACK_WHITE : SRGB);
    }

    /// 8 bits a sample to 16, white to white.
    VipsImage deep() {
        if (isDeep()) return this;
        return scaled(DEPTHS, 0, USHORT).interpreted(bands() <= 2 ? GREY16 : RGB16);
    }

    /// Grey in three equal channels.
    VipsImage threefold() {
        int space = isDeep() ? RGB16 : SRGB;
        if (!hasAlpha()) return repeated(3).interpreted(space);
        return bandsFrom(0, 1).repeated(3).joined(bandsFrom(1, 1)).interpreted(space);
    }

    /// The luma of three channels, in one.
    VipsImage luminous() {
        return VipsColours.luma(this)
                .rounded(format())
                .interpreted(isDeep() ? GREY16 : BLACK_WHITE);
    }

    /// The place of the part of this size that draws the eye: left and top.
    int[] attention(Size size) {
        var part =
                with(
                        call ->
                                call.whole(size.widthPx())
                                        .whole(size.heightPx())
                                        .option("interesting", ATTENTION),
                        "vips_smartcrop");
        return new int[] {
            -part.number("vips_image_get_xoffset"), -part.number("vips_image_get_yoffset")
        };
    }

    VipsImage adjust(Operation.Adjust by) {
        if (!hasAlpha()) return adjustedColours(by);
        int colours = bands() - 1;
        return bandsFrom(0, colours).adjustedColours(by).joined(bandsFrom(colours, 1));
    }

    private VipsImage adjustedColours(Operation.Adjust by) {
        double factor = by.contrast() * by.brightness();
        double shift = (1 - by.contrast()) / 2 * most();
        if (bands() < 3 || by.saturation() == 1) return scaled(factor, shift, format());
        return recombined(3, VipsColours.saturating(factor, by.saturation()))
                .scaled(1, shift, format());
    }

    /// The largest sample.
    double most() {
        return isDeep() ? 65_535 : 255;
    }

    /// In floating point, unless it is.
    VipsImage linear(double factor, double shift) {
        return with(call -> call.real(factor).real(shift), "vips_linear1");
    }

    VipsImage times(VipsImage other) {
        return with(other, "vips_multiply");
    }

    VipsImage plus(VipsImage other) {
        return with(other, "vips_add");
    }

    VipsImage minus(VipsImage other) {
        return with(other, "vips_subtract");
    }

    /// Channels of this one, then those of the other.
    VipsImage joined(VipsImage other) {
        return with(other, "vips_bandjoin2");
    }

    /// One channel, so many times.
    VipsImage repeated(int times) {
        var all = this;
        for (int i = 1; i < times; i++) all = all.joined(this);
        return all;
    }

    /// With black around it.
    VipsImage embedded(int aroundPx) {
        var size = size();
        return with(
                call ->
                        call.whole(aroundPx)
                                .whole(aroundPx)
                                .whole(size.widthPx() + 2 * aroundPx)
                                .whole(size.heightPx() + 2 * aroundPx),
                "vips_embed");
    }

    /// With `part` in place of what was there.
    VipsImage inserted(VipsImage part, int left, int top) {
        return scope.image(out ->
                scope.library()
                        .call("vips_insert")
                        .pointer(pointer)
                        .pointer(part.pointer)
                        .pointer(out)
                        .whole(left)
                        .whole(top)
                        .run());
    }

    VipsImage premultiplied() {
        return with(call -> call, "vips_premultiply");
    }

    VipsImage unpremultiplied() {
        return with(call -> call, "vips_unpremultiply");
    }

    /// The same samples, taken for colours of the other one's space.
    VipsImage as(VipsImage other) {
        return interpreted(other.interpretation());
    }

    /// Each channel of the result is a sum of `matrix`, a row for each, over those of this one.
    VipsImage recombined(int rows, double... matrix) {
        return with(call -> call.pointer(scope.matrix(rows, matrix).pointer), "vips_recomb");
    }

    VipsImage onWhite() {
        if (!hasAlpha()) return this;
        return with(call -> call.option("background", scope.array(255)), "vips_flatten");
    }

    VipsImage bytes() {
        return with(call -> call.whole(UCHAR), "vips_cast");
    }

    VipsImage bandsFrom(int first, int count) {
        return with(call -> call.whole(first).option("n", count), "vips_extract_band");
    }

    VipsImage copy() {
        return with(call -> call, "vips_copy");
    }

    /// Whether there is such a metadata field.
    boolean has(String field) {
        return call("vips_image_get_typeof").text(field).number() != 0;
    }

    /// Begins a call of a plain function on this image.
    VipsCall call(String function) {
        return scope.library().call(function).pointer(pointer);
    }

    /// The arguments of an operation after its image and its result.
    @FunctionalInterface
    interface Arguments {
        VipsCall on(VipsCall call);
    }

    /// The result of an operation on this image.
    VipsImage with(Arguments arguments, String operation) {
        return scope.image(out ->
                arguments.on(scope.library().call(operation).pointer(pointer).pointer(out)).run());
    }

    /// The result of an operation on this image and another.
    private VipsImage with(VipsImage other, String operation) {
        return scope.image(out ->
                scope.library()
                        .call(operation)
                        .pointer(pointer)
                        .pointer(other.pointer)
                        .pointer(out)
                        .run());
    }

    /// What an operation on images does.
    @FunctionalInterface
    private interface Step {
        VipsImage on(VipsImage image);
    }

    /// Colours weigh by their alpha where neighbours are mixed; else what is transparent bleeds.
    private VipsImage weighted(Step step) {
        if (!hasAlpha()) return step.on(this);
        return step.on(premultiplied()).unpremultiplied().rounded(format());
    }

    private VipsImage blurred(double sigma) {
        if (format() == UCHAR && sigma >= WHOLE_SIGMA_MIN)
            return convolved(GaussMask.of(sigma, SMALLEST_TAP));
        return soft(sigma).rounded(format());
    }

    /// In whole numbers, rounded after each direction; libvips has vector code for that.
    private VipsImage convolved(int[] mask) {
        var row = scope.matrix(1, Arrays.stream(mask).asDoubleStream().toArray());
        row.call("vips_image_set_double").text("scale").real(Arrays.stream(mask).sum()).go();
        return with(
                call -> call.pointer(row.pointer).option("precision", PRECISION_INTEGER),
                "vips_convsep");
    }

    VipsImage soft(double sigma) {
        return soft(sigma, isDeep() ? SMALLEST_TAP_DEEP : SMALLEST_TAP);
    }

    private VipsImage soft(double sigma, double smallest) {
        return with(
                call ->
                        call.real(sigma)
                                .option("min_ampl", smallest)
                                .option("precision", PRECISION_FLOAT),
                "vips_gaussblur");
    }

    private VipsImage sharpenedColours(double sigma, double amount) {
        var luma = VipsColours.luma(this);
        var soft = luma.soft(sigma, isDeep() ? SMALLEST_TAP_DEEP : SMALLEST_TAP);
        // the half rounds: casts cut off
        var delta =
                luma.with(soft, "vips_subtract")
                        .with(call -> call.real(amount).real(0.5), "vips_linear1");
        int format = format();
        return with(delta, "vips_add").with(call -> call.whole(format), "vips_cast");
    }

    /// Clipped and rounded to whole samples again.
    VipsImage rounded(int format) {
        return format() == format ? this : scaled(1, 0, format);
    }

    /// Multiplied, shifted, then clipped and rounded. The half rounds: casts cut off.
    private VipsImage scaled(double factor, double shift, int format) {
        if (format == UCHAR)
            return with(
                    call -> call.real(factor).real(shift + 0.5).option("uchar", 1), "vips_linear1");
        return linear(factor, shift + 0.5).with(call -> call.whole(format), "vips_cast");
    }

    int format() {
        return number("vips_image_get_format");
    }

    VipsImage interpreted(int space) {
        return with(call -> call.option("interpretation", space), "vips_copy");
    }

    private int interpretation() {
        return number("vips_image_get_interpretation");
    }

    private int number(String field) {
        return scope.library().number(field, pointer);
    }
}
