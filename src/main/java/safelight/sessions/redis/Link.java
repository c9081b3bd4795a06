package safelight.sessions.redis;

import io.lettuce.core.ClientOptions;
import io.lettuce.core.MaintNotificationsConfig;
import io.lettuce.core.RedisChannelWriter;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisCommandTimeoutException;
import io.lettuce.core.RedisException;
import io.lettuce.core.RedisFuture;
import io.lettuce.core.RedisNoScriptException;
import io.lettuce.core.RedisReactiveCommandsImpl;
import io.lettuce.core.RedisURI;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.SocketOptions;
import io.lettuce.core.StatefulRedisConnectionImpl;
import io.lettuce.core.TimeoutOptions;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.async.RedisAsyncCommands;
import io.lettuce.core.api.sync.RedisCommands;
import io.lettuce.core.codec.RedisCodec;
import io.lettuce.core.event.Event;
import io.lettuce.core.event.EventBus;
import io.lettuce.core.metrics.CommandLatencyRecorder;
import io.lettuce.core.protocol.PushHandler;
import io.lettuce.core.resource.ClientResources;
import io.lettuce.core.resource.Delay;
import io.lettuce.core.resource.NettyCustomizer;
import io.netty.channel.Channel;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.handler.flush.FlushConsolidationHandler;
import io.netty.resolver.DefaultAddressResolverGroup;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import safelight.sessions.SessionsUnavailable;

/// One connection to Redis that all threads share. Commands of many threads go out one behind the
/// other without waiting for answers. It comes back by itself; until then every call fails at once.
final class Link implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(RedisSessions.class);
    private static final Duration ANSWER_MOST = Duration.ofSeconds(2);
    private static final Duration STOP_MOST = Duration.ofSeconds(2);
    private static final Duration RECONNECT_LEAST = Duration.ofMillis(50);
    private static final Duration RECONNECT_MOST = Duration.ofSeconds(1);
    private static final Duration PROBE_EVERY = Duration.ofSeconds(5);
    private static final int PROBES = 3;
    private static final int THREADS = 2;

    /// Commands of many threads that go out in one piece.
    private static final int TOGETHER_MOST = 256;

    /// What may wait for its answer at once, before Redis counts as too slow.
    private static final int WAITING_MOST = 10_000;

    /// A host that vanished closes no connection, and TCP alone would try for minutes.
    private static final int SILENCES_MOST = 3;

    private final ChannelGroup channels = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);
    private final AtomicInteger silences = new AtomicInteger();
    private final ClientResources resources;
    private final RedisClient client;
    private final StatefulRedisConnection<String, String> connection;
    private final RedisAsyncCommands<String, String> commands;
    private final Map<Script, String> hashes;

    /// @throws SessionsUnavailable if Redis does not answer
    Link(RedisAccess access) {
        resources =
                ClientResources.builder()
                        .ioThreadPoolSize(THREADS)
                        .computationThreadPoolSize(THREADS)
                        .addressResolverGroup(DefaultAddressResolverGroup.INSTANCE)
                        .nettyCustomizer(new Noting(channels))
                        .eventBus(new Unheard())
                        .commandLatencyRecorder(CommandLatencyRecorder.disabled())
                        .reconnectDelay(
                                Delay.fullJitter(
                                        RECONNECT_LEAST,
                                        RECONNECT_MOST,
                                        RECONNECT_LEAST.toMillis(),
                                        TimeUnit.MILLISECONDS))
                        .build();
        var uri = access.uri();
        uri.setTimeout(ANSWER_MOST);
        uri.setClientName("safelight");
        client = new AsyncClient(resources, uri);
        client.setOptions(options());
        try {
            connection = client.connect();
        } catch (RedisException e) {
            stop();
            throw new SessionsUnavailable("connect to " + access, e);
        }
        commands = connection.async();
        hashes =
                Arrays.stream(Script.values())
                        .collect(Collectors.toMap(s -> s, s -> commands.digest(s.lua())));
    }

    /// What Redis answers to a command.
    <T> T call(String what, Function<RedisAsyncCommands<String, String>, RedisFuture<T>> command) {
        try {
            return await(command.apply(commands));
        } catch (RedisException e) {
            throw new SessionsUnavailable(what, e);
        }
    }

    /// The list that Redis answers to a script. It has that by hash, but for the first time after
    /// its start.
    List<Object> run(String what, Script script, String[] keys, String... values) {
        var list = ScriptOutputType.MULTI;
        try {
            return await(commands.evalsha(hashes.get(script), list, keys, values));
        } catch (RedisNoScriptException _) {
            return call(what, c -> c.eval(script.lua(), list, keys, values));
        } catch (RedisException e) {
            throw new SessionsUnavailable(what, e);
        }
    }

    /// Idempotent, and bounded.
    @Override
    public void close() {
        stop();
    }

    private void stop() {
        client.shutdown(Duration.ZERO, STOP_MOST);
        Future<Boolean> stopped =
                resources.shutdown(0, STOP_MOST.toMillis(), TimeUnit.MILLISECONDS);
        try {
            stopped.get(STOP_MOST.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            LOG.atWarn().setCause(e).log("redis client did not stop cleanly");
        }
    }

    private <T> T await(RedisFuture<T> answer) {
        try {
            T value = answer.toCompletableFuture().join();
            if (silences.get() > 0) silences.set(0);
            return value;
        } catch (CompletionException e) {
            if (e.getCause() instanceof RedisCommandTimeoutException
                    && silences.incrementAndGet() % SILENCES_MOST == 0) cut();
            throw e.getCause() instanceof RedisException known ? known : new RedisException(e);
        } catch (CancellationException e) {
            throw new RedisException(e);
        }
    }

    /// Both connections; they come back by themselves.
    private void cut() {
        LOG.atWarn().log("redis does not answer: connecting anew");
        var _ = channels.close();
    }

    /// Nobody listens to the client's events, and a bus that works would load more of Reactor.
    private record Unheard() implements EventBus {
        @Override
        public Flux<Event> get() {
            return Flux.never();
        }

        @Override
        public void publish(Event event) {}
    }

    /// Knows the connections that are open, so that they can be cut.
    private record Noting(ChannelGroup channels) implements NettyCustomizer {
        @Override
        public void afterChannelInitialized(Channel channel) {
            channels.add(channel);
            channel.pipeline().addFirst(new FlushConsolidationHandler(TOGETHER_MOST, true));
        }
    }

    /// Makes connections that have asynchronous commands only. The others cost each web server some
    /// megabytes: a proxy of a thousand methods, and half of Reactor.
    private static final class AsyncClient extends RedisClient {
        AsyncClient(ClientResources resources, RedisURI uri) {
            super(resources, uri);
        }

        @Override
        protected <K, V> StatefulRedisConnectionImpl<K, V> newStatefulRedisConnection(
                RedisChannelWriter writer,
                PushHandler pushHandler,
                RedisCodec<K, V> codec,
                Duration timeout) {
            return new AsyncConnection<>(writer, pushHandler, codec, timeout);
        }
    }

    /// Has no other commands than `async()`.
    private static final class AsyncConnection<K, V> extends StatefulRedisConnectionImpl<K, V> {
        AsyncConnection(
                RedisChannelWriter writer,
                PushHandler pushHandler,
                RedisCodec<K, V> codec,
                Duration timeout) {
            super(writer, pushHandler, codec, timeout);
        }

        @Override
        protected @Nullable RedisCommands<K, V> newRedisSyncCommandsImpl() {
            return null;
        }

        @Override
        protected @Nullable RedisReactiveCommandsImpl<K, V> newRedisReactiveCommandsImpl() {
            return null;
        }
    }

    private static ClientOptions options() {
        var alive =
                SocketOptions.KeepAliveOptions.builder()
                        .enable()
                        .idle(PROBE_EVERY)
                        .interval(PROBE_EVERY)
                        .count(PROBES)
                        .build();
        return ClientOptions.builder()
                .disconnectedBehavior(ClientOptions.DisconnectedBehavior.REJECT_COMMANDS)
                .requestQueueSize(WAITING_MOST)
                .timeoutOptions(TimeoutOptions.enabled(ANSWER_MOST))
                .maintNotificationsConfig(MaintNotificationsConfig.disabled())
                .socketOptions(
                        SocketOptions.builder()
                                .connectTimeout(ANSWER_MOST)
                                .keepAlive(alive)
                                .build())
                .build();
    }
}
