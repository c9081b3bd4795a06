package safelight.web;

import java.io.IOException;
import java.net.BindException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.eclipse.jetty.compression.gzip.GzipCompression;
import org.eclipse.jetty.compression.server.CompressionConfig;
import org.eclipse.jetty.compression.server.CompressionHandler;
import org.eclipse.jetty.http2.server.HTTP2CServerConnectionFactory;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.handler.GracefulHandler;
import org.eclipse.jetty.util.thread.VirtualThreadPool;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import safelight.accounts.Accounts;
import safelight.accounts.Tokens;
import safelight.base.Bytes;
import safelight.base.InstanceId;
import safelight.base.Ulids;
import safelight.fleet.Fleet;
import safelight.fleet.Workload;
import safelight.jobs.Batches;
import safelight.jobs.Jobs;
import safelight.jobs.Renditions;
import safelight.observe.Health;
import safelight.observe.Meters;
import safelight.photos.Photos;
import safelight.photos.Uploads;
import safelight.queue.JobQueue;
import safelight.replication.DataCenters;
import safelight.webhooks.Webhooks;

/// The web role: Jetty core with a virtual thread for each request, HTTP/1.1 and clear-text HTTP/2
/// on one port. Holds nothing between requests.
public final class HttpServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(HttpServer.class);
    private static final long IDLE_MS = 60_000;

    /// The gate bounds requests; a bound below it would stop health checks and Jetty's own tasks.
    private static final int UNBOUNDED = 0;

    /// Java's default of 50 loses connections when a burst comes, and each costs a second.
    private static final int BACKLOG = 1024;

    private static final int HEADERS_MAX = 16 << 10;
    private static final int REMAINDER_TIMES = 2;

    private final Server server;
    private final ServerConnector connector;

    /// What a web server needs. `temporary` is a folder for uploads that come as forms. Nobody
    /// gains from guessing what `requestIds` makes: it should be fast, and for many threads.
    public record Parts(
            WebSettings settings,
            Accounts accounts,
            Tokens tokens,
            Photos photos,
            Uploads uploads,
            Jobs jobs,
            Batches batches,
            Webhooks webhooks,
            Renditions renditions,
            Fleet fleet,
            JobQueue queue,
            DataCenters centers,
            Steered.Source steered,
            Health health,
            Workload workload,
            Meters meters,
            InstanceId instance,
            String dataCenter,
            Path temporary,
            Clock clock,
            RandomGenerator requestIds) {}

    /// Listens from now on.
    ///
    /// @throws IOException if the port cannot be had
    public HttpServer(Parts parts) throws IOException {
        var settings = parts.settings;
        server = new Server(new VirtualThreadPool(UNBOUNDED));
        var http = new HttpConfiguration();
        http.setSendServerVersion(false);
        http.setRequestHeaderSize(HEADERS_MAX);
        // Else each connection keeps headers, cookies among them, in a trie of 100 kB and more.
        // Behind a
        // load balancer a connection carries many users, and the trie is built anew all the time.
        http.setHeaderCacheSize(0);
        connector =
                new ServerConnector(
                        server,
                        1,
                        1,
                        new HttpConnectionFactory(http),
                        new HTTP2CServerConnectionFactory(http));
        connector.setHost(settings.host());
        connector.setPort(settings.port());
        connector.setIdleTimeout(IDLE_MS);
        connector.setAcceptQueueSize(BACKLOG);
        server.addConnector(connector);
        server.setHandler(new GracefulHandler(compressed(gate(parts))));
        server.setStopTimeout(settings.drainMost().toMillis());
        server.setErrorHandler(new PlainErrors());
        start();
    }

    /// The routes of the API, for whoever wants to walk them.
    static List<Route> routes(Parts parts) {
        var settings = parts.settings;
        var doorman = new Doorman(parts.accounts, parts.tokens, settings);
        var formats = new Formats(parts.fleet, parts.clock);
        var here = new AccountCalls.Here(parts.instance, parts.dataCenter);
        var routes = new ArrayList<Route>();
        routes.addAll(
                new AccountCalls(parts.accounts, parts.tokens, doorman, settings.jsonMost(), here)
                        .routes());
        routes.addAll(
                new PhotoCalls(
                                parts.accounts,
                                parts.photos,
                                parts.jobs,
                                parts.renditions,
                                settings.photoMost(),
                                parts.temporary)
                        .routes());
        routes.addAll(new UploadCalls(parts.uploads, settings.photoMost()).routes());
        // Before those of one job, whose id might be called dead.
        routes.addAll(new DeadCalls(parts.jobs, settings.jsonMost()).routes());
        routes.addAll(
                new JobCalls(
                                parts.jobs,
                                parts.batches,
                                parts.photos,
                                formats,
                                settings.jsonMost(),
                                parts.webhooks)
                        .routes());
        routes.addAll(
                new BatchCalls(
                                parts.batches,
                                parts.photos,
                                formats,
                                settings.jsonMost(),
                                parts.webhooks)
                        .routes());
        routes.addAll(new WebhookCalls(parts.webhooks).routes());
        routes.addAll(new EventCalls(parts.jobs, doorman, parts.health, parts.clock).routes());
        routes.addAll(new ClusterCalls(parts, formats).routes());
        routes.addAll(PageCalls.routes());
        return routes;
    }

    /// The routes that are answered even by a server that takes nothing else.
    static List<Route> unboundedRoutes(Parts parts) {
        return new ClusterCalls(parts, new Formats(parts.fleet, parts.clock)).unboundedRoutes();
    }

    /// The port that it listens on, also when 0 was asked for.
    public int port() {
        return connector.getLocalPort();
    }

    /// Takes no new connections, lets requests end, then stops. Idempotent.
    @Override
    public void close() {
        try {
            server.stop();
        } catch (Exception e) {
            LOG.atWarn().setCause(e).log("web server did not stop cleanly");
        }
    }

    private void start() throws IOException {
        try {
            server.start();
        } catch (IOException e) {
            // Jetty wraps it, which hides that the port is taken.
            if (e.getCause() instanceof BindException taken) throw taken;
            throw e;
        } catch (Exception e) {
            throw new IllegalStateException("the web server does not start", e);
        }
    }

    private static Gate gate(Parts parts) {
        return new Gate(
                new Gate.Parts(
                        new Router(routes(parts)),
                        new Router(unboundedRoutes(parts)),
                        new Doorman(parts.accounts, parts.tokens, parts.settings),
                        parts.settings.requestsMost(),
                        new Bytes(REMAINDER_TIMES * parts.settings.photoMost().count()),
                        parts.workload,
                        parts.meters,
                        parts.clock,
                        new Ulids(parts.clock, parts.requestIds)));
    }

    private static CompressionHandler compressed(Gate gate) {
        var handler = new CompressionHandler(gate);
        handler.putCompression(new GzipCompression());
        handler.putConfiguration(
                "/*",
                CompressionConfig.builder()
                        .compressIncludeMethod("GET")
                        .compressIncludeMimeType("application/json")
                        .compressIncludeMimeType("text/html")
                        .compressIncludeMimeType("text/css")
                        .compressIncludeMimeType("text/javascript")
                        .compressIncludeMimeType("text/plain")
                        .compressIncludeMimeType("image/svg+xml")
                        .decompressExcludePath("/*")
                        .build());
        return handler;
    }
}
