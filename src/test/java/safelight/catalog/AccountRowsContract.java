package safelight.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import safelight.base.AccountId;
import safelight.base.AtOnce;
import safelight.base.HandClock;
import safelight.base.Page;

/// What every engine's accounts and tokens do.
public abstract class AccountRowsContract {
    protected final HandClock clock = new HandClock(Instant.parse("2026-01-01T00:00:00.123456Z"));
    protected final Samples samples = new Samples(clock);

    /// Rows with nothing in them, the same ones during a test.
    protected abstract AccountRows rows();

    @Test
    void accountIsFoundAsItWasAdded() {
        var account = samples.account("ann@example.org");

        var added = rows().add(account).orElseThrow();

        assertThat(added)
                .usingRecursiveComparison()
                .ignoringFields("administrator")
                .isEqualTo(account);
        assertThat(rows().find(account.id())).contains(added);
        assertThat(rows().find(samples.accountId())).isEmpty();
    }

    @Test
    void onlyTheFirstAccountIsAdministrator() {
        assertThat(rows().add(samples.account("a@x")).orElseThrow().administrator()).isTrue();
        assertThat(rows().add(samples.account("b@x")).orElseThrow().administrator()).isFalse();
    }

    @Test
    void raceForTheFirstAccountHasOneAdministrator() throws Exception {
        var added =
                AtOnce.run(8, i -> rows().add(samples.account("race" + i + "@x")).orElseThrow());

        assertThat(added).filteredOn(Account::administrator).hasSize(1);
    }

    @Test
    void raceForOneEmailHasOneWinner() throws Exception {
        var added = AtOnce.run(8, _ -> rows().add(samples.account("same@x")));

        assertThat(added).filteredOn(Optional::isPresent).hasSize(1);
    }

    @Test
    void emailIsComparedInLowerCase() {
        var account = rows().add(samples.account("ann@example.org")).orElseThrow();

        assertThat(rows().findByEmail("ANN@Example.org")).contains(account);
        assertThat(rows().findByEmail("bob@example.org")).isEmpty();
        assertThat(rows().add(samples.account("Ann@Example.ORG"))).isEmpty();
    }

    @Test
    void avatarIsReplaced() {
        var account = rows().add(samples.account("a@x")).orElseThrow();
        var second = samples.digest();

        rows().setAvatar(account.id(), samples.digest());
        rows().setAvatar(account.id(), second);

        assertThat(rows().find(account.id()).orElseThrow().avatar()).contains(second);
    }

    @Test
    void epochRisesByOneForEachCall() throws Exception {
        var account = rows().add(samples.account("a@x")).orElseThrow();

        var epochs = AtOnce.run(8, _ -> rows().raiseEpoch(account.id()));

        assertThat(epochs).containsExactlyInAnyOrder(1L, 2L, 3L, 4L, 5L, 6L, 7L, 8L);
        assertThat(rows().find(account.id()).orElseThrow().epoch()).isEqualTo(8);
    }

    @Test
    void epochOfNobodyIsABrokenInvariant() {
        assertThatThrownBy(() -> rows().raiseEpoch(samples.accountId()))
                .isInstanceOf(IllegalStateException.class);
    }

    @Test
    void passwordIsReplacedAndTheEpochRisesWithIt() throws Exception {
        var account = rows().add(samples.account("a@x")).orElseThrow();
        var other = rows().add(samples.account("b@x")).orElseThrow();

        assertThat(rows().setPassword(account.id(), "$argon2id$y", 0)).contains(1L);
        var epochs = AtOnce.run(4, i -> rows().setPassword(account.id(), "$argon2id$" + i, 1));

        assertThat(epochs.stream().flatMap(Optional::stream)).containsExactly(2L);
        var now = rows().find(account.id()).orElseThrow();
        assertThat(now.epoch()).isEqualTo(2);
        assertThat(now.passwordHash()).isEqualTo("$argon2id$" + epochs.indexOf(Optional.of(2L)));
        assertThat(rows().find(other.id())).contains(other);
    }

    @Test
    void passwordStaysIfTheEpochHasRisenOrNobodyHasIt() {
        var account = rows().add(samples.account("a@x")).orElseThrow();
        rows().raiseEpoch(account.id());

        assertThat(rows().setPassword(account.id(), "$argon2id$y", 0)).isEmpty();
        assertThat(rows().setPassword(samples.accountId(), "$argon2id$y", 0)).isEmpty();

        var now = rows().find(account.id()).orElseThrow();
        assertThat(now.passwordHash()).isEqualTo(account.passwordHash());
        assertThat(now.epoch()).isEqualTo(1);
    }

    @Test
    void tokenIsFoundByItsSecretAndListedNewestFirst() {
        var ann = rows().add(samples.account("a@x")).orElseThrow().id();
        var bob = rows().add(samples.account("b@x")).orElseThrow().id();
        var first = samples.token(ann);
        var second = samples.token(ann);
        rows().addToken(first);
        rows().addToken(second);
        rows().addToken(samples.token(bob));

        assertThat(rows().findToken(first.secret())).contains(first);
        assertThat(rows().findToken(samples.digest())).isEmpty();
        assertThat(rows().tokens(ann)).containsExactly(second, first);
    }

    @Test
    void useOfATokenNeverGoesBack() {
        var ann = rows().add(samples.account("a@x")).orElseThrow().id();
        var token = samples.token(ann);
        rows().addToken(token);
        var later = clock.instant().plusSeconds(60);

        rows().touchToken(token.id(), later);
        rows().touchToken(token.id(), clock.instant());

        assertThat(rows().findToken(token.secret()).orElseThrow().used()).contains(later);
    }

    @Test
    void tokenIsRemovedByItsOwnerOnlyAndOnce() {
        var ann = rows().add(samples.account("a@x")).orElseThrow().id();
        var bob = rows().add(samples.account("b@x")).orElseThrow().id();
        var token = samples.token(ann);
        rows().addToken(token);

        assertThat(rows().removeToken(bob, token.id())).isFalse();
        assertThat(rows().removeToken(ann, token.id())).isTrue();
        assertThat(rows().removeToken(ann, token.id())).isFalse();
        assertThat(rows().findToken(token.secret())).isEmpty();
    }

    @Test
    void listPagesThroughEveryAccountOnce() {
        var ids = new ArrayList<AccountId>();
        for (int i = 0; i < 7; i++)
            ids.add(rows().add(samples.account("list" + i + "@x")).orElseThrow().id());

        var listed = new ArrayList<Account>();
        Optional<String> cursor = Optional.empty();
        do {
            var page = rows().list(new Page.Request(3, cursor));
            assertThat(page.items()).hasSizeBetween(1, 3);
            listed.addAll(page.items());
            cursor = page.next();
        } while (cursor.isPresent());

        assertThat(listed).extracting(Account::id).containsExactlyInAnyOrderElementsOf(ids);
        for (var account : listed) assertThat(rows().find(account.id())).contains(account);
    }

    @Test
    void listOfNobodyIsEmptyAndHasNoNextPage() {
        assertThat(rows().list(new Page.Request(3, Optional.empty())))
                .isEqualTo(new Page<Account>(List.of(), Optional.empty()));
    }

    @Test
    void cursorThatCameFromNoListIsRefused() {
        assertThatThrownBy(() -> rows().list(new Page.Request(3, Optional.of("nonsense"))))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private Account moved(String email, boolean administrator) {
        var account = samples.account(email);
        return new Account(
                account.id(),
                account.email(),
                account.name(),
                account.passwordHash(),
                Optional.of(samples.digest()),
                41,
                administrator,
                account.created());
    }

    @Test
    void restoredAccountIsAsItWas() {
        var plain = moved("plain@x", false);
        var administrator = moved("admin@x", true);

        rows().restore(plain);
        rows().restore(administrator);

        assertThat(rows().find(plain.id())).contains(plain);
        assertThat(rows().find(administrator.id())).contains(administrator);
        assertThat(rows().findByEmail("ADMIN@x")).contains(administrator);
        assertThat(rows().raiseEpoch(plain.id())).isEqualTo(42);
        assertThat(rows().add(samples.account("plain@x"))).isEmpty();
    }

    @Test
    void restoringAgainChangesNothing() {
        var account = moved("a@x", true);
        rows().restore(account);
        var epoch = rows().raiseEpoch(account.id());
        rows().restore(account);

        assertThat(rows().find(account.id()).orElseThrow().epoch()).isEqualTo(epoch);
    }

    @Test
    void restoreLeavesTheEmailToWhoHasIt() {
        var first = rows().add(samples.account("a@x")).orElseThrow();
        var second = moved("A@x", true);

        rows().restore(second);

        assertThat(rows().findByEmail("a@x")).contains(first);
        assertThat(rows().find(second.id())).isEmpty();
        assertThat(rows().list(new Page.Request(3, Optional.empty())).items())
                .containsExactly(first);
    }

    @Test
    void tokenOfARestoredAccountIsKeptAsItWas() {
        var account = moved("a@x", false);
        rows().restore(account);
        var fresh = samples.token(account.id());
        var used =
                new Token(
                        fresh.id(),
                        fresh.account(),
                        fresh.name(),
                        fresh.secret(),
                        fresh.created(),
                        Optional.of(clock.instant()));

        rows().addToken(used);

        assertThat(rows().findToken(used.secret())).contains(used);
        assertThat(rows().tokens(account.id())).containsExactly(used);
    }
}
