package safelight.sessions.redis;

import io.lettuce.core.RedisChannelHandler;
import io.lettuce.core.RedisConnectionStateListener;
import io.lettuce.core.RedisException;
import io.lettuce.core.pubsub.RedisPubSubAdapter;
import safelight.base.Digest;
import safelight.sessions.SessionsChanged;
import safelight.sessions.SessionsUnavailable;

/// Word of changed sessions by Redis' publish and subscribe. The scripts publish in the same step
/// in which they change something, and Redis forgets who is not there to hear: hence `lost` as soon
/// as the connection is gone, and `resumed` only when Redis has confirmed a subscription.
final class RedisChanges implements SessionsChanged {
    private final Link link;

    RedisChanges(Link link) {
        this.link = link;
    }

    @Override
    public Listening listen(Listener listener) {
        listener.lost();
        try {
            var connection = link.listening();
            connection.addListener(
                    new RedisConnectionStateListener() {
                        @Override
                        public void onRedisDisconnected(RedisChannelHandler<?, ?> gone) {
                            listener.lost();
                        }
                    });
            connection.addListener(
                    new RedisPubSubAdapter<>() {
                        @Override
                        public void message(String channel, String id) {
                            listener.changed(new Digest(id));
                        }

                        @Override
                        public void subscribed(String channel, long count) {
                            listener.resumed();
                        }
                    });
            try {
                connection.sync().subscribe(Keys.CHANGED);
            } catch (RedisException e) {
                connection.close();
                throw e;
            }
            return connection::close;
        } catch (RedisException e) {
            throw new SessionsUnavailable("listen for changes", e);
        }
    }
}
