/// Engine: the catalog in SQL.
@NullMarked
package safelight.catalog.sql;

import org.jspecify.annotations.NullMarked;
