/// The idioms that the Cassandra engines share: session, prepared statements, schema.
@NullMarked
package safelight.cql;

import org.jspecify.annotations.NullMarked;
