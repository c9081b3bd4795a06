/// The catalog in Apache Cassandra, for several data centers.
@NullMarked
package safelight.catalog.cassandra;

import org.jspecify.annotations.NullMarked;
