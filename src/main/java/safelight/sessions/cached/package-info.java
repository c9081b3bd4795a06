/// Engine: copies of another engine's sessions, for seconds.
@NullMarked
package safelight.sessions.cached;

import org.jspecify.annotations.NullMarked;
