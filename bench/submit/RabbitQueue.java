import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.DefaultConsumer;
import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Envelope;
import com.rabbitmq.client.MessageProperties;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.util.Map;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.LongConsumer;

/// RabbitMQ of one node with a quorum queue: persistent messages, a publisher's confirm for each, one
/// connection a sender. The broker and its port mapper run in the site's folder, on free ports of
/// loopback, with RabbitMQ's default settings otherwise.
final class RabbitQueue implements Side {
    private static final String QUEUE = "jobs";
    private static final int MESSAGE_BYTES = 1024;
    private static final long CONFIRM_MS = 10_000;
    private static final int START_TRIES = 240;

    private final ConnectionFactory factory = new ConnectionFactory();
    private final Connection connection;

    RabbitQueue(Site site) throws Exception {
        var folder = Files.createDirectory(site.folder.resolve("rabbitmq"));
        int port = Site.freePort();
        int mapper = Site.freePort();
        site.start("epmd", Map.of(), "epmd", "-port", "" + mapper, "-address", "127.0.0.1");
        Files.writeString(folder.resolve("plugins"), "[].\n");
        Files.writeString(folder.resolve("rabbitmq.conf"), "");
        var environment = new java.util.HashMap<>(Map.of(
                "HOME", folder.toString(),
                "ERL_EPMD_PORT", "" + mapper,
                "ERL_EPMD_ADDRESS", "127.0.0.1",
                "RABBITMQ_NODENAME", "bench@localhost",
                "RABBITMQ_NODE_IP_ADDRESS", "127.0.0.1",
                "RABBITMQ_NODE_PORT", "" + port,
                "RABBITMQ_DIST_PORT", "" + Site.freePort()));
        environment.putAll(Map.of(
                "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS",
                "-kernel inet_dist_use_interface {127,0,0,1}",
                "RABBITMQ_CONF_ENV_FILE", folder.resolve("none").toString(),
                "RABBITMQ_CONFIG_FILE", folder.resolve("rabbitmq.conf").toString(),
                "RABBITMQ_ENABLED_PLUGINS_FILE", folder.resolve("plugins").toString(),
                "RABBITMQ_MNESIA_BASE", folder.resolve("mnesia").toString(),
                "RABBITMQ_LOG_BASE", folder.resolve("log").toString()));
        site.start("rabbitmq", environment, "/usr/lib/rabbitmq/bin/rabbitmq-server");
        factory.setHost("127.0.0.1");
        factory.setPort(port);
        connection = connected();
        try (var channel = connection.createChannel()) {
            channel.queueDeclare(QUEUE, true, false, false, Map.of("x-queue-type", "quorum"));
        }
    }

    private Connection connected() throws Exception {
        for (int i = 0; ; i++) {
            try {
                return factory.newConnection();
            } catch (IOException e) {
                if (i == START_TRIES) throw e;
                Thread.sleep(250);
            }
        }
    }

    @Override
    public String name() {
        return "RabbitMQ, quorum queue";
    }

    @Override
    public Sender sender() throws Exception {
        var own = factory.newConnection();
        var channel = own.createChannel();
        channel.confirmSelect();
        return new Sender() {
            @Override
            public void send(long stamp) throws Exception {
                var body = ByteBuffer.allocate(MESSAGE_BYTES).putLong(stamp).array();
                channel.basicPublish("", QUEUE, MessageProperties.PERSISTENT_BASIC, body);
                channel.waitForConfirmsOrDie(CONFIRM_MS);
            }

            @Override
            public void close() throws Exception {
                own.close();
            }
        };
    }

    @Override
    public void consume(LongConsumer started, BooleanSupplier isOver) throws Exception {
        try (var own = factory.newConnection(); var channel = own.createChannel()) {
            record Message(long tag, long stamp) {}
            var arrived = new LinkedBlockingQueue<Message>();
            channel.basicQos(1);
            channel.basicConsume(QUEUE, false, new DefaultConsumer(channel) {
                @Override
                public void handleDelivery(String tag, Envelope envelope, BasicProperties with,
                        byte[] body) {
                    arrived.add(new Message(envelope.getDeliveryTag(),
                            ByteBuffer.wrap(body).getLong()));
                }
            });
            while (!isOver.getAsBoolean()) {
                var message = arrived.poll(200, TimeUnit.MILLISECONDS);
                if (message == null) continue;
                started.accept(message.stamp);
                channel.basicAck(message.tag, false);
            }
        }
    }

    @Override
    public void empty() throws Exception {
        try (var channel = connection.createChannel()) {
            channel.queuePurge(QUEUE);
        }
    }

    @Override
    public void close() throws IOException {
        connection.close();
    }
}
