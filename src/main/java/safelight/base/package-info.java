/// Words every package shares: ids, byte sizes, backoff, and the problem that every failure
/// carries.
@NullMarked
package safelight.base;

import org.jspecify.annotations.NullMarked;
