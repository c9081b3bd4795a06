package safelight.dns;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.DatagramChannel;

/// A UDP socket of the JDK: a system call for each datagram.
final class ChannelListener implements Listener {
    private static final int RECEIVE_BUFFER = 4 << 20;

    private final DatagramChannel channel;

    ChannelListener(InetAddress address, int port) throws IOException {
        channel = DatagramChannel.open();
        if (channel.supportedOptions().contains(StandardSocketOptions.SO_REUSEPORT))
            channel.setOption(StandardSocketOptions.SO_REUSEPORT, true);
        channel.setOption(StandardSocketOptions.SO_RCVBUF, RECEIVE_BUFFER);
        channel.bind(new InetSocketAddress(address, port));
    }

    @Override
    public void run(Responder responder) throws IOException {
        var query = new Query(BatchListener.QUERY_MOST);
        var out = new byte[BatchListener.ANSWER_MOST];
        var receive = ByteBuffer.wrap(query.in);
        var send = ByteBuffer.wrap(out);
        while (channel.isOpen()) {
            try {
                receive.clear();
                var from = (InetSocketAddress) channel.receive(receive);
                responder.received(1);
                var address = from.getAddress().getAddress();
                query.resolver.set(address.length > 4, address, 0, address.length);
                int length = responder.answer(query, receive.position(), out, SECONDS.get());
                if (length == 0) continue;
                send.clear().limit(length);
                channel.send(send, from);
            } catch (AsynchronousCloseException e) {
                return;
            }
        }
    }

    @Override
    public int port() {
        try {
            return ((InetSocketAddress) channel.getLocalAddress()).getPort();
        } catch (IOException e) {
            throw new IllegalStateException("a bound socket has a port", e);
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
