package safelight.webhooks;

import java.util.HashMap;
import java.util.Map;

/// How many tries are under way, in all and to each receiver, so that one that does not answer
/// holds up no others. Guarded by its own lock.
final class Places {
    private final int most;
    private final int perHost;
    private final Map<String, Integer> taken = new HashMap<>();
    private int all;

    Places(int most, int perHost) {
        this.most = most;
        this.perHost = perHost;
    }

    synchronized boolean areTaken() {
        return all >= most;
    }

    synchronized int free(String host) {
        return Math.min(most - all, perHost - taken.getOrDefault(host, 0));
    }

    synchronized void take(String host) {
        all++;
        taken.merge(host, 1, Integer::sum);
    }

    synchronized void giveBack(String host) {
        all--;
        taken.computeIfPresent(host, (_, n) -> n == 1 ? null : n - 1);
    }
}
