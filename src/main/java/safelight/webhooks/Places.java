package safelight.webhooks;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import safelight.base.AccountId;
import safelight.catalog.Delivery;

/// How many tries are under way, in all, to each receiver and of each account, so that receivers
/// that do not answer hold up no others, whoever named how many of them. Guarded by its own lock.
final class Places {
    private final int most;
    private final int perHost;
    private final int perAccount;
    private final Map<String, Integer> toHosts = new HashMap<>();
    private final Map<AccountId, Integer> ofAccounts = new HashMap<>();
    private int all;

    Places(int most, int perHost, int perAccount) {
        this.most = most;
        this.perHost = perHost;
        this.perAccount = perAccount;
    }

    synchronized boolean areTaken() {
        return all >= most;
    }

    synchronized int free(String host) {
        return Math.min(most - all, perHost - toHosts.getOrDefault(host, 0));
    }

    /// Accounts that have their part. What is claimed for one receiver at once may go beyond it.
    synchronized Set<AccountId> busyAccounts() {
        return ofAccounts.entrySet().stream()
                .filter(e -> e.getValue() >= perAccount)
                .map(Map.Entry::getKey)
                .collect(Collectors.toSet());
    }

    synchronized void take(Delivery.Event event) {
        all++;
        toHosts.merge(event.host(), 1, Integer::sum);
        ofAccounts.merge(event.account(), 1, Integer::sum);
    }

    synchronized void giveBack(Delivery.Event event) {
        all--;
        toHosts.computeIfPresent(event.host(), (_, n) -> n == 1 ? null : n - 1);
        ofAccounts.computeIfPresent(event.account(), (_, n) -> n == 1 ? null : n - 1);
    }
}
