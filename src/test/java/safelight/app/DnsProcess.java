package safelight.app;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.xbill.DNS.ClientSubnetOption;
import org.xbill.DNS.DClass;
import org.xbill.DNS.EDNSOption;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.OPTRecord;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;

/// A real `safelight dns`, and ways to ask it: dnsjava for many questions, `dig` and `kdig` for
/// few.
final class DnsProcess implements AutoCloseable {
    private static final int ANSWER_MOST_MS = 5000;
    private static final int TOOL_MOST_S = 20;

    private final RoleProcess process;
    private final int port;

    private DnsProcess(RoleProcess process, int port) {
        this.process = process;
        this.port = port;
    }

    /// With these settings, besides any free port.
    static DnsProcess start(Path data, String... settings) throws IOException {
        return start(data, 0, settings);
    }

    static DnsProcess start(Path data, int port, String... settings) throws IOException {
        var options = new ArrayList<String>();
        for (var setting : settings) options.addAll(List.of("--set", setting));
        options.addAll(List.of("--set", "dns.port=" + port, "--set", "dns.rate-most=0"));
        var process = RoleProcess.start("dns", "dns", data, options);
        return new DnsProcess(process, Integer.parseInt(process.address().split(":", -1)[1]));
    }

    /// With this settings file besides, which may be changed.
    static DnsProcess startWith(Path file, Path data) throws IOException {
        var options = List.of("--config", file.toString(), "--set", "dns.port=0");
        var process = RoleProcess.start("dns", "dns", data, options);
        return new DnsProcess(process, Integer.parseInt(process.address().split(":", -1)[1]));
    }

    int port() {
        return port;
    }

    RoleProcess process() {
        return process;
    }

    String log() throws IOException {
        return process.log();
    }

    /// What `dig` prints.
    String dig(String... arguments) throws Exception {
        return tool("dig", arguments);
    }

    /// What `kdig` prints.
    String kdig(String... arguments) throws Exception {
        return tool("kdig", arguments);
    }

    List<String> addresses(String name, String subnet) throws IOException {
        return addresses(ask(port, name, subnet));
    }

    static List<String> addresses(Message answer) {
        return answer.getSection(Section.ANSWER).stream().map(Record::rdataToString).toList();
    }

    static int scope(Message answer) {
        return answer.getOPT().getOptions(EDNSOption.Code.CLIENT_SUBNET).stream()
                .mapToInt(o -> ((ClientSubnetOption) o).getScopePrefixLength())
                .findFirst()
                .orElse(-1);
    }

    /// One question for A with a client subnet, to whoever listens on that port.
    static Message ask(int port, String name, String subnet) throws IOException {
        var parts = subnet.split("/", -1);
        var query = Message.newQuery(Record.newRecord(Name.fromString(name + "."), 1, DClass.IN));
        var option =
                new ClientSubnetOption(Integer.parseInt(parts[1]), InetAddress.ofLiteral(parts[0]));
        query.addRecord(new OPTRecord(1232, 0, 0, 0, option), Section.ADDITIONAL);
        var bytes = query.toWire();
        try (var socket = new DatagramSocket()) {
            socket.setSoTimeout(ANSWER_MOST_MS);
            socket.connect(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), port));
            socket.send(new DatagramPacket(bytes, bytes.length));
            var answer = new DatagramPacket(new byte[4096], 4096);
            socket.receive(answer);
            return new Message(Arrays.copyOf(answer.getData(), answer.getLength()));
        }
    }

    private String tool(String tool, String... arguments) throws Exception {
        var command = new ArrayList<String>(List.of(tool, "@127.0.0.1", "-p", "" + port));
        command.addAll(List.of(arguments));
        var run = new ProcessBuilder(command).redirectErrorStream(true).start();
        var text = new String(run.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (!run.waitFor(TOOL_MOST_S, TimeUnit.SECONDS)) throw new IOException(tool + " hangs");
        return text.strip();
    }

    @Override
    public void close() {
        process.close();
    }
}
