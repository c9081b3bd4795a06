package safelight.queue.artemis;

import java.util.Arrays;
import java.util.List;

/// Where a broker is and how to get in; its text form keeps the password to itself. The address is
/// Artemis' own, such as `tcp://10.0.0.5:61616`, or `(tcp://a:61616,tcp://b:61616)` for one with a
/// backup; or several with commas between, for brokers that share the tickets.
public record BrokerAccess(String url, String user, String password) {
    static final String USER = "safelight";

    /// An embedded broker of another process on this host; `port` and `password` are that broker's.
    public static BrokerAccess overTcp(String host, int port, String password) {
        return new BrokerAccess(
                "tcp://" + host + ":" + port + "?useEpoll=false&connect-timeout-millis=5000",
                USER,
                password);
    }

    static BrokerAccess inside(int vm, String password) {
        return new BrokerAccess("vm://" + vm, USER, password);
    }

    /// Each of the brokers that share the tickets.
    List<BrokerAccess> each() {
        // A comma within brackets belongs to one broker and its backups.
        return Arrays.stream(url.strip().split("\\s*,\\s*(?![^(]*\\))"))
                .map(one -> new BrokerAccess(one, user, password))
                .toList();
    }

    @Override
    public String toString() {
        return user + " at " + url;
    }
}
