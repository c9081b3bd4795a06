package safelight.replication;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import safelight.base.Digest;
import safelight.blobs.Blobs;
import safelight.catalog.CopyRows;

/// Compares what rows name with what each data center has, whatever tasks say: the proof that
/// everything is everywhere, and that what was deleted is nowhere. Keeps all names in memory, about
/// 150 bytes a blob.
public final class Check {
    private static final int PAGE = 500;

    private final CopyRows rows;
    private final Blobs here;
    private final Peers peers;
    private final String own;

    /// With the blobs that are here alone.
    public Check(ReplicatedBlobs.Site site, Blobs here) {
        this.rows = site.rows();
        this.here = here;
        this.peers = site.peers();
        this.own = site.settings().own();
    }

    /// One data center. `missing` is named by a row and not there, `leftOver` is there and named by
    /// none.
    public record Found(String dataCenter, int blobs, List<Digest> missing, List<Digest> leftOver) {
        /// Copies both lists.
        public Found {
            missing = List.copyOf(missing);
            leftOver = List.copyOf(leftOver);
        }

        /// Whether all is as it should be.
        public boolean isWhole() {
            return missing.isEmpty() && leftOver.isEmpty();
        }
    }

    /// Of this data center and then the others. What comes or goes meanwhile is looked at twice.
    ///
    /// @throws ReplicationFailure if one of them does not answer
    public List<Found> all() {
        var named = all(after -> rows.named(after, PAGE));
        var found = new ArrayList<Found>();
        found.add(of(own, named, after -> here.list(after, PAGE)));
        for (var name : peers.names()) found.add(of(name, named, after -> peers.list(name, after)));
        return found;
    }

    private Found of(String name, Set<Digest> named, Pages pages) {
        var there = all(pages);
        var missing = named.stream().filter(d -> !there.contains(d)).filter(rows::isUsed).toList();
        var leftOver =
                there.stream()
                        .filter(d -> !named.contains(d))
                        .filter(d -> !rows.isUsed(d))
                        .toList();
        return new Found(name, there.size(), missing, leftOver);
    }

    /// A long list, a page after the other.
    private interface Pages {
        List<Digest> after(Optional<Digest> last);
    }

    private static Set<Digest> all(Pages pages) {
        var all = new HashSet<Digest>();
        Optional<Digest> last = Optional.empty();
        while (true) {
            var page = pages.after(last);
            if (page.isEmpty()) return all;
            all.addAll(page);
            last = Optional.of(page.getLast());
        }
    }
}
