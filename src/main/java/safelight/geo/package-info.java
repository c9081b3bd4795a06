/// Networks and the places that they are at, compiled so that a look-up is one read.
@NullMarked
package safelight.geo;

import org.jspecify.annotations.NullMarked;
