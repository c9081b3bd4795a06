/// Leases in Apache Cassandra.
@NullMarked
package safelight.fleet.cassandra;

import org.jspecify.annotations.NullMarked;
