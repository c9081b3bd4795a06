package safelight.webhooks;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/// Which addresses webhooks may go to: those that IANA's registries of special-purpose addresses
/// call globally reachable, and networks that the operator allows. Pure.
record Addresses(List<Network> allowed) {
    private static final List<Network> NOT_PUBLIC_4 =
            networks(
                    "0.0.0.0/8",
                    "10.0.0.0/8",
                    "100.64.0.0/10",
                    "127.0.0.0/8",
                    "169.254.0.0/16",
                    "172.16.0.0/12",
                    "192.0.0.0/24",
                    "192.0.2.0/24",
                    "192.88.99.0/24",
                    "192.168.0.0/16",
                    "198.18.0.0/15",
                    "198.51.100.0/24",
                    "203.0.113.0/24",
                    "224.0.0.0/4",
                    "240.0.0.0/4");

    /// All that is handed out as global unicast; the rest is link-local, unique local, multicast,
    /// loopback, or made of IPv4 addresses.
    private static final Network GLOBAL_6 = Network.parse("2000::/3");

    private static final List<Network> NOT_PUBLIC_6 =
            networks("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20");

    /// Of translators to IPv4 (RFC 6052): the last four bytes are the address that is meant.
    private static final Network NAT64 = Network.parse("64:ff9b::/96");

    private static final Network MAPPED = mapped();

    Addresses {
        allowed = List.copyOf(allowed);
    }

    boolean isFit(InetAddress address) {
        return allowed.stream().anyMatch(network -> network.has(address)) || isPublic(address);
    }

    static boolean isPublic(InetAddress address) {
        if (!(address instanceof Inet6Address)) return !isIn(NOT_PUBLIC_4, address);
        if (NAT64.has(address) || MAPPED.has(address)) return isPublic(embedded(address));
        return GLOBAL_6.has(address) && !isIn(NOT_PUBLIC_6, address);
    }

    private static boolean isIn(List<Network> networks, InetAddress address) {
        return networks.stream().anyMatch(network -> network.has(address));
    }

    private static InetAddress embedded(InetAddress address) {
        var bytes = address.getAddress();
        return of(Arrays.copyOfRange(bytes, bytes.length - 4, bytes.length));
    }

    private static InetAddress of(byte[] bytes) {
        try {
            return InetAddress.getByAddress(bytes);
        } catch (UnknownHostException e) {
            throw new IllegalStateException("no address of " + bytes.length + " bytes", e);
        }
    }

    /// The JDK makes an IPv4 address of any such text, so that it has to be made of bytes.
    private static Network mapped() {
        var bytes = new byte[16];
        bytes[10] = -1;
        bytes[11] = -1;
        try {
            return new Network(Inet6Address.getByAddress("", bytes, -1), 96);
        } catch (UnknownHostException e) {
            throw new IllegalStateException("no address of 16 bytes", e);
        }
    }

    private static List<Network> networks(String... texts) {
        return Stream.of(texts).map(Network::parse).toList();
    }
}
