package safelight.cql;

import com.datastax.oss.driver.api.core.CqlSession;
import com.datastax.oss.driver.api.core.config.DefaultDriverOption;
import com.datastax.oss.driver.api.core.config.DriverConfigLoader;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;

/// How the driver is set up: answers or failures within five seconds, every statement at
/// LOCAL_QUORUM, conditions at LOCAL_SERIAL unless they say otherwise, little memory. Write
/// timestamps come from the nodes, whose clocks agree, and not from this process, whose clock may
/// be minutes off.
final class Driver {
    static final Patience PATIENCE =
            new Patience(Duration.ofSeconds(4), Duration.ofSeconds(3), Duration.ofSeconds(2));

    private static final Duration SCHEMA_MOST = Duration.ofSeconds(20);
    private static final Duration AGREEMENT_MOST = Duration.ofSeconds(30);
    private static final Duration RECONNECT_FIRST = Duration.ofMillis(500);
    private static final Duration RECONNECT_MOST = Duration.ofSeconds(5);
    private static final Duration HEARTBEAT_EVERY = Duration.ofSeconds(5);

    private Driver() {}

    /// How long a request may take, connecting, and the answer on a connection on which nothing has
    /// been said for a while.
    record Patience(Duration answer, Duration connect, Duration heartbeat) {
        Patience withAnswer(Duration most) {
            return new Patience(most, connect, heartbeat);
        }
    }

    /// A session in the keyspace.
    static CqlSession inKeyspace(CqlAccess access, Patience patience) {
        return session(access, patience, true).withKeyspace(access.keyspace()).build();
    }

    /// A session for changes of the schema, which may take longer. Whose turn it is is agreed on by
    /// all data centers.
    static CqlSession forSchema(CqlAccess access) {
        return session(access, PATIENCE.withAnswer(SCHEMA_MOST), false).build();
    }

    private static com.datastax.oss.driver.api.core.CqlSessionBuilder session(
            CqlAccess access, Patience patience, boolean isRouting) {
        var builder =
                CqlSession.builder()
                        .withConfigLoader(config(access, patience, isRouting))
                        .withLocalDatacenter(access.dataCenter());
        access.contactPoints().forEach(point -> builder.addContactPoint(address(point)));
        if (!access.user().isEmpty()) builder.withAuthCredentials(access.user(), access.password());
        return builder;
    }

    private static InetSocketAddress address(String point) {
        int colon = point.lastIndexOf(':');
        return new InetSocketAddress(
                point.substring(0, colon), Integer.parseInt(point.substring(colon + 1)));
    }

    private static DriverConfigLoader config(
            CqlAccess access, Patience patience, boolean isRouting) {
        return DriverConfigLoader.programmaticBuilder(Driver.class.getClassLoader())
                .withDuration(DefaultDriverOption.REQUEST_TIMEOUT, patience.answer)
                .withString(DefaultDriverOption.REQUEST_CONSISTENCY, "LOCAL_QUORUM")
                .withString(
                        DefaultDriverOption.REQUEST_SERIAL_CONSISTENCY,
                        isRouting ? "LOCAL_SERIAL" : "SERIAL")
                .withString(
                        DefaultDriverOption.TIMESTAMP_GENERATOR_CLASS,
                        "ServerSideTimestampGenerator")
                .withDuration(DefaultDriverOption.CONNECTION_CONNECT_TIMEOUT, patience.connect)
                .withDuration(DefaultDriverOption.CONNECTION_INIT_QUERY_TIMEOUT, patience.connect)
                .withDuration(DefaultDriverOption.CONNECTION_SET_KEYSPACE_TIMEOUT, patience.connect)
                .withDuration(DefaultDriverOption.CONTROL_CONNECTION_TIMEOUT, patience.connect)
                .withDuration(
                        DefaultDriverOption.CONTROL_CONNECTION_AGREEMENT_TIMEOUT, AGREEMENT_MOST)
                .withInt(DefaultDriverOption.CONNECTION_POOL_LOCAL_SIZE, 1)
                .withDuration(DefaultDriverOption.RECONNECTION_BASE_DELAY, RECONNECT_FIRST)
                .withDuration(DefaultDriverOption.RECONNECTION_MAX_DELAY, RECONNECT_MOST)
                .withDuration(DefaultDriverOption.HEARTBEAT_INTERVAL, HEARTBEAT_EVERY)
                .withDuration(DefaultDriverOption.HEARTBEAT_TIMEOUT, patience.heartbeat)
                // Where rows are is known from the schema; changing it needs no such knowledge.
                .withBoolean(DefaultDriverOption.METADATA_SCHEMA_ENABLED, isRouting)
                .withStringList(
                        DefaultDriverOption.METADATA_SCHEMA_REFRESHED_KEYSPACES,
                        List.of(access.keyspace()))
                .withDuration(DefaultDriverOption.CONFIG_RELOAD_INTERVAL, Duration.ZERO)
                .withBoolean(DefaultDriverOption.RESOLVE_CONTACT_POINTS, true)
                .withString(DefaultDriverOption.METRICS_FACTORY_CLASS, "NoopMetricsFactory")
                .withInt(DefaultDriverOption.NETTY_IO_SIZE, 1)
                .withInt(DefaultDriverOption.NETTY_ADMIN_SIZE, 1)
                .withBoolean(DefaultDriverOption.NETTY_DAEMON, true)
                .withDuration(DefaultDriverOption.NETTY_TIMER_TICK_DURATION, Duration.ofMillis(100))
                .withInt(DefaultDriverOption.NETTY_IO_SHUTDOWN_QUIET_PERIOD, 0)
                .withInt(DefaultDriverOption.NETTY_ADMIN_SHUTDOWN_QUIET_PERIOD, 0)
                .withString(DefaultDriverOption.SESSION_NAME, "safelight-" + access.keyspace())
                .build();
    }
}
