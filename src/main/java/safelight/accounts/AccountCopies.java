package safelight.accounts;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
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

    /// From this part of its time on, the first who needs a copy reads the account anew, while
    /// others go on with the copy: else all who want it at the end would ask at once.
    private static final double RENEWED_AFTER = 0.8;

    private final AccountRows rows;
    private final long keptNanos;
    private final LongSupplier nanoTime;
    private final Cache<AccountId, Copy> copies;

    /// An account as it was read at `readAt`; `renewed` once somebody reads it anew.
    private record Copy(Account account, long readAt, AtomicBoolean renewed) {
        private boolean isGood(long epoch, long age, long kept) {
            if (account.epoch() != epoch || age >= kept) return false;
            return age < RENEWED_AFTER * kept || !renewed.compareAndSet(false, true);
        }
    }

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
        if (copy != null && copy.isGood(epoch, nanoTime.getAsLong() - copy.readAt, keptNanos))
            return Optional.of(copy.account);
        return findNow(id);
    }

    /// The account, as it is.
    Optional<Account> findNow(AccountId id) {
        long now = nanoTime.getAsLong();
        var found = rows.find(id);
        if (keptNanos > 0)
            found.ifPresent(account -> copies.put(id, new Copy(account, now, new AtomicBoolean())));
        return found;
    }
}
