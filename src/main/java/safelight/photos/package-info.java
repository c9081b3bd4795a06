/// Upload, list, delete.
@NullMarked
package safelight.photos;

import org.jspecify.annotations.NullMarked;
