package safelight.dns;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.xbill.DNS.Flags;
import org.xbill.DNS.GenericEDNSOption;
import org.xbill.DNS.Message;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Type;

class CookiesTest {
    private static final HexFormat HEX = HexFormat.of();
    private static final int COOKIE = 10;

    @TempDir private Path folder;

    /// The example of the SipHash paper, appendix A.
    @Test
    void hashIsThatOfThePaper() {
        var key = HEX.parseHex("000102030405060708090a0b0c0d0e0f");
        var text = HEX.parseHex("000102030405060708090a0b0c0d0e");

        assertThat(new SipHash(key).of(text, text.length)).isEqualTo(0xa129ca6149be45e5L);
    }

    /// RFC 9018, appendix A.
    @ParameterizedTest
    @CsvSource({
        "e5e973e5a6b2a43f48e7dc849e37bfcf, 1559731985, 198.51.100.100, 2464c4abcf10c957,"
                + " 010000005cf79f111f8130c3eee29480",
        "e5e973e5a6b2a43f48e7dc849e37bfcf, 1559734385, 198.51.100.100, 2464c4abcf10c957,"
                + " 010000005cf7a871d4a564a1442aca77",
        "e5e973e5a6b2a43f48e7dc849e37bfcf, 1559734700, 203.0.113.203, fc93fc62807ddb86,"
                + " 010000005cf7a9acf73a7810aca2381e",
        "445536bcd2513298075a5d379663c962, 1559741961, 2001:db8:220:1:59de:d0f4:8769:82b8,"
                + " 22681ab97d52c298, 010000005cf7c609a6bb79d16625507a"
    })
    void cookiesAreThoseOfTheRfc(
            String secret, long atS, String address, String client, String server) {
        var cookies = new Cookies(HEX.parseHex(secret), at(atS));
        var query = new Query(BatchListener.QUERY_MOST);
        var from = java.net.InetAddress.ofLiteral(address).getAddress();
        query.resolver.set(from.length > 4, from, 0, from.length);
        System.arraycopy(HEX.parseHex(client), 0, query.in, 100, 8);
        query.cookieAt = 100;
        var out = new byte[Cookies.LENGTH];

        cookies.put(query, out, 0);

        assertThat(HEX.formatHex(out)).isEqualTo(client + server);
    }

    /// RFC 9018, appendix A.3: reserved bytes that another server set.
    @Test
    void reservedBytesCountAsTheyCame() {
        var cookies = new Cookies(Fixture.SECRET, at(1_559_727_985 + 60));
        var query = new Query(BatchListener.QUERY_MOST);
        var from = java.net.InetAddress.ofLiteral("203.0.113.203").getAddress();
        query.resolver.set(false, from, 0, 4);
        var cookie = HEX.parseHex("fc93fc62807ddb8601abcdef5cf78f71a314227b6679ebf5");
        System.arraycopy(cookie, 0, query.in, 100, Cookies.LENGTH);
        query.cookieAt = 100;
        query.cookieLength = Cookies.LENGTH;

        assertThat(cookies.isValid(query)).isTrue();
        query.in[109] ^= 1;
        assertThat(cookies.isValid(query)).isFalse();
    }

    @Test
    void clientGetsACookieThatIsKnownAnHourLater() throws Exception {
        var given = cookie(new Fixture(folder, 1, at(0)), "2464c4abcf10c957");

        assertThat(isExempt(given, 3600)).isTrue();
        assertThat(isExempt(given, 3601)).isFalse();
        var forged = given.substring(0, 47) + (given.endsWith("0") ? "1" : "0");
        assertThat(isExempt(forged, 0)).isFalse();
    }

    @Test
    void cookieOfAnotherAddressIsNotKnown() throws Exception {
        var dns = new Fixture(folder, 1, at(0));
        var given = cookie(dns, "2464c4abcf10c957");
        dns.from("127.0.0.2");

        assertThat(new Message(dns.raw(asking(given).toWire())).getHeader().getFlag(Flags.TC))
                .isTrue();
    }

    @ParameterizedTest
    @CsvSource({"00", "2464c4abcf10c9", "2464c4abcf10c95701", "2464c4abcf10c957010000000000"})
    void cookieOfAWrongLengthIsAFormatError(String hex) throws Exception {
        assertThat(new Fixture(folder).ask(asking(hex)).getRcode()).isEqualTo(Rcode.FORMERR);
    }

    @Test
    void cookieIsToBeHadWithoutAQuestion() throws Exception {
        var question = asking("2464c4abcf10c957");
        question.removeAllRecords(org.xbill.DNS.Section.QUESTION);

        var answer = new Fixture(folder).ask(question);

        assertThat(answer.getRcode()).isEqualTo(Rcode.NOERROR);
        assertThat(ResponderTest.option(answer, COOKIE)).hasSize(Cookies.LENGTH);
    }

    @Test
    void networkOverItsRateIsDroppedOrSentToTcp() throws Exception {
        var dns = new Fixture(folder, 3, at(0));
        int answered = 0;
        int truncated = 0;
        for (int i = 0; i < 20; i++) {
            var raw =
                    dns.from("127.0.0." + i)
                            .raw(Fixture.question("photos.example.org", Type.A).toWire());
            if (raw.length == 0) continue;
            if (new Message(raw).getHeader().getFlag(Flags.TC)) truncated++;
            else answered++;
        }

        assertThat(answered).isEqualTo(3);
        assertThat(truncated).isEqualTo(9);
        assertThat(dns.from("198.51.100.1").ask("photos.example.org", Type.A).getRcode())
                .isEqualTo(Rcode.NOERROR);
        assertThat(dns.byTcp().ask("photos.example.org", Type.A).getRcode())
                .isEqualTo(Rcode.NOERROR);
    }

    /// Whether a server with a limit of one answer knows the cookie, and so answers three times.
    private boolean isExempt(String cookie, long laterS) throws Exception {
        var dns = new Fixture(folder, 1, at(laterS));
        dns.ask(asking(cookie));
        dns.raw(asking(cookie).toWire());
        var third = dns.raw(asking(cookie).toWire());
        return third.length > 0 && !new Message(third).getHeader().getFlag(Flags.TC);
    }

    private static String cookie(Fixture dns, String client) throws Exception {
        return HEX.formatHex(ResponderTest.option(dns.ask(asking(client)), COOKIE));
    }

    private static Message asking(String cookie) throws Exception {
        return Fixture.question(
                "photos.example.org", Type.A, new GenericEDNSOption(COOKIE, HEX.parseHex(cookie)));
    }

    private static Clock at(long seconds) {
        return Clock.fixed(Instant.ofEpochSecond(seconds), ZoneOffset.UTC);
    }
}
