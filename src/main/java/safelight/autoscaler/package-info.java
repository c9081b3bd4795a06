/// Role: traffic into instance counts.
@NullMarked
package safelight.autoscaler;

import org.jspecify.annotations.NullMarked;
