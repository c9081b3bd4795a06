/// Port: durable jobs, acknowledged, at least once; job events as a topic.
@NullMarked
package safelight.queue;

import org.jspecify.annotations.NullMarked;
