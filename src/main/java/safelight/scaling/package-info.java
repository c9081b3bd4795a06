/// How many instances there should be: pure rules over what was seen, without clock or storage.
@NullMarked
package safelight.scaling;

import org.jspecify.annotations.NullMarked;
