package safelight.webhooks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Which addresses webhooks may go to.
class AddressesTest {
    private static final Addresses NONE_ALLOWED = new Addresses(List.of());

    @ParameterizedTest
    @ValueSource(
            strings = {
                "0.0.0.0",
                "0.1.2.3",
                "10.0.0.1",
                "100.64.0.1",
                "100.127.255.255",
                "127.0.0.1",
                "127.255.255.254",
                "169.254.169.254",
                "172.16.0.1",
                "172.31.255.255",
                "192.0.0.8",
                "192.0.2.1",
                "192.88.99.1",
                "192.168.1.1",
                "198.18.0.1",
                "198.19.255.255",
                "198.51.100.7",
                "203.0.113.7",
                "224.0.0.1",
                "239.255.255.255",
                "240.0.0.1",
                "255.255.255.255",
                "::",
                "::1",
                "::7f00:1",
                "::ffff:127.0.0.1",
                "::ffff:10.0.0.1",
                "64:ff9b::7f00:1",
                "64:ff9b::a9fe:a9fe",
                "64:ff9b::10.0.0.1",
                "64:ff9b:1::808:808",
                "100::1",
                "2001::1",
                "2001:0:7f00:1::1",
                "2001:db8::1",
                "2002:7f00:1::1",
                "3fff::1",
                "4000::1",
                "5f00::1",
                "fc00::1",
                "fd12:3456::1",
                "fe80::1",
                "fec0::1",
                "ff02::1"
            })
    void notPublic(String text) {
        assertThat(NONE_ALLOWED.isFit(InetAddress.ofLiteral(text))).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "1.1.1.1",
                "8.8.8.8",
                "9.255.255.255",
                "11.0.0.0",
                "100.63.255.255",
                "100.128.0.0",
                "126.255.255.255",
                "128.0.0.1",
                "172.15.255.255",
                "172.32.0.0",
                "192.167.255.255",
                "198.17.255.255",
                "223.255.255.255",
                "::ffff:8.8.8.8",
                "64:ff9b::8.8.8.8",
                "2001:4860:4860::8888",
                "2606:4700::1111",
                "2a00:1450::1"
            })
    void isPublic(String text) {
        assertThat(NONE_ALLOWED.isFit(InetAddress.ofLiteral(text))).isTrue();
    }

    @Test
    void mappedAddressIsWhatItMapsAlsoWhenItsBytesAreSixteen() throws Exception {
        var bytes = new byte[16];
        bytes[10] = -1;
        bytes[11] = -1;
        bytes[12] = 127;
        bytes[15] = 1;
        var loopback = Inet6Address.getByAddress("", bytes.clone(), -1);
        bytes[12] = 8;
        var far = Inet6Address.getByAddress("", bytes.clone(), -1);

        assertThat(NONE_ALLOWED.isFit(loopback)).isFalse();
        assertThat(NONE_ALLOWED.isFit(far)).isTrue();
    }

    @Test
    void allowedNetworksAreFitAndNothingBesideThem() {
        var some = new Addresses(Network.parseAll("10.1.0.0/16, fd00::/8,127.0.0.1"));

        assertThat(some.isFit(InetAddress.ofLiteral("10.1.255.1"))).isTrue();
        assertThat(some.isFit(InetAddress.ofLiteral("10.2.0.1"))).isFalse();
        assertThat(some.isFit(InetAddress.ofLiteral("fd12::1"))).isTrue();
        assertThat(some.isFit(InetAddress.ofLiteral("fc00::1"))).isFalse();
        assertThat(some.isFit(InetAddress.ofLiteral("127.0.0.1"))).isTrue();
        assertThat(some.isFit(InetAddress.ofLiteral("127.0.0.2"))).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"10.0.0.0/33", "10.0.0.0/-1", "ten", "10.0.0.0/x", "example.org", "::/129"})
    void whatIsNoNetworkIsRefused(String text) {
        assertThatThrownBy(() -> Network.parse(text)).isInstanceOf(IllegalArgumentException.class);
    }
}
