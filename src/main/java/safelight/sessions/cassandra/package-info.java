/// Sessions in Apache Cassandra.
@NullMarked
package safelight.sessions.cassandra;

import org.jspecify.annotations.NullMarked;
