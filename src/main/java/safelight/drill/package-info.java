/// Fault drills: what is done to an installation, what was seen meanwhile, and whether it kept its
/// promises. Pure but for the history's file and the tunnel; `app` starts the processes.
@NullMarked
package safelight.drill;

import org.jspecify.annotations.NullMarked;
