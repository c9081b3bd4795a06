/// Engine: blobs as files in a directory tree, fsynced.
@NullMarked
package safelight.blobs.files;

import org.jspecify.annotations.NullMarked;
