package safelight.catalog.cassandra;

import safelight.catalog.CatalogUnavailable;
import safelight.cql.Wording;

/// The catalog's words for what a cluster says.
final class CatalogWording {
    static final Wording WORDS = CatalogUnavailable::during;

    private CatalogWording() {}
}
