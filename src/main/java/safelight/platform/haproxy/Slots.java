package safelight.platform.haproxy;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import safelight.fleet.Instance;

/// What HAProxy's slots have to become: a pure function of what they are and of the fleet. It keeps
/// no memory, so it comes out right after a reload, a crash of HAProxy or a restart of ours; and
/// once its commands were carried out, it has none.
///
/// - A server that serves and has no slot gets a free one.
/// - A server that says in its lease that it drains gets nothing new; so does one whose agent says
///   so, which HAProxy sees by itself.
/// - A slot whose server left the list is freed if HAProxy sees it drain or fail. One that passes
///   its checks is kept: leases may be lost, and missing information destroys nothing.
final class Slots {
    private final String backend;
    private final List<String> commands = new ArrayList<>();
    private final Map<String, Use> uses = new LinkedHashMap<>();
    private final List<Instance> refused = new ArrayList<>();
    private int waiting;

    /// What a slot is used for. A slot that is not `open` gets no new requests, also after a
    /// reload.
    record Use(Endpoint server, Optional<Endpoint> agent, boolean open) {
        /// Of a slot that is free.
        static final Use NONE = new Use(Endpoint.NONE, Optional.empty(), false);
    }

    /// What to do. `uses` is what the configuration file has to say, by slot; `waiting` counts the
    /// servers that found no slot; `refused` are those whose address is none.
    record Plan(
            Map<String, Use> uses, List<String> commands, int waiting, List<Instance> refused) {}

    private Slots(String backend) {
        this.backend = backend;
    }

    /// Decides.
    static Plan plan(String backend, List<ServerState> now, List<Instance> fleet) {
        var slots = new Slots(backend);
        slots.decide(now, fleet);
        return new Plan(slots.uses, slots.commands, slots.waiting, slots.refused);
    }

    private void decide(List<ServerState> now, List<Instance> fleet) {
        Map<Endpoint, Instance> wanted = new LinkedHashMap<>();
        for (var instance : fleet)
            Endpoint.parse(instance.address())
                    .ifPresentOrElse(
                            at -> wanted.merge(at, instance, Slots::newer),
                            () -> refused.add(instance));
        Queue<ServerState> free = new ArrayDeque<>();
        var placed = new HashSet<Endpoint>();
        now.forEach(slot -> uses.put(slot.name(), Use.NONE));
        // Those in use first: a slot that was freed still has the address that it had.
        var inOrder = now.stream().sorted(Comparator.comparing(ServerState::isMaintained)).toList();
        for (var slot : inOrder) {
            var lease = Optional.ofNullable(wanted.get(slot.server()));
            if (slot.server().equals(Endpoint.NONE) || !placed.add(slot.server())) clear(slot);
            else lease.ifPresentOrElse(l -> keep(slot, l), () -> leave(slot));
            if (Use.NONE.equals(uses.get(slot.name()))) free.add(slot);
        }
        wanted.forEach((at, instance) -> {
            if (!placed.contains(at) && !instance.draining()) place(at, instance, free);
        });
    }

    /// Two leases of one address: the older process is gone, or it could not have been bound.
    private static Instance newer(Instance a, Instance b) {
        return a.started().isAfter(b.started()) ? a : b;
    }

    private void place(Endpoint at, Instance instance, Queue<ServerState> free) {
        var slot = free.poll();
        if (slot == null) {
            waiting++;
            return;
        }
        open(slot, new Use(at, Endpoint.parse(instance.agent()), true));
    }

    private void keep(ServerState slot, Instance lease) {
        var use = new Use(slot.server(), Endpoint.parse(lease.agent()), !lease.draining());
        // Another process may serve at the same address by now, with an agent elsewhere. Who has no
        // agent has only the lease to say that a drain is over.
        boolean isChanged = !slot.agent().equals(use.agent().orElse(Endpoint.NONE));
        boolean isStuck = slot.isDraining() && use.agent().isEmpty();
        if (use.open() && (slot.isMaintained() || isChanged || isStuck)) {
            open(slot, use);
            return;
        }
        // Freed while it was draining, or the file says so after a reload.
        if (slot.isMaintained()) {
            clear(slot);
            return;
        }
        uses.put(slot.name(), use);
        if (!use.open() && !slot.isDraining()) state(slot, "drain");
    }

    private void leave(ServerState slot) {
        if (!slot.isMaintained() && slot.isUp() && !slot.isDraining()) {
            var agent =
                    slot.agent().equals(Endpoint.NONE)
                            ? Optional.<Endpoint>empty()
                            : Optional.of(slot.agent());
            uses.put(slot.name(), new Use(slot.server(), agent, true));
        } else {
            clear(slot);
        }
    }

    /// Out of use. What the server has in hand goes on; its agent is no longer asked, because its
    /// `ready` would put the slot in use again.
    private void clear(ServerState slot) {
        uses.put(slot.name(), Use.NONE);
        if (slot.isMaintained()) return;
        commands.add("disable agent " + in(slot));
        state(slot, "maint");
    }

    /// The agent is enabled before it gets its address: HAProxy takes none for one that is not.
    private void open(ServerState slot, Use use) {
        uses.put(slot.name(), use);
        var agent = use.agent().orElse(Endpoint.NONE);
        commands.add("enable agent " + in(slot));
        set(slot, "agent-addr " + agent.address() + " port " + agent.port());
        set(slot, "addr " + use.server().address() + " port " + use.server().port());
        set(slot, "weight 100%");
        state(slot, "ready");
    }

    private void state(ServerState slot, String state) {
        set(slot, "state " + state);
    }

    private void set(ServerState slot, String what) {
        commands.add("set server " + in(slot) + " " + what);
    }

    private String in(ServerState slot) {
        return backend + "/" + slot.name();
    }
}
