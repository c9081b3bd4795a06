/// The idioms that the SQL engines share: pool, group commit, migration.
@NullMarked
package safelight.sql;

import org.jspecify.annotations.NullMarked;
