package safelight.queue.artemis;

/// Where a broker is and how to get in; its text form keeps the password to itself.
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

    @Override
    public String toString() {
        return user + " at " + url;
    }
}
