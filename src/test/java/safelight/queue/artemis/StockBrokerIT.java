package safelight.queue.artemis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.apache.activemq.artemis.api.core.QueueConfiguration;
import org.apache.activemq.artemis.api.core.RoutingType;
import org.apache.activemq.artemis.api.core.SimpleString;
import org.apache.activemq.artemis.api.core.client.ActiveMQClient;
import org.apache.activemq.artemis.api.core.client.ClientSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import safelight.queue.Counts;
import safelight.queue.JobQueue;
import safelight.queue.JobQueueContract;
import safelight.queue.QueueUnavailable;
import safelight.queue.Ticket;

/// The contract over Artemis' own distribution, as its own command makes an instance of it; and
/// what is made there, by whom. One broker for all, without the queues of the test before.
class StockBrokerIT extends JobQueueContract {
    private static final int CLIENTS = 8;

    /// May do what the page on an Artemis of one's own grants, and no more.
    private static final String LESSER = "safelight";

    private static final Pattern BRACKETS = Pattern.compile("</?address-settings>");
    private static final Path PAGE = Path.of("docs/operate/artemis.md");

    @TempDir private static Path folder;
    private static StockBroker broker;

    private final List<JobQueue> queues = new ArrayList<>();

    private interface Use {
        void with(ClientSession session) throws Exception;
    }

    @BeforeAll
    static void create() throws IOException {
        broker = StockBroker.in(folder.resolve("broker"));
        broker.edit(
                "artemis-users.properties",
                text -> text + "\n" + LESSER + "=" + StockBroker.PASSWORD);
        broker.edit("artemis-roles.properties", text -> text + "\n" + LESSER + "=" + LESSER);
    }

    @AfterAll
    static void end() throws IOException {
        broker.close();
    }

    @BeforeEach
    void bare() throws Exception {
        if (!broker.isRunning()) broker.start();
        for (var name : List.of(Names.JOBS, Names.DEAD)) delete(name);
    }

    @AfterEach
    void disconnect() {
        queues.forEach(JobQueue::close);
    }

    @Override
    protected JobQueue connect() {
        return connect(StockBroker.USER);
    }

    private JobQueue connect(String user) {
        var queue = new ArtemisQueue(broker.access(user), new SecureRandom());
        queues.add(queue);
        return queue;
    }

    @Override
    protected void stopBroker() {
        quietly(broker::kill);
    }

    @Override
    protected void startBroker() {
        quietly(broker::start);
    }

    private interface Step {
        void run() throws IOException;
    }

    private static void quietly(Step step) {
        try {
            step.run();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static void asAdmin(Use use) throws Exception {
        var access = broker.access(StockBroker.USER);
        try (var locator = ActiveMQClient.createServerLocator(access.url());
                var factory = locator.createSessionFactory();
                var session =
                        factory.createSession(
                                access.user(), access.password(), false, true, true, false, 1)) {
            use.with(session);
        }
    }

    private static void delete(String queue) throws Exception {
        asAdmin(session -> {
            if (session.queueQuery(SimpleString.of(queue)).isExists()) session.deleteQueue(queue);
        });
    }

    @Test
    void clientsThatComeAtOnceMakeTheQueuesOnce() throws Exception {
        var start = new CountDownLatch(1);
        try (var tasks = Executors.newVirtualThreadPerTaskExecutor()) {
            var done = new ArrayList<Future<?>>();
            for (int i = 0; i < CLIENTS; i++) {
                var queue = connect();
                done.add(
                        tasks.submit(() -> {
                            start.await();
                            queue.publish(List.of(ticket(Ticket.Lane.NORMAL)));
                            return queue.counts();
                        }));
            }
            start.countDown();
            for (var each : done) each.get(SOON.toSeconds(), TimeUnit.SECONDS);
        }

        assertThat(connect().counts().ready()).isEqualTo(CLIENTS);
    }

    @Test
    void queuesAreMadeAgainAfterTheDiskWasLost() throws Exception {
        var queue = connect();
        queue.publish(List.of(ticket(Ticket.Lane.NORMAL)));
        try (var consumption = queue.consume()) {
            broker.kill();
            broker.loseDisk();
            broker.start();

            var sent = ticket(Ticket.Lane.NORMAL);
            eventually(() -> isPublished(queue, sent));

            assertThat(takeWhenBack(consumption).orElseThrow().ticket()).isEqualTo(sent);
            assertThat(queue.counts().alive()).isEqualTo(1);
        }
    }

    private static boolean isPublished(JobQueue queue, Ticket ticket) {
        try {
            queue.publish(List.of(ticket));
            return true;
        } catch (QueueUnavailable e) {
            return false;
        }
    }

    @Test
    void deletedQueuesAreMadeAgain() throws Exception {
        var queue = connect();
        assertThat(queue.counts().alive()).isZero();
        delete(Names.JOBS);
        delete(Names.DEAD);

        assertThatThrownBy(queue::counts).isInstanceOf(QueueUnavailable.class);

        assertThat(queue.counts()).isEqualTo(new Counts(0, 0, 0, 0, Duration.ZERO));
    }

    @Test
    void queueThatWouldLoseTicketsIsRefusedInASentence() throws Exception {
        asAdmin(session ->
                session.createQueue(
                        QueueConfiguration.of(Names.JOBS)
                                .setRoutingType(RoutingType.ANYCAST)
                                .setDurable(false)));

        assertThatThrownBy(connect()::counts)
                .isInstanceOfSatisfying(
                        QueueUnavailable.class,
                        e ->
                                assertThat(e.reason())
                                        .contains("queue jobs is not durable", "Delete it there"));
        delete(Names.JOBS);
    }

    @Test
    void listenerThatHangsKeepsABoundedNumberWaiting() throws Exception {
        var queue = connect();
        try (var _ = queue.listen(_ -> {})) {
            var sizes = new ConcurrentLinkedQueue<Long>();
            asAdmin(session -> {
                for (var name : session.addressQuery(SimpleString.of(Names.EVENTS)).getQueueNames())
                    sizes.add(session.queueQuery(name).getRingSize());
            });

            assertThat(sizes).containsExactly(1_000L);
        }
    }

    /// What is changed is read from the page, as an operator copies it from there.
    @Test
    void pageSaysWhatAUserNeedsAndWhatIsBetter() throws Exception {
        stopBroker();
        var before = Files.readString(broker.file("broker.xml"));
        var blocks = blocks();
        try {
            broker.edit("broker.xml", text -> into("security-settings", text, blocks.get(0)));
            startBroker();
            var queue = connect(LESSER);
            assertThatThrownBy(queue::counts)
                    .isInstanceOfSatisfying(
                            QueueUnavailable.class,
                            e ->
                                    assertThat(e.reason())
                                            .startsWith(
                                                    "The broker has no jobs, and safelight may not"
                                                            + " make it. Make it there, or grant"));

            stopBroker();
            broker.edit("broker.xml", text -> asOnThePage(text, blocks));
            startBroker();

            goesThroughACrash(queue);
        } finally {
            stopBroker();
            Files.writeString(broker.file("broker.xml"), before);
        }
    }

    private static List<String> blocks() throws IOException {
        var matcher = Pattern.compile("(?s)```xml\n(.*?)```").matcher(Files.readString(PAGE));
        var blocks = matcher.results().map(found -> found.group(1)).toList();
        assertThat(blocks).hasSize(3);
        return blocks;
    }

    private static String asOnThePage(String file, List<String> blocks) {
        var better = BRACKETS.split(blocks.get(2), 3);
        var settings = into("address-settings", file, better[1]);
        return into("addresses", settings, blocks.get(1))
                .replace("<acceptors>", better[0] + "<acceptors>");
    }

    private static String into(String element, String file, String addition) {
        var end = "</" + element + ">";
        assertThat(file).contains(end);
        return file.replace(end, addition + end);
    }

    private void goesThroughACrash(JobQueue queue) {
        var sent = List.of(ticket(Ticket.Lane.INTERACTIVE), ticket(Ticket.Lane.BULK));
        queue.publish(sent.subList(0, 1));
        try (var consumption = queue.consume();
                var urgent = queue.consumeUrgent()) {
            var held = urgent.take(SOON).orElseThrow();
            assertThat(held.ticket()).isEqualTo(sent.get(0));
            // Synced, and the count of the one in hand with it, which was written before.
            queue.publish(sent.subList(1, 2));
            stopBroker();
            assertThatThrownBy(held::acknowledge).isInstanceOf(QueueUnavailable.class);
            startBroker();

            var again = takeWhenBack(urgent).orElseThrow();

            assertThat(again.ticket()).isEqualTo(sent.get(0));
            assertThat(again.count()).isEqualTo(2);
            again.acknowledge();
            takeWhenBack(consumption).orElseThrow().bury();
            assertThat(queue.counts()).isEqualTo(new Counts(0, 0, 0, 1, Duration.ZERO));
        }
    }
}
