package safelight.imaging;

import java.math.BigDecimal;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import safelight.base.Digest;

/// The operations of a job, in their order, and its output. Two recipes that mean the same have the
/// same {@link #canonical()} text, which together with the source digest and the engine's version
/// names a result.
public record Recipe(List<Operation> operations, Output output) {
    /// The most operations in one recipe.
    public static final int OPERATIONS_MAX = 20;

    /// The most watermarks among them: each photo is held in memory, and each text makes the key of
    /// a result longer.
    public static final int WATERMARKS_MAX = 4;

    /// The most frames that an animation keeps.
    public static final int FRAMES_MAX = 1_000;

    private static final int QUALITY_DIGITS_MAX = 3;
    private static final long PIXELS_PER_JOB = 1_000_000;
    private static final long PIXELS_PER_UNIT = 1_000;
    // libvips puts frames one below the other
    private static final long LINES_MAX = 10_000_000;
    private static final Set<String> OUTPUT = Set.of("quality", "lossless", "bestEffort");
    private static final Set<Object> CLAIMS = Set.of("true", "false");

    /// Copies the operations; more than {@link #OPERATIONS_MAX} are a {@link BadRecipe}.
    public Recipe {
        operations = List.copyOf(operations);
        if (operations.size() > OPERATIONS_MAX)
            throw BadRecipe.at(
                    "/operations",
                    "A job has at most %d operations, not %d."
                            .formatted(OPERATIONS_MAX, operations.size()));
        long marks = operations.stream().filter(Operation.Watermark.class::isInstance).count();
        if (marks > WATERMARKS_MAX)
            throw BadRecipe.at(
                    "/operations",
                    "A job has at most %d watermarks, not %d.".formatted(WATERMARKS_MAX, marks));
        for (var operation : operations)
            if (output.isLossless() && !Lossless.isFit(operation))
                throw Lossless.refusal(operation.op() + " changes pixels.");
    }

    /// The photos that are laid over the picture, by their digests.
    public Set<Digest> marks() {
        return operations.stream()
                .flatMap(
                        o -> o instanceof Operation.Watermark w ? Stream.of(w.mark()) : Stream.of())
                .flatMap(
                        m -> m instanceof Operation.Picture p ? Stream.of(p.digest()) : Stream.of())
                .collect(Collectors.toCollection(LinkedHashSet::new));
    }

    /// How many frames of a photo of `frames` frames reach the result: all, or the first one if the
    /// output is no animation, or if they were more than {@link #FRAMES_MAX} or than `limits` allow
    /// after any step.
    public int framesFor(Size photo, int frames, Limits limits) {
        if (frames > FRAMES_MAX || output.format() != Format.WEBP) return 1;
        var size = photo;
        for (var operation : operations) {
            size = operation.sizeAfter(size);
            if (size.pixels() * frames > limits.pixelsOut()) return 1;
            if ((long) size.heightPx() * frames > LINES_MAX) return 1;
        }
        return frames;
    }

    /// The size of the result for an upright photo of size `photo`.
    ///
    /// @throws BadRecipe at `/operations/N` if an operation does not fit, or a step has more pixels
    ///   than `limits` allow
    public Size sizeFor(Size photo, Limits limits) {
        var size = photo;
        for (int i = 0; i < operations.size(); i++) {
            var where = "/operations/" + i;
            try {
                size = operations.get(i).sizeAfter(size);
            } catch (BadRecipe e) {
                throw e.under(where);
            }
            if (size.pixels() > limits.pixelsOut())
                throw BadRecipe.at(
                        where,
                        "The result would have %s pixels; at most %d are allowed."
                                .formatted(size, limits.pixelsOut()));
        }
        return size;
    }

    /// What the recipe costs on an upright photo of this size that it fits, in thousandths of a
    /// megapixel that one operation works through: the pixels of decoding, of each operation (the
    /// larger of before and after), and of encoding; and a megapixel for what every job has
    /// besides.
    public long costFor(Size photo) {
        long pixels = PIXELS_PER_JOB + photo.pixels();
        var size = photo;
        for (var operation : operations) {
            var after = operation.sizeAfter(size);
            pixels += Math.max(size.pixels(), after.pixels());
            size = after;
        }
        return (pixels + size.pixels()) / PIXELS_PER_UNIT;
    }

    /// One line of text, for example
    /// `crop?left=0&top=0&width=9&height=9;blur?sigma=2>jpeg?quality=80`.
    public String canonical() {
        var steps = operations.stream().map(Recipe::canonical).collect(Collectors.joining(";"));
        var file = output.format().id() + "?quality=" + output.quality();
        return steps
                + ">"
                + file
                + (output.isLossless() ? "&lossless=true" : "")
                + (output.isBestEffort() ? "&bestEffort=true" : "");
    }

    /// Reads what {@link #canonical()} wrote.
    ///
    /// @throws BadRecipe if the text is anything else
    public static Recipe parse(String canonical) {
        var halves = canonical.split(">", -1);
        if (halves.length != 2) throw BadRecipe.at("", "Not a recipe: " + canonical);
        var operations = new ArrayList<Operation>();
        for (var text : halves[0].isEmpty() ? new String[0] : halves[0].split(";", -1)) {
            var step = Step.parse(text);
            operations.add(Operations.read(step.name, step.parameters));
        }
        return new Recipe(operations, output(Step.parse(halves[1])));
    }

    private static Output output(Step step) {
        var format = Format.byId(step.name);
        if (format.isEmpty()
                || !OUTPUT.containsAll(step.parameters.keySet())
                || !CLAIMS.contains(step.parameters.getOrDefault("lossless", "false"))
                || !CLAIMS.contains(step.parameters.getOrDefault("bestEffort", "false"))
                || !(step.parameters.get("quality") instanceof BigDecimal quality)
                || quality.scale() > 0
                || quality.precision() > QUALITY_DIGITS_MAX)
            throw BadRecipe.at("", "Not an output: " + step);
        return new Output(
                format.get(),
                quality.intValue(),
                "true".equals(step.parameters.get("lossless")),
                "true".equals(step.parameters.get("bestEffort")));
    }

    private static String canonical(Operation operation) {
        var parameters = operation.parameters();
        if (parameters.isEmpty()) return operation.op();
        return operation.op()
                + parameters.entrySet().stream()
                        .map(e -> e.getKey() + "=" + text(e.getValue()))
                        .collect(Collectors.joining("&", "?", ""));
    }

    private static String text(Object value) {
        if (value instanceof Number n)
            return new BigDecimal(n.toString()).stripTrailingZeros().toPlainString();
        var text = new StringBuilder();
        value.toString().codePoints().forEach(c -> text.append(escaped(c)));
        // what looks like a number would be read as one
        if (Step.NUMBER.matcher(text).matches())
            text.replace(0, 1, "%%%02X".formatted((int) text.charAt(0)));
        return text.toString();
    }

    /// Signs are escaped; letters of any script stay, so that the text is short.
    private static String escaped(int character) {
        var text = Character.toString(character);
        return character < 0x80 ? URLEncoder.encode(text, StandardCharsets.UTF_8) : text;
    }

    /// `name?key=value&key=value`, or `name`.
    private record Step(String name, Map<String, Object> parameters) {
        private static final Pattern NUMBER = Pattern.compile("-?\\d{1,20}(\\.\\d{1,40})?");

        static Step parse(String text) {
            int mark = text.indexOf('?');
            if (mark < 0) return new Step(text, Map.of());
            var map = new LinkedHashMap<String, Object>();
            if (mark == text.length() - 1) return new Step(text.substring(0, mark), map);
            for (var pair : text.substring(mark + 1).split("&", -1)) {
                int equals = pair.indexOf('=');
                if (equals < 0) throw BadRecipe.at("", "Not a parameter: " + pair);
                var name = pair.substring(0, equals);
                if (map.put(name, value(pair.substring(equals + 1))) != null)
                    throw BadRecipe.at("/" + name, "'" + name + "' is given twice.");
            }
            return new Step(text.substring(0, mark), map);
        }

        private static Object value(String text) {
            if (NUMBER.matcher(text).matches()) return new BigDecimal(text);
            try {
                return URLDecoder.decode(text, StandardCharsets.UTF_8);
            } catch (IllegalArgumentException _) {
                throw BadRecipe.at("", "Not a value: " + text);
            }
        }
    }
}
