package safelight.imaging;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/// A picture in libvips, not computed until its end needs it. Lives as long as its scope; every
/// operation gives a new one.
record VipsImage(VipsScope scope, MemorySegment pointer) {
    static final int SRGB = 22;

    private static final int RGB16 = 25;
    private static final int GREY16 = 26;
    private static final int BLACK_WHITE = 1;
    private static final int CMYK = 15;
    private static final int UCHAR = 0;
    private static final int USHORT = 2;
    private static final int PRECISION_INTEGER = 0;
    private static final int PRECISION_FLOAT = 1;
    private static final int LANCZOS3 = 5;
    private static final int RELATIVE = 1;
    private static final double SMALLEST_TAP = 0.02;
    // a narrower blur has too few taps for them to be coarse
    private static final double WHOLE_SIGMA_MIN = 1.25;
    private static final double[] LUMA = {0.299, 0.587, 0.114};

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
        return sharp.with(alpha, "vips_bandjoin2");
    }

    /// All three are linear in the colours together.
    VipsImage adjust(Operation.Adjust adjust) {
        if (!hasAlpha()) return adjustedColours(adjust);
        int colours = bands() - 1;
        var adjusted = bandsFrom(0, colours).adjustedColours(adjust);
        return adjusted.with(bandsFrom(colours, 1), "vips_bandjoin2");
    }

    private VipsImage adjustedColours(Operation.Adjust adjust) {
        double factor = adjust.brightness() * adjust.contrast();
        double middle = isDeep() ? 32_767.5 : 127.5;
        double offset = middle * (1 - adjust.contrast());
        var mixed = bands() < 3 ? this : saturated(adjust.saturation());
        return mixed.with(call -> call.real(factor).real(offset), "vips_linear1").rounded(format());
    }

    private VipsImage saturated(double by) {
        if (by == 1) return this;
        var matrix = new double[9];
        for (int i = 0; i < 9; i++) matrix[i] = (1 - by) * LUMA[i % 3] + (i % 4 == 0 ? by : 0);
        return with(call -> call.pointer(scope.matrix(3, matrix).pointer), "vips_recomb");
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

    /// 16 bits a sample to 8.
    VipsImage shallow() {
        if (!isDeep()) return this;
        return toSpace(bands() <= 2 ? BLACK_WHITE : SRGB);
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
        var mixed = step.on(with(call -> call, "vips_premultiply"));
        return mixed.with(call -> call, "vips_unpremultiply").rounded(format());
    }

    private VipsImage blurred(double sigma) {
        if (format() == UCHAR && sigma >= WHOLE_SIGMA_MIN)
            return convolved(GaussMask.of(sigma, SMALLEST_TAP));
        return soft(sigma).rounded(format());
    }

    /// In whole numbers, rounded after each direction; libvips has vector code for that.
    private VipsImage convolved(int[] mask) {
        var row = scope.row(Arrays.stream(mask).asDoubleStream().toArray());
        row.call("vips_image_set_double").text("scale").real(Arrays.stream(mask).sum()).go();
        return with(
                call -> call.pointer(row.pointer).option("precision", PRECISION_INTEGER),
                "vips_convsep");
    }

    private VipsImage soft(double sigma) {
        return with(
                call ->
                        call.real(sigma)
                                .option("min_ampl", SMALLEST_TAP)
                                .option("precision", PRECISION_FLOAT),
                "vips_gaussblur");
    }

    private VipsImage sharpenedColours(double sigma, double amount) {
        var luma =
                bands() < 3
                        ? this
                        : with(call -> call.pointer(scope.row(LUMA).pointer), "vips_recomb");
        var soft = luma.soft(sigma);
        // the half rounds: casts cut off
        var delta =
                luma.with(soft, "vips_subtract")
                        .with(call -> call.real(amount).real(0.5), "vips_linear1");
        int format = format();
        return with(delta, "vips_add").with(call -> call.whole(format), "vips_cast");
    }

    /// Clipped and rounded to whole samples again.
    private VipsImage rounded(int format) {
        if (format() == format) return this;
        if (format == UCHAR)
            return with(call -> call.real(1).real(0.5).option("uchar", 1), "vips_linear1");
        var raised = with(call -> call.real(1).real(0.5), "vips_linear1");
        return raised.with(call -> call.whole(format), "vips_cast");
    }

    private int format() {
        return number("vips_image_get_format");
    }

    private int interpretation() {
        return number("vips_image_get_interpretation");
    }

    private int number(String field) {
        return scope.library().number(field, pointer);
    }
}
