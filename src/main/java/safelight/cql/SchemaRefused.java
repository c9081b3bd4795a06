package safelight.cql;

import safelight.base.Failure;
import safelight.base.Problem;

/// The keyspace's schema is not the one that this release works with; nothing was changed.
public final class SchemaRefused extends Failure {
    private static final long serialVersionUID = 1L;

    SchemaRefused(String sentence) {
        super(problem(sentence));
    }

    SchemaRefused(String sentence, Throwable cause) {
        super(problem(sentence), cause);
    }

    private static Problem problem(String sentence) {
        return Problem.of(
                "SL-CQL-01", 503, "The keyspace does not fit this release of Safelight", sentence);
    }
}
