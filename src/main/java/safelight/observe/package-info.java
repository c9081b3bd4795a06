/// Meters and health checks.
@NullMarked
package safelight.observe;

import org.jspecify.annotations.NullMarked;
