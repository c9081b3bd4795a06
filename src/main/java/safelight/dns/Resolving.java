package safelight.dns;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.xbill.DNS.ARecord;
import org.xbill.DNS.ClientSubnetOption;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.OPTRecord;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/// A client's lookups, as a resolver in a given network would make them: with that network as
/// client subnet (RFC 7871), of one server after the other until one answers.
public final class Resolving {
    private static final Duration ANSWER_MOST = Duration.ofSeconds(2);
    private static final int PAYLOAD = 1232;

    private final List<InetSocketAddress> servers;
    private final String name;

    /// Asks `servers` for addresses of `name`.
    public Resolving(List<InetSocketAddress> servers, String name) {
        this.servers = List.copyOf(servers);
        this.name = name;
    }

    /// What was answered, and how long it holds.
    public record Found(List<InetAddress> addresses, Duration lifetime) {
        /// Copies.
        public Found {
            addresses = List.copyOf(addresses);
        }
    }

    /// The addresses for a client in this network.
    ///
    /// @throws IOException if no server answers with an address
    public Found ask(InetAddress network, int length) throws IOException {
        IOException last = new IOException("there is no server to ask");
        for (var server : servers)
            try {
                return ask(server, network, length);
            } catch (IOException e) {
                last = e;
            }
        throw last;
    }

    private Found ask(InetSocketAddress server, InetAddress network, int length)
            throws IOException {
        var question = Record.newRecord(Name.fromString(name, Name.root), Type.A, DClass.IN);
        var query = Message.newQuery(question);
        var option = new ClientSubnetOption(length, network);
        query.addRecord(new OPTRecord(PAYLOAD, 0, 0, 0, option), Section.ADDITIONAL);
        var bytes = query.toWire();
        try (var socket = new DatagramSocket()) {
            socket.setSoTimeout((int) ANSWER_MOST.toMillis());
            socket.connect(server);
            socket.send(new DatagramPacket(bytes, bytes.length));
            var packet = new DatagramPacket(new byte[PAYLOAD], PAYLOAD);
            socket.receive(packet);
            return found(new Message(Arrays.copyOf(packet.getData(), packet.getLength())));
        }
    }

    private Found found(Message answer) throws IOException {
        var records =
                answer.getSection(Section.ANSWER).stream()
                        .filter(ARecord.class::isInstance)
                        .map(ARecord.class::cast)
                        .toList();
        if (records.isEmpty()) throw new IOException("there is no address of " + name);
        long seconds = records.stream().mapToLong(Record::getTTL).min().orElse(0);
        return new Found(
                records.stream().map(ARecord::getAddress).toList(), Duration.ofSeconds(seconds));
    }
}
