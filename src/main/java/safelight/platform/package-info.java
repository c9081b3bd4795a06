/// Port: start and stop instances; tell the load balancer.
@NullMarked
package safelight.platform;

import org.jspecify.annotations.NullMarked;
