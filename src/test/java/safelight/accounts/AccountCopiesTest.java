package safelight.accounts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import safelight.base.AccountId;
import safelight.base.Digest;
import safelight.catalog.Account;
import safelight.catalog.sql.SqlAccounts;
import safelight.sql.Database;

class AccountCopiesTest {
    private static final AccountId ANN = new AccountId("01kdvh00000000000000000001");
    private static final Digest PICTURE = Digest.of(new byte[] {1});

    @TempDir private Path folder;
    private final AtomicLong nanos = new AtomicLong();
    private Database database;
    private SqlAccounts rows;
    private AccountCopies copies;

    @BeforeEach
    void open() {
        database = Database.open(folder.resolve("catalog.db"));
        rows = new SqlAccounts(database);
        copies = new AccountCopies(rows, Duration.ofSeconds(5), nanos::get);
        var now = Instant.parse("2026-01-01T12:00:00Z");
        var account = new Account(ANN, "ann@x", "Ann", "$a", Optional.empty(), 0, false, now);
        assertThat(rows.add(account)).isPresent();
    }

    @AfterEach
    void close() {
        database.close();
    }

    private void passes(Duration time) {
        nanos.addAndGet(time.toNanos());
    }

    /// Whether the change of the picture is seen: a copy that was made before does not have it.
    private boolean isNew() {
        return copies.find(ANN, 0).orElseThrow().avatar().isPresent();
    }

    @Test
    void copyServesForItsTimeAndNoLonger() {
        assertThat(isNew()).isFalse();
        rows.setAvatar(ANN, PICTURE);

        passes(Duration.ofMillis(3_999));
        assertThat(isNew()).isFalse();
        passes(Duration.ofMillis(1_001));

        assertThat(isNew()).isTrue();
    }

    @Test
    void firstWhoNeedsAnAgingCopyReadsForAll() {
        assertThat(isNew()).isFalse();
        rows.setAvatar(ANN, PICTURE);
        passes(Duration.ofSeconds(4));

        assertThat(isNew()).isTrue();
        passes(Duration.ofMillis(3_999));

        assertThat(isNew()).as("the new copy").isTrue();
    }

    @Test
    void copyOfAnotherEpochIsNoAnswer() {
        copies.find(ANN, 0);
        rows.raiseEpoch(ANN);

        assertThat(copies.find(ANN, 1).orElseThrow().epoch()).isEqualTo(1);
        assertThat(copies.find(ANN, 0).orElseThrow().epoch()).isEqualTo(1);
    }

    @Test
    void whoWantsItNowPassesTheCopyAndReplacesIt() {
        copies.find(ANN, 0);
        rows.setAvatar(ANN, PICTURE);

        assertThat(copies.findNow(ANN).orElseThrow().avatar()).contains(PICTURE);
        assertThat(isNew()).isTrue();
    }

    @Test
    void nothingIsKeptForNoTimeAndNothingForLonger() {
        var none = new AccountCopies(rows, Duration.ZERO, nanos::get);
        none.find(ANN, 0);
        rows.setAvatar(ANN, PICTURE);

        assertThat(none.find(ANN, 0).orElseThrow().avatar()).isPresent();
        assertThatThrownBy(() -> new AccountCopies(rows, Duration.ofSeconds(6), nanos::get))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void absenceIsNeverKept() {
        var bob = new AccountId("01kdvh00000000000000000002");
        assertThat(copies.find(bob, 0)).isEmpty();
        var now = Instant.EPOCH;
        var account = new Account(bob, "bob@x", "Bob", "$b", Optional.empty(), 0, false, now);
        assertThat(rows.add(account)).isPresent();

        assertThat(copies.find(bob, 0)).isPresent();
    }
}
