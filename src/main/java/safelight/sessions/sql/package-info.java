/// Engine: sessions in SQL.
@NullMarked
package safelight.sessions.sql;

import org.jspecify.annotations.NullMarked;
