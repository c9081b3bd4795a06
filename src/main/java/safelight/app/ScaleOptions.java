package safelight.app;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/// How many instances, as options.
final class ScaleOptions {
    @Option(
            names = "--web",
            paramLabel = "FROM..TO",
            converter = Range.Reader.class,
            description = "Web servers: sets autoscaler.web-least and autoscaler.web-most.")
    private @Nullable Range web;

    @Option(
            names = "--workers",
            paramLabel = "FROM..TO",
            converter = Range.Reader.class,
            description = {
                "Workers: sets autoscaler.workers-least and autoscaler.workers-most.",
                "From 0: none while there is no work."
            })
    private @Nullable Range workers;

    /// A count, or from one to another.
    record Range(int from, int to) {
        /// Reads `2..6` or `2`.
        static final class Reader implements ITypeConverter<Range> {
            private static final Pattern SHAPE = Pattern.compile("(\\d{1,4})(?:\\.\\.(\\d{1,4}))?");

            @Override
            public Range convert(String text) {
                var match = SHAPE.matcher(text);
                if (!match.matches())
                    throw new TypeConversionException("'%s' is not like 2..6".formatted(text));
                int from = Integer.parseInt(match.group(1));
                int to = match.group(2) == null ? from : Integer.parseInt(match.group(2));
                if (to < Math.max(1, from))
                    throw new TypeConversionException(
                            "'%s' does not go up to 1 or more".formatted(text));
                return new Range(from, to);
            }
        }
    }

    /// What they set.
    Map<String, String> settings() {
        var set = new LinkedHashMap<String, String>();
        if (web != null) {
            set.put("autoscaler.web-least", Integer.toString(web.from));
            set.put("autoscaler.web-most", Integer.toString(web.to));
        }
        if (workers != null) {
            set.put("autoscaler.workers-least", Integer.toString(workers.from));
            set.put("autoscaler.workers-most", Integer.toString(workers.to));
        }
        return set;
    }
}
