/// Feature: an installation as files, and back.
@NullMarked
package safelight.archive;

import org.jspecify.annotations.NullMarked;
