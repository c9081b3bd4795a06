/// Engine: sessions in Redis.
@NullMarked
package safelight.sessions.redis;

import org.jspecify.annotations.NullMarked;
