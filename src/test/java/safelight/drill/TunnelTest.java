package safelight.drill;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// A tunnel passes everything, and holds back one way, both, or none.
class TunnelTest {
    private static final int SOON_MS = 10_000;
    private static final int A_WHILE_MS = 150;

    private ServerSocket server;
    private Tunnel tunnel;
    private Socket near;
    private Socket far;

    @BeforeEach
    void connect() throws IOException {
        server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        tunnel = new Tunnel(server.getLocalPort());
        near = new Socket(InetAddress.getLoopbackAddress(), tunnel.port());
        far = server.accept();
        near.setSoTimeout(SOON_MS);
        far.setSoTimeout(SOON_MS);
    }

    @AfterEach
    void close() throws IOException {
        near.close();
        far.close();
        tunnel.close();
        server.close();
    }

    @Test
    void bytesPassBothWays() throws IOException {
        near.getOutputStream().write(1);
        far.getOutputStream().write(2);

        assertThat(far.getInputStream().read()).isEqualTo(1);
        assertThat(near.getInputStream().read()).isEqualTo(2);
    }

    @Test
    void oneWayIsHeldAndTheOtherIsNot() throws IOException {
        tunnel.hold(Set.of(Tunnel.Way.BACK));

        near.getOutputStream().write(1);
        far.getOutputStream().write(2);

        assertThat(far.getInputStream().read()).isEqualTo(1);
        assertSilent(near);
    }

    @Test
    void whatWasHeldArrivesLater() throws IOException {
        tunnel.hold(EnumSet.allOf(Tunnel.Way.class));
        near.getOutputStream().write(1);
        assertSilent(far);

        tunnel.release();

        assertThat(far.getInputStream().read()).isEqualTo(1);
    }

    @Test
    void endOfAConnectionIsHeldToo() throws IOException {
        tunnel.hold(EnumSet.allOf(Tunnel.Way.class));
        near.close();
        assertSilent(far);

        tunnel.release();

        assertThat(far.getInputStream().read()).isEqualTo(-1);
    }

    @Test
    void brokenConnectionsEnd() throws IOException {
        tunnel.breakAll();

        assertThat(near.getInputStream().read()).isEqualTo(-1);
        assertThat(far.getInputStream().read()).isEqualTo(-1);
    }

    private static void assertSilent(Socket socket) throws IOException {
        socket.setSoTimeout(A_WHILE_MS);
        assertThatThrownBy(() -> socket.getInputStream().read())
                .isInstanceOf(SocketTimeoutException.class);
        socket.setSoTimeout(SOON_MS);
    }
}
