/// A recipe applied to bytes; no clock, no network, no storage.
@NullMarked
package safelight.imaging;

import org.jspecify.annotations.NullMarked;
