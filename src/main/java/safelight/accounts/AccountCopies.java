package safelight.accounts;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.time.Duration;
import java.util.Optional;
import java.util.function.LongSupplier;
import safelight.base.AccountId;
import safelight.catalog.Account;
import safelight.catalog.AccountRows;

/// Copies of accounts that were read lately, for at most {@link #KEPT_MOST}: most requests need the
/// account's name and rights, which hardly ever change. Absences are never kept. Thread-safe.
///
/// A copy never keeps an ended session in force, and never refuses a new one: sessions are not
/// copied, and an account whose epoch is not the session's is read anew (docs/adr/0016).
public final class AccountCopies {
    /// How old a copy may ever become.
    public static final Duration KEPT_MOST = Duration.ofSeconds(5);

    private static final int COPIES_MAX = 10_000;

    private final AccountRows rows;
    private final long keptNanos;
    private final LongSupplier nanoTime;
    private final Cache<AccountId, Copy> copies;

    /// An account as it was read at `readAt`.
    private record Copy(Account account, long readAt) {}

    /// Keeps each for `kept`; zero keeps none. `nanoTime` is as `System.nanoTime()`.
    ///
    /// @throws IllegalArgumentException if `kept` is longer than {@link #KEPT_MOST}
    public AccountCopies(AccountRows rows, Duration kept, LongSupplier nanoTime) {
        if (kept.isNegative() || kept.compareTo(KEPT_MOST) > 0)
            throw new IllegalArgumentException("cannot keep an account for " + kept);
        this.rows = rows;
        this.keptNanos = kept.toNanos();
        this.nanoTime = nanoTime;
        this.copies =
                Caffeine.newBuilder()
                        .maximumSize(COPIES_MAX)
                        .expireAfterWrite(kept)
                        .ticker(nanoTime::getAsLong)
                        .executor(Runnable::run)
                        .build();
    }

    /// The account, as it is or was a moment ago; as it is if its epoch was another one then.
    Optional<Account> find(AccountId id, long epoch) {
        var copy = copies.getIfPresent(id);
        if (copy != null
                && copy.account.epoch() == epoch
                && nanoTime.getAsLong() - copy.readAt < keptNanos)
            return Optional.of(copy.account);
        return findNow(id);
    }

    /// The account, as it is.
    Optional<Account> findNow(AccountId id) {
        long now = nanoTime.getAsLong();
        var found = rows.find(id);
        if (keptNanos > 0) found.ifPresent(account -> copies.put(id, new Copy(account, now)));
        return found;
    }
}
