import java.util.Map;
import java.util.TreeMap;

/// `--name value` pairs over defaults; whatever has no default is refused.
final class Options {
    private final Map<String, String> values;

    Options(Map<String, String> defaults, String... arguments) {
        values = new TreeMap<>(defaults);
        for (int i = 0; i < arguments.length; i += 2) {
            var name = arguments[i].replaceFirst("^--", "");
            if (!values.containsKey(name) || i + 1 == arguments.length)
                throw new IllegalArgumentException(arguments[i] + " is none of, or lacks a value: "
                        + values.keySet());
            values.put(name, arguments[i + 1]);
        }
    }

    String text(String name) {
        return values.get(name);
    }

    int number(String name) {
        return Integer.parseInt(values.get(name));
    }
}
