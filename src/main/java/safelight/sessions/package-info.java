/// Port: who is signed in, until when.
@NullMarked
package safelight.sessions;

import org.jspecify.annotations.NullMarked;
