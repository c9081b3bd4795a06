package safelight.cql;

import java.util.List;

/// One statement of a batch with its parameters.
public record Change(String cql, List<Object> parameters) {
    /// Copies the parameters.
    public Change {
        parameters = List.copyOf(parameters);
    }

    /// The statement with these parameters, in the order of its question marks.
    public static Change of(String cql, Object... parameters) {
        return new Change(cql, List.of(parameters));
    }
}
