package safelight.jobs;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import safelight.base.AccountId;
import safelight.catalog.Job;
import safelight.catalog.Job.Priority;

/// In which order waiting jobs have their turn: pure decisions, no clock, no storage; for one
/// thread.
///
/// Within a lane accounts share by cost. Each job has a start and a finish in virtual time: it
/// starts when the account's last one finishes, but not before now, and finishes its cost later.
/// The earliest start is next, and is now (A. Demers, S. Keshav, S. Shenker, "Analysis and
/// Simulation of a Fair Queueing Algorithm", 1989; by start times: P. Goyal, H. Vin, H. Cheng,
/// "Start-time Fair Queueing", 1996). So of two accounts that both wait, neither is ever ahead by
/// more than its own and the other's largest job.
///
/// Urgent lanes go first. So that the lower ones do not starve, each lets a twentieth of its cost
/// be saved up for each lane below that waits; when that is enough for the next job there, this
/// goes first, with a ticket of the upper lane.
final class FairLine {
    private static final long SAVED_PART = 20;

    /// Of a job that an older release accepted, which weighed none.
    private static final long COST_LEAST = 1_000;

    private final Map<Priority, Lane> lanes = new EnumMap<>(Priority.class);

    FairLine() {
        for (var priority : Priority.values()) lanes.put(priority, new Lane());
    }

    /// A job's turn, and the lane that its ticket goes in.
    record Turn(Job job, Priority lane) {}

    /// Accounts of one lane.
    private static final class Lane {
        private final Map<AccountId, Long> finishes = new HashMap<>();
        private long now;
        private long saved;

        long start(AccountId account) {
            return Math.max(now, finishes.getOrDefault(account, now));
        }

        void served(AccountId account, long cost) {
            now = start(account);
            finishes.put(account, now + cost);
        }

        void forget(boolean isIdle) {
            if (isIdle) {
                now = finishes.values().stream().mapToLong(f -> f).max().orElse(now);
                saved = 0;
            }
            finishes.values().removeIf(finish -> finish <= now);
        }
    }

    /// These accounts, whose turn is earlier first.
    List<AccountId> order(Priority lane, List<AccountId> accounts) {
        return accounts.stream().sorted(Comparator.comparingLong(lanes.get(lane)::start)).toList();
    }

    /// The turns of waiting jobs, at most so many, as long as `room` says that a ticket of a lane
    /// may go; `taken` hears of each at once. An account's jobs come in their order.
    List<Turn> turns(List<Job> waiting, int most, Predicate<Priority> room, Taken taken) {
        var queues = queues(waiting);
        var turns = new ArrayList<Turn>();
        while (turns.size() < most) {
            var next = next(queues, room);
            if (next.isEmpty()) break;
            var turn = next.get();
            turns.add(turn);
            taken.take(turn.job);
        }
        queues.forEach((priority, queue) -> lanes.get(priority).forget(queue.isEmpty()));
        return turns;
    }

    /// Hears of each turn.
    interface Taken {
        void take(Job job);
    }

    private static Map<Priority, Map<AccountId, List<Job>>> queues(List<Job> waiting) {
        var queues = new EnumMap<Priority, Map<AccountId, List<Job>>>(Priority.class);
        for (var priority : Priority.values()) queues.put(priority, new LinkedHashMap<>());
        for (var job : waiting)
            queues.get(job.order().priority())
                    .computeIfAbsent(job.order().account(), _ -> new ArrayList<>())
                    .add(job);
        queues.values()
                .forEach(queue -> queue.replaceAll((_, jobs) -> new ArrayList<>(jobs.reversed())));
        return queues;
    }

    /// The first waiting lane with room serves, or one below that has saved enough.
    private Optional<Turn> next(
            Map<Priority, Map<AccountId, List<Job>>> queues, Predicate<Priority> room) {
        for (var upper : Priority.values()) {
            if (queues.get(upper).isEmpty() || !room.test(upper)) continue;
            for (var lower : Priority.values()) {
                if (lower.compareTo(upper) <= 0 || queues.get(lower).isEmpty()) continue;
                var lane = lanes.get(lower);
                long cost = cost(head(lower, queues.get(lower)));
                if (lane.saved < cost) continue;
                lane.saved -= cost;
                return Optional.of(new Turn(serve(lower, queues.get(lower)), upper));
            }
            var job = serve(upper, queues.get(upper));
            for (var lower : Priority.values())
                if (lower.compareTo(upper) > 0 && !queues.get(lower).isEmpty())
                    lanes.get(lower).saved += Math.ceilDiv(cost(job), SAVED_PART);
            return Optional.of(new Turn(job, upper));
        }
        return Optional.empty();
    }

    private Job head(Priority priority, Map<AccountId, List<Job>> queue) {
        return queue.get(first(priority, queue)).getLast();
    }

    private Job serve(Priority priority, Map<AccountId, List<Job>> queue) {
        var account = first(priority, queue);
        var jobs = queue.get(account);
        var job = jobs.removeLast();
        if (jobs.isEmpty()) queue.remove(account);
        lanes.get(priority).served(account, cost(job));
        return job;
    }

    private AccountId first(Priority priority, Map<AccountId, List<Job>> queue) {
        return queue.keySet().stream()
                .min(Comparator.comparingLong(lanes.get(priority)::start))
                .orElseThrow();
    }

    static long cost(Job job) {
        return Math.max(COST_LEAST, job.order().weight().cost());
    }
}
