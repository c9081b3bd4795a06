package safelight.catalog.sql;

import safelight.catalog.CatalogUnavailable;
import safelight.sql.Wording;

/// The catalog's words for what a database says.
final class CatalogWording {
    static final Wording WORDS =
            (what, trouble) ->
                    trouble.isFull()
                            ? CatalogUnavailable.full(trouble.cause())
                            : CatalogUnavailable.during(what, trouble.cause());

    private CatalogWording() {}
}
