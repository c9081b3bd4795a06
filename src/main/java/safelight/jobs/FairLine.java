package safelight.jobs;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
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

    private static final Comparator<Job> LATEST_FIRST =
            Comparator.comparing((Job job) -> job.id().value()).reversed();

    /// In the order of their priorities.
    private final List<Lane> lanes = Arrays.stream(Priority.values()).map(Lane::new).toList();

    /// A job's turn, and the lane that its ticket goes in.
    record Turn(Job job, Priority lane) {}

    /// Hears of each turn.
    interface Taken {
        void take(Job job);
    }

    /// An account in a lane, and what waits of it, the first one last.
    private record Flow(AccountId account, List<Job> jobs) {}

    /// Accounts of one lane.
    private static final class Lane {
        private final Priority priority;
        private final Map<AccountId, Long> finishes = new HashMap<>();
        private final Map<AccountId, Flow> waiting = new LinkedHashMap<>();
        private long now;
        private long saved;

        Lane(Priority priority) {
            this.priority = priority;
        }

        void fill(List<Job> jobs) {
            waiting.clear();
            jobs.stream()
                    .filter(job -> job.order().priority() == priority)
                    .sorted(LATEST_FIRST)
                    .forEach(job -> flow(job.order().account()).jobs.add(job));
        }

        private Flow flow(AccountId account) {
            return waiting.computeIfAbsent(account, a -> new Flow(a, new ArrayList<>()));
        }

        boolean isIdle() {
            return waiting.isEmpty();
        }

        long start(AccountId account) {
            return Math.max(now, finishes.getOrDefault(account, now));
        }

        /// The flow whose turn it is; of two, the one whose job came first.
        Flow first() {
            return waiting.values().stream()
                    .min(
                            Comparator.<Flow>comparingLong(flow -> start(flow.account))
                                    .thenComparing(flow -> flow.jobs.getLast().id().value()))
                    .orElseThrow();
        }

        Job serve() {
            var flow = first();
            var job = flow.jobs.removeLast();
            if (flow.jobs.isEmpty()) waiting.remove(flow.account);
            now = start(flow.account);
            finishes.put(flow.account, now + cost(job));
            return job;
        }

        void forget() {
            if (isIdle()) {
                now = finishes.values().stream().mapToLong(f -> f).max().orElse(now);
                saved = 0;
            }
            finishes.values().removeIf(finish -> finish <= now);
        }
    }

    /// These accounts, whose turn is earlier first.
    List<AccountId> order(Priority lane, List<AccountId> accounts) {
        return accounts.stream().sorted(Comparator.comparingLong(lane(lane)::start)).toList();
    }

    private Lane lane(Priority priority) {
        return lanes.stream().filter(l -> l.priority == priority).findFirst().orElseThrow();
    }

    /// The turns of waiting jobs, at most so many, as long as `room` says that a ticket of a lane
    /// may go; `taken` hears of each at once. An account's jobs come in their order.
    List<Turn> turns(List<Job> waiting, int most, Predicate<Priority> room, Taken taken) {
        var turns = turnsAmong(waiting, most, room, taken);
        lanes.forEach(Lane::forget);
        return turns;
    }

    /// The same between two looks at who waits: a lane that has nothing here is not idle for that.
    List<Turn> turnsAmong(List<Job> some, int most, Predicate<Priority> room, Taken taken) {
        for (var lane : lanes) lane.fill(some);
        var turns = new ArrayList<Turn>();
        while (turns.size() < most) {
            var next = next(room);
            if (next.isEmpty()) break;
            turns.add(next.get());
            taken.take(next.get().job);
        }
        return turns;
    }

    /// The first waiting lane with room serves, or one below that has saved enough.
    private Optional<Turn> next(Predicate<Priority> room) {
        for (int i = 0; i < lanes.size(); i++) {
            var upper = lanes.get(i);
            if (upper.isIdle() || !room.test(upper.priority)) continue;
            return Optional.of(
                    new Turn(serve(upper, lanes.subList(i + 1, lanes.size())), upper.priority));
        }
        return Optional.empty();
    }

    private static Job serve(Lane upper, List<Lane> below) {
        for (var lower : below) {
            if (lower.isIdle()) continue;
            long cost = cost(lower.first().jobs.getLast());
            if (lower.saved < cost) continue;
            lower.saved -= cost;
            return lower.serve();
        }
        var job = upper.serve();
        for (var lower : below)
            if (!lower.isIdle()) lower.saved += Math.ceilDiv(cost(job), SAVED_PART);
        return job;
    }

    static long cost(Job job) {
        return Math.max(COST_LEAST, job.order().weight().cost());
    }
}
