/// Arithmetic on 8-bit planes in native memory: blur, sharpen, resize, turn; no picture formats.
@NullMarked
package safelight.planes;

import org.jspecify.annotations.NullMarked;
