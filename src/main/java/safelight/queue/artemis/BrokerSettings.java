package safelight.queue.artemis;

import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.random.RandomGenerator;
import safelight.base.Bytes;

/// What an embedded broker is started with: the folder of its journal, the address and TCP port on
/// which it listens (0 for any free one), the password of its only user, its number among the
/// brokers of this JVM, and how much it leaves free on its disk.
public record BrokerSettings(
        Path folder, String host, int port, String password, int vm, Bytes keepsFree) {
    private static final String LOOPBACK = "127.0.0.1";
    private static final Bytes KEEPS_FREE = Bytes.mebi(16);
    private static final int PORT_MAX = 65_535;

    /// Whoever reaches the port may try.
    public static final int PASSWORD_LENGTH_MIN = 16;

    private static final AtomicInteger VMS = new AtomicInteger();

    /// Refuses ports that do not exist and passwords that can be guessed.
    public BrokerSettings {
        if (port < 0 || port > PORT_MAX) throw new IllegalArgumentException("no port " + port);
        if (password.length() < PASSWORD_LENGTH_MIN)
            throw new IllegalArgumentException("the broker's password is too short");
    }

    /// With a password of 128 bits from `random` (a SecureRandom) and a number of its own.
    public static BrokerSettings at(Path folder, int port, RandomGenerator random) {
        var password = "%016x%016x".formatted(random.nextLong(), random.nextLong());
        return new BrokerSettings(
                folder, LOOPBACK, port, password, VMS.getAndIncrement(), KEEPS_FREE);
    }

    /// For other hosts too: on this address, with a password that they know.
    public BrokerSettings open(String newHost, String newPassword) {
        return new BrokerSettings(folder, newHost, port, newPassword, vm, keepsFree);
    }

    /// The same broker on another port; a start after the first, on the port that was found.
    public BrokerSettings on(int newPort) {
        return new BrokerSettings(folder, host, newPort, password, vm, keepsFree);
    }

    /// The same broker, taking tickets until less than this is free on its disk. To be less than
    /// what uploads leave free: else they go in, and their jobs do not.
    public BrokerSettings keepingFree(Bytes room) {
        return new BrokerSettings(folder, host, port, password, vm, room);
    }

    @Override
    public String toString() {
        return "broker in " + folder + " on port " + port;
    }
}
