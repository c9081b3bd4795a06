package safelight.imaging;

import java.math.BigDecimal;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiFunction;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// Reads an {@link Operation} from a name and named values, whatever they came from: JSON, a
/// command line or a canonical recipe. Numbers are any {@link Number}, the rest are strings.
public final class Operations {
    /// Every name that {@link #read} knows, in the order in which to explain them.
    public static final List<String> NAMES =
            List.of("crop", "resize", "sharpen", "blur", "rotate", "flip", "adjust", "grayscale");

    private static final double SIGMA_MAX = 100;
    private static final double SIGMA_MIN = 0.1;
    private static final double AMOUNT_MAX = 10;
    private static final double FACTOR_MAX = 4;
    private static final Pattern ASPECT = Pattern.compile("(\\d{1,4}):(\\d{1,4})");

    private Operations() {}

    /// The operation `op` with these parameters.
    ///
    /// @throws BadRecipe at `/op` if there is no such operation, or at `/NAME` if that parameter is
    ///   missing, unknown, of the wrong type or out of range
    public static Operation read(String op, Map<String, ?> parameters) {
        return switch (op) {
            case "crop" -> crop(new Values(op, parameters));
            case "resize" -> resize(new Values(op, parameters));
            case "sharpen" -> sharpen(new Values(op, parameters));
            case "blur" -> blur(new Values(op, parameters));
            case "rotate" -> rotate(new Values(op, parameters));
            case "flip" -> flip(new Values(op, parameters));
            case "adjust" -> adjust(new Values(op, parameters));
            case "grayscale" -> grayscale(new Values(op, parameters));
            default ->
                    throw BadRecipe.at(
                            "/op",
                            "There is no operation '%s'; there are %s."
                                    .formatted(op, String.join(", ", NAMES)));
        };
    }

    private static Operation crop(Values in) {
        if (in.has("aspect") || in.has("gravity")) {
            in.only("aspect", "gravity");
            var aspect = ASPECT.matcher(in.text("aspect"));
            if (!aspect.matches() || aspect.group(1).matches("0+") || aspect.group(2).matches("0+"))
                throw in.wrong("aspect", "is two whole numbers like 16:9");
            return new Operation.CropToAspect(
                    Integer.parseInt(aspect.group(1)),
                    Integer.parseInt(aspect.group(2)),
                    in.choice("gravity", Operation.Gravity.CENTER));
        }
        in.only("left", "top", "width", "height");
        return new Operation.Crop(
                in.whole("left", 0, Operation.SIDE_MAX),
                in.whole("top", 0, Operation.SIDE_MAX),
                in.whole("width", 1, Operation.SIDE_MAX),
                in.whole("height", 1, Operation.SIDE_MAX));
    }

    private static Operation resize(Values in) {
        in.only("width", "height", "fit");
        if (!in.has("width") && !in.has("height"))
            throw in.wrong("width", "or height has to be given");
        BiFunction<String, Values, Optional<Integer>> side =
                (name, from) ->
                        from.has(name)
                                ? Optional.of(from.whole(name, 1, Operation.SIDE_MAX))
                                : Optional.empty();
        return new Operation.Resize(
                side.apply("width", in),
                side.apply("height", in),
                in.choice("fit", Operation.Fit.CONTAIN));
    }

    private static Operation sharpen(Values in) {
        in.only("sigma", "amount");
        return new Operation.Sharpen(
                in.has("sigma") ? in.number("sigma", SIGMA_MIN, SIGMA_MAX) : 1,
                in.has("amount") ? in.number("amount", 0, AMOUNT_MAX) : 1);
    }

    private static Operation blur(Values in) {
        in.only("sigma");
        return new Operation.Blur(in.number("sigma", SIGMA_MIN, SIGMA_MAX));
    }

    private static Operation rotate(Values in) {
        in.only("angle");
        int angle = in.whole("angle", -270, 360);
        if (angle % 90 != 0) throw in.wrong("angle", "is a multiple of 90");
        return new Operation.Rotate(Math.floorMod(angle, 360));
    }

    private static Operation flip(Values in) {
        in.only("direction");
        return new Operation.Flip(in.choice("direction", Operation.Direction.HORIZONTAL));
    }

    private static Operation adjust(Values in) {
        in.only("brightness", "contrast", "saturation");
        return new Operation.Adjust(
                in.has("brightness") ? in.number("brightness", 0, FACTOR_MAX) : 1,
                in.has("contrast") ? in.number("contrast", 0, FACTOR_MAX) : 1,
                in.has("saturation") ? in.number("saturation", 0, FACTOR_MAX) : 1);
    }

    private static Operation grayscale(Values in) {
        in.only();
        return new Operation.Grayscale();
    }

    /// Typed, bounded access to named values.
    private record Values(String op, Map<String, ?> map) {
        boolean has(String name) {
            return map.containsKey(name);
        }

        void only(String... known) {
            Set<String> extra = new TreeSet<>(map.keySet());
            extra.removeAll(Set.of(known));
            for (var name : extra)
                throw BadRecipe.at(
                        "/" + name,
                        "'%s' has no '%s'; it has %s."
                                .formatted(
                                        op,
                                        name,
                                        known.length == 0
                                                ? "no parameters"
                                                : String.join(", ", known)));
        }

        int whole(String name, int least, int most) {
            double value = number(name, least, most);
            if (value != Math.rint(value)) throw wrong(name, "is a whole number");
            return (int) value;
        }

        double number(String name, double least, double most) {
            if (!(map.get(name) instanceof Number number))
                throw wrong(name, has(name) ? "is a number" : "is missing");
            double value = number.doubleValue();
            if (!(value >= least && value <= most))
                throw wrong(
                        name,
                        "lies between %s and %s, not %s"
                                .formatted(plain(least), plain(most), plain(value)));
            return value;
        }

        String text(String name) {
            if (!(map.get(name) instanceof String text))
                throw wrong(name, has(name) ? "is a text" : "is missing");
            return text;
        }

        <E extends Enum<E>> E choice(String name, E otherwise) {
            if (!has(name)) return otherwise;
            var text = text(name);
            var all = otherwise.getDeclaringClass().getEnumConstants();
            return Arrays.stream(all)
                    .filter(e -> e.name().toLowerCase(Locale.ROOT).equals(text))
                    .findFirst()
                    .orElseThrow(() ->
                            wrong(
                                    name,
                                    "is one of "
                                            + Arrays.stream(all)
                                                    .map(e -> e.name().toLowerCase(Locale.ROOT))
                                                    .collect(Collectors.joining(", "))));
        }

        BadRecipe wrong(String name, String claim) {
            return BadRecipe.at("/" + name, "'%s' of %s %s.".formatted(name, op, claim));
        }

        private static String plain(double value) {
            return Double.isFinite(value)
                    ? BigDecimal.valueOf(value).stripTrailingZeros().toPlainString()
                    : Double.toString(value);
        }
    }
}
