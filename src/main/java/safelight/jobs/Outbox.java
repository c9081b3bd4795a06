package safelight.jobs;

import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import safelight.base.AccountId;
import safelight.catalog.Job;
import safelight.catalog.Job.Priority;
import safelight.catalog.JobRows;

/// What waits in the rows for its turn. Reads as much as there may be room for and not what waits
/// behind it, of the accounts whose turn is next. For one thread.
final class Outbox {
    private static final int ACCOUNTS_MAX = 200;
    private static final int JOBS_MAX = 200;

    /// More than there is room for, since what is next in line may be small.
    private static final int SPARE = 2;

    private static final String FIRST = "";

    private final JobRows rows;
    private final LineRoom room;
    private final FairLine line;
    private final Map<Priority, String> after = new EnumMap<>(Priority.class);

    Outbox(JobRows rows, LineRoom room, FairLine line) {
        this.rows = rows;
        this.room = room;
        this.line = line;
    }

    /// The jobs that were read, and whether there are more that this server could publish.
    record Found(List<Job> jobs, boolean areMore) {}

    /// Who waits, by lane. Where too many wait for one look, the next look is at others.
    Map<Priority, List<AccountId>> accounts() {
        var waiting = new EnumMap<Priority, List<AccountId>>(Priority.class);
        for (var lane : Priority.values()) {
            var some = rows.waitingAccounts(lane, after.getOrDefault(lane, FIRST), ACCOUNTS_MAX);
            after.put(lane, some.size() < ACCOUNTS_MAX ? FIRST : some.getLast().value());
            if (!some.isEmpty()) waiting.put(lane, some);
        }
        return waiting;
    }

    /// The first jobs of these accounts that fall to this server and to no other.
    Found jobs(Map<Priority, List<AccountId>> waiting, Share mine, Arrivals arrivals, Instant now) {
        var settled = now.minus(Arrivals.OTHERS_AFTER);
        var jobs = new ArrayList<Job>();
        boolean areMore = false;
        for (var entry : waiting.entrySet()) {
            var lane = entry.getKey();
            // Without room of its own it may still go with a ticket of an upper lane.
            int tickets = room.has(lane) ? Math.clamp(room.tickets(lane), 1, JOBS_MAX) : 1;
            var accounts = line.order(lane, entry.getValue());
            int asked = Math.min(accounts.size(), tickets);
            if (asked < accounts.size()) areMore = true;
            if (asked == 0) continue;
            int each = Math.min(JOBS_MAX, Math.ceilDiv(SPARE * tickets, asked) * mine.count());
            for (var account : accounts.subList(0, asked)) {
                var some = rows.waiting(lane, account, each);
                if (some.size() == each) areMore = true;
                for (var job : some)
                    if (mine.has(job.id())
                            && !arrivals.has(job.id())
                            && !job.order().created().isAfter(settled)) jobs.add(job);
            }
        }
        return new Found(jobs, areMore);
    }
}
