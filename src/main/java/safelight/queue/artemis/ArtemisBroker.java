package safelight.queue.artemis;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.CountDownLatch;
import org.apache.activemq.artemis.api.core.QueueConfiguration;
import org.apache.activemq.artemis.api.core.RoutingType;
import org.apache.activemq.artemis.api.core.SimpleString;
import org.apache.activemq.artemis.core.config.Configuration;
import org.apache.activemq.artemis.core.config.CoreAddressConfiguration;
import org.apache.activemq.artemis.core.config.impl.ConfigurationImpl;
import org.apache.activemq.artemis.core.remoting.impl.netty.NettyAcceptor;
import org.apache.activemq.artemis.core.server.ActiveMQServer;
import org.apache.activemq.artemis.core.server.JournalType;
import org.apache.activemq.artemis.core.server.impl.ActiveMQServerImpl;
import org.apache.activemq.artemis.core.settings.impl.AddressFullMessagePolicy;
import org.apache.activemq.artemis.core.settings.impl.AddressSettings;
import org.apache.activemq.artemis.core.settings.impl.DiskFullMessagePolicy;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import safelight.base.Bytes;
import safelight.queue.QueueUnavailable;

/// An Artemis broker inside this process: a durable journal in a folder, reachable in the JVM and
/// by TCP, with one user.
public final class ArtemisBroker implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ArtemisBroker.class);
    private static final String TCP = "tcp";
    // Some 40,000 tickets. More are paged to disk: nothing is lost, but they come in the order of
    // their arrival whatever their lane, and their delivery counts do not outlive the broker.
    private static final Bytes MEMORY_MAX = Bytes.mebi(48);
    private static final Bytes JOURNAL_FILE = Bytes.mebi(2);
    private static final Bytes PAGE = Bytes.mebi(1);
    private static final Bytes EVENTS_MAX = Bytes.mebi(2);
    private static final int EVENTS_WAITING_MAX = 1_000;
    private static final int JOURNAL_FILES_MIN = 2;
    private static final int JOURNAL_FILES_KEPT = 8;
    // A safety net: the job's row counts its attempts and decides when it is dead.
    private static final int DELIVERIES_MAX = 50;
    // The default of 3.3 ms holds one blocking sender to 300 messages a second; 0 slows many.
    private static final int FLUSH_NS = 200_000;
    private static final Duration LOCK_WAIT = Duration.ofSeconds(3);
    private static final Duration STOP_WAIT = Duration.ofSeconds(10);

    private final BrokerSettings settings;
    private final ActiveMQServer server;
    private final ConcurrentLinkedDeque<Exception> failures = new ConcurrentLinkedDeque<>();
    private final CountDownLatch failed = new CountDownLatch(1);

    private ArtemisBroker(BrokerSettings settings) {
        this.settings = settings;
        this.server = new ActiveMQServerImpl(configuration(settings), password(settings));
        server.registerActivationFailureListener(failures::add);
        server.registerIOCriticalErrorListener((cause, message, file) -> {
            failed.countDown();
            LOG.atError().addKeyValue("reason", message).setCause(cause).log("broker journal lost");
        });
    }

    /// A broker that takes connections, with every ticket that an earlier one kept in the folder.
    ///
    /// @throws QueueUnavailable if the folder is in use or damaged, or the port is taken
    public static ArtemisBroker start(BrokerSettings settings) {
        var broker = new ArtemisBroker(settings);
        try {
            broker.server.start();
            broker.check();
            return broker;
        } catch (Exception e) {
            broker.close();
            if (e instanceof InterruptedException) Thread.currentThread().interrupt();
            throw new QueueUnavailable("start the broker in " + settings.folder(), e);
        }
    }

    /// The TCP port it listens on.
    public int port() {
        return ((NettyAcceptor) server.getRemotingService().getAcceptor(TCP)).getActualPort();
    }

    /// The way in for queues of this JVM.
    public BrokerAccess inside() {
        return BrokerAccess.inside(settings.vm(), settings.password());
    }

    /// The way in for other processes of this host.
    public BrokerAccess overTcp() {
        return BrokerAccess.overTcp(settings.host(), port(), settings.password());
    }

    /// Whether it runs and its journal can be written.
    public boolean isHealthy() {
        return failed.getCount() > 0 && server.isActive();
    }

    /// Returns once its journal could not be written. It serves nobody after that, until another
    /// one starts on the folder.
    public void awaitFailure() throws InterruptedException {
        failed.await();
    }

    /// Stops it; what it keeps stays in the folder. Idempotent, bounded to ten seconds.
    @Override
    public void close() {
        var stop = Thread.ofVirtual().name("broker-stop").start(this::stop);
        try {
            if (!stop.join(STOP_WAIT)) LOG.atWarn().log("broker did not stop in time");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void stop() {
        try {
            server.stop();
        } catch (Exception e) {
            LOG.atWarn().setCause(e).log("broker stopped with an error");
        }
    }

    private void check() {
        for (var cause : failures) throw new IllegalStateException(cause.getMessage(), cause);
        if (!server.isActive()) throw new IllegalStateException("the broker did not start");
        // Without a queue behind it, a dead-letter address destroys what it is sent.
        for (var name : List.of(Names.JOBS, Names.DEAD)) {
            var queue = server.locateQueue(name);
            if (queue == null || !queue.isDurable())
                throw new IllegalStateException("the queue " + name + " is missing or not durable");
        }
    }

    private static OnlyUser password(BrokerSettings settings) {
        return new OnlyUser(settings.password());
    }

    private static Configuration configuration(BrokerSettings settings) {
        var config = new ConfigurationImpl();
        journal(config, settings);
        try {
            config.addAcceptorConfiguration("vm", "vm://" + settings.vm());
            config.addAcceptorConfiguration(
                    TCP,
                    "tcp://%s:%d?protocols=CORE;useEpoll=false;useKQueue=false;remotingThreads=3"
                            .formatted(settings.host(), settings.port()));
        } catch (Exception e) {
            throw new IllegalStateException("acceptor of " + settings, e);
        }
        config.setName("safelight")
                .setSecurityEnabled(true)
                // A second way in, past every check, with a published password unless one is set.
                .setClusterPassword(UUID.randomUUID().toString())
                .setJMXManagementEnabled(false)
                .setMessageCounterEnabled(false)
                .setPersistDeliveryCountBeforeDelivery(true);
        config.setManagementMessageRbac(true);
        queues(config);
        return config;
    }

    private static void journal(ConfigurationImpl config, BrokerSettings settings) {
        var folder = settings.folder();
        config.setPersistenceEnabled(true)
                .setJournalDirectory(folder.resolve("journal").toString())
                .setBindingsDirectory(folder.resolve("bindings").toString())
                .setPagingDirectory(folder.resolve("paging").toString())
                .setLargeMessagesDirectory(folder.resolve("large").toString())
                .setJournalType(JournalType.NIO)
                .setJournalSyncTransactional(true)
                .setJournalSyncNonTransactional(true)
                .setJournalDatasync(true)
                .setJournalFileSize((int) JOURNAL_FILE.count())
                .setJournalMinFiles(JOURNAL_FILES_MIN)
                .setJournalPoolFiles(JOURNAL_FILES_KEPT)
                .setJournalBufferTimeout_NIO(FLUSH_NS)
                .setPageSyncTimeout(FLUSH_NS)
                .setJournalLockAcquisitionTimeout(LOCK_WAIT.toMillis())
                .setGlobalMaxSize(MEMORY_MAX.count())
                .setMinDiskFree(settings.keepsFree().count());
    }

    private static void queues(ConfigurationImpl config) {
        config.setAddressSettings(
                Map.of(
                        "#",
                        kept(),
                        Names.JOBS,
                        jobs(),
                        Names.DEAD,
                        kept(),
                        Names.EVENTS,
                        events()));
        for (var name : List.of(Names.JOBS, Names.DEAD))
            config.addQueueConfiguration(
                    QueueConfiguration.of(name)
                            .setAddress(name)
                            .setRoutingType(RoutingType.ANYCAST)
                            .setDurable(true)
                            .setAutoDelete(false));
        config.addAddressConfiguration(
                new CoreAddressConfiguration()
                        .setName(Names.EVENTS)
                        .addRoutingType(RoutingType.MULTICAST));
    }

    /// Nothing is created or deleted by its use, and nothing expires.
    private static AddressSettings kept() {
        return new AddressSettings()
                .setAutoCreateQueues(false)
                .setAutoCreateAddresses(false)
                .setAutoDeleteQueues(false)
                .setAutoDeleteAddresses(false)
                .setMaxDeliveryAttempts(-1)
                .setDeadLetterAddress(SimpleString.of(Names.DEAD))
                .setNoExpiry(true)
                .setExpiryAddress(SimpleString.of(Names.DEAD))
                .setAddressFullMessagePolicy(AddressFullMessagePolicy.PAGE)
                .setPageSizeBytes((int) PAGE.count())
                // The default blocks a sender for as long as the disk is full.
                .setDiskFullMessagePolicy(DiskFullMessagePolicy.FAIL);
    }

    private static AddressSettings jobs() {
        return kept().setRedeliveryDelay(0).setMaxDeliveryAttempts(DELIVERIES_MAX);
    }

    /// A slow listener loses the oldest announcements, and no one waits for it.
    private static AddressSettings events() {
        return kept().setDefaultRingSize(EVENTS_WAITING_MAX)
                .setAddressFullMessagePolicy(AddressFullMessagePolicy.DROP)
                .setMaxSizeBytes(EVENTS_MAX.count())
                .setDiskFullMessagePolicy(DiskFullMessagePolicy.DROP);
    }
}
