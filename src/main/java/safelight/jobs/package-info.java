/// Accept, relay, sweep, carry out, retry, cancel.
@NullMarked
package safelight.jobs;

import org.jspecify.annotations.NullMarked;
