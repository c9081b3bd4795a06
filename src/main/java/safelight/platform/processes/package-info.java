/// Engine: child processes of this host.
@NullMarked
package safelight.platform.processes;

import org.jspecify.annotations.NullMarked;
