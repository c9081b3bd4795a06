/// Engine: Apache Artemis, in the process or over the network, by JMS.
@NullMarked
package safelight.queue.artemis;

import org.jspecify.annotations.NullMarked;
