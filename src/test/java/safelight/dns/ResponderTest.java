package safelight.dns;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static safelight.dns.Fixture.EAST;
import static safelight.dns.Fixture.WEST;
import static safelight.dns.Fixture.answers;
import static safelight.dns.Fixture.question;
import static safelight.dns.Fixture.scope;
import static safelight.dns.Fixture.subnet;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.xbill.DNS.DClass;
import org.xbill.DNS.EDNSOption;
import org.xbill.DNS.Flags;
import org.xbill.DNS.GenericEDNSOption;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.OPTRecord;
import org.xbill.DNS.Opcode;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.SOARecord;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/// One test for each rule of the RFCs; docs/dns-conformance.md lists them.
class ResponderTest {
    @TempDir private Path folder;
    private Fixture dns;

    @BeforeEach
    void start() throws Exception {
        dns = new Fixture(folder);
    }

    @Test
    void answerIsAuthoritativeAndMinimal() throws Exception {
        var answer = dns.ask("photos.example.org", Type.A);

        assertThat(answer.getHeader().getFlag(Flags.QR)).isTrue();
        assertThat(answer.getHeader().getFlag(Flags.AA)).isTrue();
        assertThat(answer.getHeader().getFlag(Flags.RA)).isFalse();
        assertThat(answers(answer)).containsExactly(EAST);
        assertThat(answer.getSection(Section.AUTHORITY)).isEmpty();
        assertThat(answer.getSection(Section.ADDITIONAL)).isEmpty();
        assertThat(answer.getSection(Section.ANSWER).getFirst().getTTL()).isEqualTo(30);
    }

    @Test
    void idAndRecursionDesiredComeBack() throws Exception {
        var question = question("photos.example.org", Type.A);
        question.getHeader().setID(4711);
        question.getHeader().unsetFlag(Flags.RD);

        assertThat(dns.ask(question).getHeader().getID()).isEqualTo(4711);
        assertThat(dns.ask(question).getHeader().getFlag(Flags.RD)).isFalse();
        question.getHeader().setFlag(Flags.RD);
        assertThat(dns.ask(question).getHeader().getFlag(Flags.RD)).isTrue();
    }

    @Test
    void lettersKeepTheirCaseAndDoNotMatter() throws Exception {
        var answer = dns.ask("pHoToS.eXaMpLe.OrG", Type.A);

        assertThat(answer.getQuestion().getName()).hasToString("pHoToS.eXaMpLe.OrG.");
        assertThat(answer.getSection(Section.ANSWER).getFirst().getName())
                .hasToString("pHoToS.eXaMpLe.OrG.");
        assertThat(answers(dns.ask("MAIL.example.ORG", Type.A))).containsExactly("192.0.2.25");
    }

    @ParameterizedTest
    @CsvSource({"A, 192.0.2.2", "AAAA, 2001:db8:0:0:0:0:0:2"})
    void nearestByClientSubnet(String type, String address) throws Exception {
        var answer = dns.ask("photos.example.org", Type.value(type), subnet("2.1.0.0/24"));

        assertThat(answers(answer)).containsExactly(address);
    }

    @ParameterizedTest
    @CsvSource({"2.1.7.0/24, 8", "203.0.113.0/24, 24", "2.0.0.0/8, 8", "2a00:1::/48, 11"})
    void scopeIsThatOfTheNetworkWithTheSameAnswer(String network, int scope) throws Exception {
        assertThat(scope(dns.ask("photos.example.org", Type.A, subnet(network)))).isEqualTo(scope);
    }

    @ParameterizedTest
    @ValueSource(strings = {"0.0.0.0/1", "128.0.0.0/1", "4000::/3", "1.0.0.0/32"})
    void scopeOfASteeredNameIsNeverZero(String network) throws Exception {
        var answer = dns.ask("photos.example.org", Type.A, subnet(network));

        assertThat(scope(answer)).isPositive();
    }

    @Test
    void clientThatHidesGetsItsResolversAnswerForAll() throws Exception {
        var answer = dns.from("203.0.113.9").ask("photos.example.org", Type.A, subnet("0.0.0.0/0"));

        assertThat(answers(answer)).containsExactly(WEST);
        assertThat(scope(answer)).isZero();
    }

    @Test
    void namesThatAreTheSameForAllHaveScopeZero() throws Exception {
        assertThat(scope(dns.ask("mail.example.org", Type.A, subnet("2.1.0.0/24")))).isZero();
        assertThat(scope(dns.ask("none.example.org", Type.A, subnet("2.1.0.0/24")))).isZero();
    }

    @Test
    void subnetComesBackAsItWas() throws Exception {
        var answer = dns.ask("photos.example.org", Type.A, subnet("2.1.7.0/24"));
        var option =
                (org.xbill.DNS.ClientSubnetOption)
                        answer.getOPT().getOptions(EDNSOption.Code.CLIENT_SUBNET).getFirst();

        assertThat(option.getSourcePrefixLength()).isEqualTo(24);
        assertThat(option.getAddress().getHostAddress()).isEqualTo("2.1.7.0");
    }

    @Test
    void addressesThatTravelInOthersAreWhereTheyComeFrom() throws Exception {
        var sixToFour = dns.ask("photos.example.org", Type.A, subnet("2002:201:700::/48"));

        assertThat(answers(sixToFour)).containsExactly(WEST);
        assertThat(scope(sixToFour)).isEqualTo(16 + 8);
        assertThat(answers(dns.from("64:ff9b::201:701").ask("photos.example.org", Type.A)))
                .containsExactly(WEST);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "0001180002010700", // one byte too many
                "00012000020107", // one too few
                "0001170002010f", // a bit behind the prefix
                "00011808020107", // a scope in a query
                "00012100020107000a", // longer than an address
                "0003180002010700", // a family that is none
                "000118" // cut
            })
    void malformedSubnetIsAFormatError(String hex) throws Exception {
        var option = new GenericEDNSOption(8, java.util.HexFormat.of().parseHex(hex));

        assertThat(dns.ask("photos.example.org", Type.A, option).getRcode())
                .isEqualTo(Rcode.FORMERR);
    }

    @Test
    void stickyNetworkStaysAndItsScopeSaysSo() throws Exception {
        var first = dns.ask("split.example.org", Type.A, subnet("2.1.7.0/24"));

        assertThat(scope(first)).isEqualTo(24);
        for (int i = 0; i < 20; i++)
            assertThat(answers(dns.ask("split.example.org", Type.A, subnet("2.1.7.0/24"))))
                    .isEqualTo(answers(first));
    }

    @Test
    void clientsThatAreNotStickyAreDealtByWeight() throws Exception {
        int east = 0;
        for (int i = 0; i < 1000; i++)
            if (answers(dns.ask("dealt.example.org", Type.A)).contains(EAST)) east++;

        assertThat(east).isBetween(695, 705);
    }

    @Test
    void otherTypesOfASteeredNameAreThoseOfTheZone() throws Exception {
        assertThat(answers(dns.ask("photos.example.org", Type.TXT)))
                .containsExactly("\"of everybody\"");
        assertThat(answers(dns.ask("example.org", Type.MX)))
                .containsExactly("10 mail.example.org.");
        assertThat(dns.ask("split.example.org", Type.MX).getRcode()).isEqualTo(Rcode.NOERROR);
    }

    @ParameterizedTest
    @CsvSource({
        "photos.example.org, MX, NOERROR", "none.example.org, A, NXDOMAIN",
        "mail.example.org, AAAA, NOERROR", "below.example.org, A, NOERROR"
    })
    void negativeAnswersHaveTheSoaForItsMinimum(String name, String type, String code)
            throws Exception {
        var answer = dns.ask(name, Type.value(type));

        assertThat(answer.getRcode()).isEqualTo(Rcode.value(code));
        assertThat(answer.getHeader().getFlag(Flags.AA)).isTrue();
        assertThat(answer.getSection(Section.ANSWER)).isEmpty();
        var soa = (SOARecord) answer.getSection(Section.AUTHORITY).getFirst();
        assertThat(soa.getTTL()).isEqualTo(120);
        assertThat(soa.getName()).hasToString("example.org.");
    }

    @Test
    void soaAndNameServersAreAnswered() throws Exception {
        assertThat(answers(dns.ask("example.org", Type.NS))).containsExactly("ns1.example.org.");
        assertThat(answers(dns.ask("example.org", Type.SOA)).getFirst()).contains(" 7 3600 ");
    }

    @Test
    void aliasIsFollowedInsideTheZone() throws Exception {
        assertThat(answers(dns.ask("alias.example.org", Type.A)))
                .containsExactly("mail.example.org.", "192.0.2.25");
        assertThat(answers(dns.ask("www.example.org", Type.A)))
                .containsExactly("photos.example.org.");
    }

    @Test
    void wildcardAnswersForWhatIsNotThere() throws Exception {
        assertThat(answers(dns.ask("any.wild.example.org", Type.A))).containsExactly("192.0.2.77");
    }

    @Test
    void delegationIsAReferralWithGlue() throws Exception {
        var answer = dns.ask("host.sub.example.org", Type.A);

        assertThat(answer.getHeader().getFlag(Flags.AA)).isFalse();
        assertThat(answer.getSection(Section.AUTHORITY).getFirst().rdataToString())
                .isEqualTo("ns.sub.example.org.");
        assertThat(answer.getSection(Section.ADDITIONAL).getFirst().rdataToString())
                .isEqualTo("192.0.2.54");
    }

    @ParameterizedTest
    @CsvSource({"photos.example.org", "mail.example.org", "example.org"})
    void anyIsAnsweredByHinfoAlone(String name) throws Exception {
        assertThat(answers(dns.ask(name, Type.ANY))).containsExactly("\"RFC8482\" \"\"");
    }

    @Test
    void anyOfANameThatIsNotThereIsNxdomain() throws Exception {
        assertThat(dns.ask("none.example.org", Type.ANY).getRcode()).isEqualTo(Rcode.NXDOMAIN);
    }

    @Test
    void otherZonesAreRefused() throws Exception {
        var answer = dns.ask("example.com", Type.A);

        assertThat(answer.getRcode()).isEqualTo(Rcode.REFUSED);
        assertThat(answer.getHeader().getFlag(Flags.AA)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(ints = {Type.AXFR, Type.IXFR})
    void transfersAreRefused(int type) throws Exception {
        assertThat(dns.ask("example.org", type).getRcode()).isEqualTo(Rcode.REFUSED);
        assertThat(dns.byTcp().ask("example.org", type).getRcode()).isEqualTo(Rcode.REFUSED);
    }

    @ParameterizedTest
    @ValueSource(ints = {Opcode.NOTIFY, Opcode.UPDATE, Opcode.STATUS, Opcode.IQUERY})
    void otherOpcodesAreNotImplemented(int opcode) throws Exception {
        var question = question("example.org", Type.SOA);
        question.getHeader().setOpcode(opcode);

        var answer = dns.ask(question);

        assertThat(answer.getRcode()).isEqualTo(Rcode.NOTIMP);
        assertThat(answer.getHeader().getOpcode()).isEqualTo(opcode);
    }

    @Test
    void laterEdnsIsABadVersionAndTellsOurs() throws Exception {
        var question = question("photos.example.org", Type.A);
        question.addRecord(new OPTRecord(4096, 0, 1), Section.ADDITIONAL);

        var answer = dns.ask(question);

        assertThat(answer.getRcode()).isEqualTo(Rcode.BADVERS);
        assertThat(answer.getOPT().getVersion()).isZero();
        assertThat(answer.getSection(Section.ANSWER)).isEmpty();
    }

    @Test
    void answerHasEdnsOnlyIfTheQueryHadIt() throws Exception {
        var plain = question("photos.example.org", Type.A);
        var edns = question("photos.example.org", Type.A);
        edns.addRecord(new OPTRecord(4096, 0, 0), Section.ADDITIONAL);

        assertThat(dns.ask(plain).getOPT()).isNull();
        assertThat(dns.ask(edns).getOPT().getPayloadSize()).isEqualTo(1232);
    }

    @Test
    void unknownOptionsAreIgnored() throws Exception {
        var answer =
                dns.ask(
                        "photos.example.org",
                        Type.A,
                        new GenericEDNSOption(65_001, new byte[] {1, 2}));

        assertThat(answers(answer)).containsExactly(EAST);
        assertThat(answer.getOPT().getOptions()).isEmpty();
    }

    @Test
    void twoOptRecordsAreAFormatError() throws Exception {
        var question = question("photos.example.org", Type.A);
        question.addRecord(new OPTRecord(1232, 0, 0), Section.ADDITIONAL);
        question.addRecord(new OPTRecord(1231, 0, 0), Section.ADDITIONAL);

        assertThat(dns.ask(question).getRcode()).isEqualTo(Rcode.FORMERR);
    }

    @Test
    void whatDoesNotFitIsTruncatedAndWholeByTcp() throws Exception {
        var cut = dns.ask("big.example.org", Type.TXT);
        var edns = question("big.example.org", Type.TXT);
        edns.addRecord(new OPTRecord(65_535, 0, 0), Section.ADDITIONAL);

        assertThat(cut.getHeader().getFlag(Flags.TC)).isTrue();
        assertThat(cut.getSection(Section.ANSWER)).isEmpty();
        assertThat(dns.raw(edns.toWire())).hasSizeLessThanOrEqualTo(1232);
        var whole = dns.byTcp().ask("big.example.org", Type.TXT);
        assertThat(whole.getHeader().getFlag(Flags.TC)).isFalse();
        assertThat(whole.getSection(Section.ANSWER)).hasSize(1);
    }

    @ParameterizedTest
    @CsvSource({"id.server, us-east", "hostname.bind, us-east", "HOSTNAME.BIND, us-east"})
    void serverSaysWhichOneItIs(String name, String text) throws Exception {
        var answer = dns.ask(chaos(name));

        assertThat(answers(answer)).containsExactly(text);
    }

    @ParameterizedTest
    @ValueSource(strings = {"version.bind", "version.server", "example.org"})
    void serverHidesItsVersion(String name) throws Exception {
        assertThat(dns.ask(chaos(name)).getRcode()).isEqualTo(Rcode.REFUSED);
    }

    @Test
    void nsidIsTheDataCenter() throws Exception {
        var answer = dns.ask("photos.example.org", Type.A, new GenericEDNSOption(3, new byte[0]));

        assertThat(new String(option(answer, 3))).isEqualTo("us-east");
    }

    @Test
    void responsesAndScrapsAreNotAnswered() throws Exception {
        var response = question("photos.example.org", Type.A);
        response.getHeader().setFlag(Flags.QR);

        assertThat(dns.raw(response.toWire())).isEmpty();
        assertThat(dns.raw(new byte[11])).isEmpty();
    }

    @Test
    void twoQuestionsAreAFormatErrorOfTwelveBytes() throws Exception {
        var bytes = question("photos.example.org", Type.A).toWire();
        bytes[5] = 2;

        assertThat(dns.raw(bytes)).hasSize(12);
        assertThat(new Message(dns.raw(bytes)).getRcode()).isEqualTo(Rcode.FORMERR);
    }

    @Test
    void steeredNameWithAddressesInTheFileIsRefused() throws Exception {
        var file = folder.resolve("wrong");
        Files.writeString(
                file,
                Fixture.ZONE.replace("photos      IN TXT", "photos IN A 192.0.2.9\nx IN TXT"));

        assertThatThrownBy(() -> Answers.of(Fixture.plan(Optional.of(file)), java.util.List.of()))
                .hasMessageContaining("photos.example.org. is steered and has A");
    }

    static byte[] option(Message answer, int code) {
        return answer.getOPT().getOptions(code).stream()
                .map(o -> {
                    var wire = o.toWire();
                    return java.util.Arrays.copyOfRange(wire, 4, wire.length);
                })
                .findFirst()
                .orElse(new byte[0]);
    }

    private static Message chaos(String name) throws Exception {
        return Message.newQuery(
                Record.newRecord(Name.fromString(name + "."), Type.TXT, DClass.CHAOS));
    }
}
