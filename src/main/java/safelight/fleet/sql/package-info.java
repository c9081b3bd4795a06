/// Engine: leases in SQL.
@NullMarked
package safelight.fleet.sql;

import org.jspecify.annotations.NullMarked;
