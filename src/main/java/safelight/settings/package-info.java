/// Defaults, file, environment and options into typed values; refuses unknown keys.
@NullMarked
package safelight.settings;

import org.jspecify.annotations.NullMarked;
