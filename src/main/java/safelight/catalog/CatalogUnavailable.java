package safelight.catalog;

import safelight.base.Failure;
import safelight.base.Problem;

/// The catalog does not answer or is full; nothing that it had confirmed is lost.
public final class CatalogUnavailable extends Failure {
    private static final long serialVersionUID = 1L;

    private CatalogUnavailable(Problem problem, Throwable cause) {
        super(problem, cause);
    }

    /// While doing `what`.
    public static CatalogUnavailable during(String what, Throwable cause) {
        return new CatalogUnavailable(
                Problem.passing(
                        "SL-CATALOG-01",
                        503,
                        "Storage is not available",
                        "The catalog failed to " + what + ". Try again in a moment."),
                cause);
    }

    /// No room for the row.
    public static CatalogUnavailable full(Throwable cause) {
        return new CatalogUnavailable(
                Problem.passing(
                        "SL-CATALOG-02",
                        507,
                        "Storage is full",
                        "There is no room left in the catalog. Nothing was changed; free some space"
                                + " and send it again."),
                cause);
    }
}
