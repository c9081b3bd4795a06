package safelight.webhooks;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import safelight.base.AccountId;
import safelight.catalog.Delivery;

/// Who may have how many tries under way.
class PlacesTest {
    private static final AccountId GREEDY = new AccountId("01kdvdna3wgw4x5ht0qb0czep0");
    private static final AccountId MODEST = new AccountId("01kdvdna3wgw4x5ht0qb0czep1");

    private final Places places = new Places(4, 2, 3);

    private static Delivery.Event to(AccountId account, String url) {
        return new Delivery.Event(
                account,
                Delivery.Type.JOB_FAILED,
                "01kdvdna3wgw4x5ht0qb0czep2",
                url,
                Instant.EPOCH);
    }

    @Test
    void receiverHasItsPartHoweverItIsWritten() {
        places.take(to(GREEDY, "https://a.example"));
        places.take(to(MODEST, "https://A.example.:443/hook"));

        assertThat(places.free("a.example")).isZero();
        assertThat(places.free("b.example")).isEqualTo(2);
    }

    @Test
    void accountHasItsPartHoweverManyHostsItNames() {
        places.take(to(GREEDY, "https://a.example"));
        places.take(to(GREEDY, "https://b.example"));
        assertThat(places.busyAccounts()).isEmpty();

        places.take(to(GREEDY, "https://c.example"));
        assertThat(places.busyAccounts()).containsExactly(GREEDY);
        assertThat(places.free("d.example")).isEqualTo(1);

        places.giveBack(to(GREEDY, "https://b.example"));
        assertThat(places.busyAccounts()).isEmpty();
    }

    @Test
    void allTogetherHaveNoMoreThanThereAre() {
        for (var host : new String[] {"a", "b", "c", "d"})
            places.take(to(MODEST, "https://" + host));

        assertThat(places.areTaken()).isTrue();
        assertThat(places.free("e")).isZero();
    }

    @ParameterizedTest
    @CsvSource({
        "https://example.org, example.org",
        "HTTPS://Example.ORG:443/Hook?a=b, example.org",
        "https://example.org:0443, example.org",
        "https://example.org./, example.org",
        "http://example.org:80?x, example.org",
        "http://example.org:443, example.org:443",
        "https://example.org:8443/, example.org:8443",
        "https://XN--BCHER-KVA.example, xn--bcher-kva.example",
        "http://[2606:4700::1111]:8080/, [2606:4700::1111]:8080",
        "http://[2606:4700::1111], [2606:4700::1111]",
    })
    void sameReceiverIsTheSameInEverySpelling(String url, String host) {
        assertThat(to(GREEDY, url).host()).isEqualTo(host);
    }
}
