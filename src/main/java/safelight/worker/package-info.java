/// Role: takes jobs, bounds how many run, acknowledges or retries.
@NullMarked
package safelight.worker;

import org.jspecify.annotations.NullMarked;
