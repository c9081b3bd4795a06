package safelight.queue.artemis;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import safelight.queue.QueueUnavailable;
import safelight.queue.Ticket;

/// Callers that publish at the same moment share a transaction, and so one sync of the journal. Who
/// finds a road free goes at once, with its own tickets only. Who finds none waits, and when one
/// becomes free, the first of those who wait takes all of them along. Each returns once its tickets
/// are durable. Thread-safe.
final class Convoy {
    /// Of several callers together; one alone may have more.
    private static final int TICKETS_MAX = 400;

    private final Consumer<List<Ticket>> road;
    private final Duration waitMost;
    private final Deque<Party> waiting = new ArrayDeque<>();
    private int free;

    /// A caller's tickets. Its turn is the group that it has to lead, or nobody if others took it
    /// along, or their failure.
    private record Party(List<Ticket> tickets, CompletableFuture<List<Party>> turn) {
        Party(List<Ticket> tickets) {
            this(tickets, new CompletableFuture<>());
        }
    }

    /// So many roads at once; `road` returns once the tickets are durable, or throws
    /// QueueUnavailable. Nobody waits longer than `waitMost` for others.
    Convoy(int roads, Duration waitMost, Consumer<List<Ticket>> road) {
        this.free = roads;
        this.waitMost = waitMost;
        this.road = road;
    }

    /// Durable when this returns.
    ///
    /// @throws QueueUnavailable if the broker does not answer
    void send(List<Ticket> tickets) {
        var mine = new Party(tickets);
        var group = isFree(mine) ? List.of(mine) : turn(mine);
        if (!group.isEmpty()) lead(group);
    }

    /// How many callers wait for a road.
    synchronized int waiting() {
        return waiting.size();
    }

    private synchronized boolean isFree(Party mine) {
        boolean isFree = free > 0;
        if (isFree) free--;
        else waiting.addLast(mine);
        return isFree;
    }

    private List<Party> turn(Party mine) {
        try {
            return mine.turn.get(waitMost.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            throw new QueueUnavailable(what(mine.tickets), e);
        } catch (TimeoutException e) {
            return left(mine, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return left(mine, e);
        }
    }

    /// Who was just made a leader has others to answer for; who is on the way cannot get off, but
    /// need not wait.
    private synchronized List<Party> left(Party mine, Exception why) {
        if (!waiting.remove(mine) && mine.turn.isDone()) return mine.turn.getNow(List.of());
        throw new QueueUnavailable(what(mine.tickets), why);
    }

    /// The first of the group leads.
    private void lead(List<Party> group) {
        var others = group.subList(1, group.size());
        try {
            road.accept(group.stream().flatMap(party -> party.tickets.stream()).toList());
        } catch (RuntimeException e) {
            // An interrupted leader says nothing about the broker.
            if (Thread.currentThread().isInterrupted()) putBack(others);
            else others.forEach(party -> party.turn.completeExceptionally(e));
            throw e;
        } finally {
            next();
        }
        others.forEach(party -> party.turn.complete(List.of()));
    }

    private synchronized void putBack(List<Party> others) {
        others.reversed().forEach(waiting::addFirst);
    }

    /// Gives the road on to those who wait.
    private synchronized void next() {
        var group = new ArrayList<Party>();
        int tickets = 0;
        while (!waiting.isEmpty()) {
            tickets += waiting.getFirst().tickets.size();
            if (!group.isEmpty() && tickets > TICKETS_MAX) break;
            group.add(waiting.removeFirst());
        }
        if (group.isEmpty()) free++;
        else group.getFirst().turn.complete(List.copyOf(group));
    }

    static String what(List<Ticket> tickets) {
        return "take in " + tickets.size() + " tickets";
    }
}
