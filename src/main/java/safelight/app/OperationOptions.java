package safelight.app;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Stack;
import java.util.regex.Pattern;
import picocli.CommandLine;
import picocli.CommandLine.IParameterConsumer;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import safelight.imaging.BadRecipe;
import safelight.imaging.Operation;
import safelight.imaging.Operations;

/// The options that are operations. They count in the order in which the command line names them,
/// as often as it does.
@SuppressWarnings("unused") // picocli reads the fields; the consumer keeps their order
final class OperationOptions {
    private static final String NUMBER = "(\\d{1,9}(?:\\.\\d{1,9})?)";
    private static final Pattern RECTANGLE =
            Pattern.compile("(\\d{1,9})x(\\d{1,9})\\+(\\d{1,9})\\+(\\d{1,9})");
    private static final Pattern ASPECT = Pattern.compile("(\\d+:\\d+)(?::([a-z]+))?");
    private static final Pattern BOX = Pattern.compile("(\\d{1,9})?x(\\d{1,9})?(?::([a-z]+))?");
    private static final Pattern PAIR = Pattern.compile(NUMBER + "(?:," + NUMBER + ")?");

    @Option(
            names = "--crop",
            paramLabel = "WxH+LEFT+TOP|W:H",
            parameterConsumer = InOrder.class,
            description = {
                "Cut out a rectangle, or the largest one of these",
                "proportions: 16:9, 1:1:north"
            })
    private List<String> crop = List.of();

    @Option(
            names = "--resize",
            paramLabel = "WxH[:FIT]",
            parameterConsumer = InOrder.class,
            description = {
                "Scale: 800x600 fits inside, 800x600:cover fills and",
                "cuts, 800x600:fill stretches; 800x or x600 follow"
            })
    private List<String> resize = List.of();

    @Option(
            names = "--sharpen",
            paramLabel = "SIGMA[,AMOUNT]",
            parameterConsumer = InOrder.class,
            description = "Unsharp masking, amount 1 unless given")
    private List<String> sharpen = List.of();

    @Option(
            names = "--blur",
            paramLabel = "SIGMA",
            parameterConsumer = InOrder.class,
            description = "Gaussian blur, sigma in pixels")
    private List<String> blur = List.of();

    @Option(
            names = "--rotate",
            paramLabel = "ANGLE",
            parameterConsumer = InOrder.class,
            description = "Clockwise by 90, 180 or 270 degrees")
    private List<String> rotate = List.of();

    @Option(
            names = "--flip",
            paramLabel = "DIRECTION",
            parameterConsumer = InOrder.class,
            description = "Mirror: horizontal or vertical")
    private List<String> flip = List.of();

    @Option(
            names = "--adjust",
            paramLabel = "B[,C[,S]]",
            parameterConsumer = InOrder.class,
            description = "Factors of brightness, contrast, saturation; 1,1,0 is grey")
    private List<String> adjust = List.of();

    private final List<Operation> operations = new ArrayList<>();

    /// The operations in the order of the command line; forgets them, for the next run.
    List<Operation> take() {
        var taken = List.copyOf(operations);
        operations.clear();
        return taken;
    }

    /// Collects each option's value when picocli comes by it.
    private static final class InOrder implements IParameterConsumer {
        @Override
        public void consumeParameters(Stack<String> args, ArgSpec arg, CommandSpec command) {
            var option = ((CommandLine.Model.OptionSpec) arg).longestName();
            var line = command.commandLine();
            if (args.isEmpty()) throw new ParameterException(line, option + " needs a value");
            var value = args.pop();
            try {
                var operation = operation(option.substring(2), value);
                for (var mixin : command.mixins().values())
                    if (mixin.userObject() instanceof OperationOptions options)
                        options.operations.add(operation);
            } catch (BadRecipe e) {
                throw new ParameterException(
                        line, "%s %s: %s".formatted(option, value, e.problem().detail()));
            } catch (IllegalArgumentException e) {
                throw new ParameterException(
                        line, "%s %s: %s".formatted(option, value, e.getMessage()));
            }
        }
    }

    private static Operation operation(String op, String value) {
        return Operations.read(
                op,
                switch (op) {
                    case "crop" -> crop(value);
                    case "resize" -> resize(value);
                    case "sharpen" -> sharpen(value);
                    case "blur" -> Map.of("sigma", number(value));
                    case "rotate" -> Map.of("angle", number(value));
                    case "flip" -> Map.of("direction", value);
                    case "adjust" -> adjust(value);
                    default -> throw new IllegalStateException("no option for " + op);
                });
    }

    private static Map<String, Object> adjust(String value) {
        var names = List.of("brightness", "contrast", "saturation");
        var factors = List.of(value.split(",", -1));
        if (factors.size() > names.size())
            throw new IllegalArgumentException("looks like 1.1 or 1.1,0.9 or 1,1,0");
        var map = new LinkedHashMap<String, Object>();
        for (int i = 0; i < factors.size(); i++) map.put(names.get(i), number(factors.get(i)));
        return map;
    }

    private static Map<String, Object> crop(String value) {
        var rectangle = RECTANGLE.matcher(value);
        if (rectangle.matches())
            return Map.of(
                    "width", number(rectangle.group(1)),
                    "height", number(rectangle.group(2)),
                    "left", number(rectangle.group(3)),
                    "top", number(rectangle.group(4)));
        var aspect = ASPECT.matcher(value);
        if (!aspect.matches())
            throw new IllegalArgumentException("looks like 1600x1200+200+200 or 16:9");
        var map = new LinkedHashMap<String, Object>();
        map.put("aspect", aspect.group(1));
        if (aspect.group(2) != null) map.put("gravity", aspect.group(2));
        return map;
    }

    private static Map<String, Object> resize(String value) {
        var box = BOX.matcher(value);
        if (!box.matches())
            throw new IllegalArgumentException("looks like 800x600, 800x, x600 or 800x600:cover");
        var map = new LinkedHashMap<String, Object>();
        if (box.group(1) != null) map.put("width", number(box.group(1)));
        if (box.group(2) != null) map.put("height", number(box.group(2)));
        if (box.group(3) != null) map.put("fit", box.group(3));
        return map;
    }

    private static Map<String, Object> sharpen(String value) {
        var pair = PAIR.matcher(value);
        if (!pair.matches()) throw new IllegalArgumentException("looks like 1 or 1,0.5");
        var map = new LinkedHashMap<String, Object>();
        map.put("sigma", number(pair.group(1)));
        if (pair.group(2) != null) map.put("amount", number(pair.group(2)));
        return map;
    }

    private static double number(String value) {
        try {
            return Double.parseDouble(value);
        } catch (NumberFormatException _) {
            throw new IllegalArgumentException("is not a number");
        }
    }
}
