/// Port: immutable bytes under their digest.
@NullMarked
package safelight.blobs;

import org.jspecify.annotations.NullMarked;
