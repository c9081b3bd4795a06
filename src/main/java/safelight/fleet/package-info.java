/// Port: instances and their leases.
@NullMarked
package safelight.fleet;

import org.jspecify.annotations.NullMarked;
