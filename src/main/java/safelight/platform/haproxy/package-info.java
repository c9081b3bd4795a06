/// Engine: HAProxy's configuration file and runtime socket.
@NullMarked
package safelight.platform.haproxy;

import org.jspecify.annotations.NullMarked;
