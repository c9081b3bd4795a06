/// Which data center a client is sent to: pure rules, no clock, no network, no storage.
@NullMarked
package safelight.steering;

import org.jspecify.annotations.NullMarked;
