package safelight.replication;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import safelight.base.Failure;
import safelight.catalog.Center;
import safelight.catalog.CenterRows;

/// Tells the other data centers that this one works, and watches them: {@link Takeover} decides who
/// is lost, {@link CatchUp} when this one may be given traffic again after it was away. Knows
/// nothing when it starts, so it begins by listening.
public final class CenterWatch implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(CenterWatch.class);
    private static final Duration LOOK_EVERY_MOST = Duration.ofSeconds(2);
    private static final int LOOKS_LEAST = 12;
    private static final int TAKEN_MAX = 500;
    private static final Duration CLOSE_MOST = Duration.ofSeconds(10);

    private final CenterRows centers;
    private final Peers peers;
    private final Signs signs;
    private final Supplier<Lag> backlog;
    private final ReplicatedBlobs.Site site;
    private final LongSupplier nanoTime;
    private final long began;
    private final Duration silence;
    private final Duration lookEvery;
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Map<String, Heard> heard = new HashMap<>();
    private final Thread thread;
    private long pulse;
    private boolean isWriting;
    private OptionalInt leastOwed = OptionalInt.empty();
    private long leastSince;
    private Optional<Long> hearingSince = Optional.empty();
    private Optional<Long> brokenSince = Optional.empty();
    private boolean isUndecided;
    private Map<String, Long> servedBefore = Map.of();
    private Optional<String> waitsFor = Optional.of("starting");

    /// The last pulse of a data center and the last renewal of a lease there, since when, and
    /// whether there were others before: the first ones may be from long ago.
    private record Heard(long pulse, long renewed, long since, boolean hasMoved) {
        boolean isMovedBy(long laterPulse, long laterRenewal) {
            return laterPulse != pulse || laterRenewal > renewed;
        }
    }

    /// What instances of a data center tell by their leases. `renewed` grows as long as any renews
    /// its own: a data center whose replicator alone is gone is not lost. `served` is how many
    /// requests those that are there have answered since they started.
    public record Signs(ToLongFunction<String> renewed, ToLongFunction<String> served) {}

    /// Starts on a thread of its own; `nanoTime` measures silence, `backlog` is of blobs that can
    /// come.
    public CenterWatch(
            CenterRows centers,
            ReplicatedBlobs.Site site,
            Signs signs,
            Supplier<Lag> backlog,
            LongSupplier nanoTime) {
        this.centers = centers;
        this.backlog = backlog;
        this.signs = signs;
        this.peers = site.peers();
        this.site = site;
        this.nanoTime = nanoTime;
        this.began = nanoTime.getAsLong();
        var lostAfter = site.settings().lostAfter();
        this.silence = Takeover.silence(lostAfter);
        this.lookEvery = shorter(LOOK_EVERY_MOST, lostAfter.dividedBy(LOOKS_LEAST));
        this.pulse = site.clock().millis();
        this.thread = Thread.ofVirtual().name("center-watch").start(this::run);
    }

    private static Duration shorter(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }

    /// Who works, who is lost, what moves.
    private void round() {
        var own = site.settings().own();
        beat(own);
        var all = centers.centers();
        all.forEach(this::hear);
        var others = all.stream().filter(c -> !c.name().equals(own)).toList();
        catchUp(others, all.stream().filter(c -> c.name().equals(own)).findFirst());
        for (var other : others) judge(other);
    }

    private void beat(String own) {
        try {
            centers.beat(own, ++pulse, site.clock().instant(), waitsFor);
            isWriting = true;
        } catch (Failure e) {
            isWriting = false;
            throw e;
        }
    }

    private void hear(Center center) {
        var known = Optional.ofNullable(heard.get(center.name()));
        long renewed = signs.renewed.applyAsLong(center.name());
        if (known.isPresent() && !known.get().isMovedBy(center.pulse(), renewed)) return;
        heard.put(
                center.name(),
                new Heard(center.pulse(), renewed, nanoTime.getAsLong(), known.isPresent()));
    }

    private Duration silence(String name) {
        var last = Optional.ofNullable(heard.get(name)).map(Heard::since).orElse(began);
        return since(last);
    }

    private Duration since(long nanos) {
        return Duration.ofNanos(nanoTime.getAsLong() - nanos);
    }

    private boolean isHeard(String name) {
        boolean hasMoved = Optional.ofNullable(heard.get(name)).filter(Heard::hasMoved).isPresent();
        return hasMoved && silence(name).compareTo(silence) < 0;
    }

    private void judge(Center other) {
        var silent = silence(other.name());
        if (silent.compareTo(silence) < 0) return;
        // One that never told anything counts too: it may be on the other side of a cut.
        var configured = peers.names();
        int hearing = 1 + (int) configured.stream().filter(this::isHeard).count();
        var sight =
                new Takeover.Sight(
                        silent,
                        owedBy(other.name()).isPresent(),
                        other.givenUp(),
                        isWriting,
                        hearing,
                        1 + configured.size());
        switch (Takeover.of(sight, site.settings().lostAfter())) {
            case Takeover.Verdict.Alive() -> {
                return;
            }
            case Takeover.Verdict.Unsure(var why) ->
                    LOG.atDebug()
                            .addKeyValue("center", other.name())
                            .addKeyValue("why", why)
                            .log("data center is silent");
            case Takeover.Verdict.Lost() -> takeOver(other);
        }
    }

    private void takeOver(Center lost) {
        if (lost.lost().isEmpty()) {
            centers.noteLost(lost.name(), Optional.of(site.clock().instant()));
            LOG.atWarn().addKeyValue("center", lost.name()).log("data center is lost");
        }
        int moved = 0;
        for (int some = TAKEN_MAX; some == TAKEN_MAX && closed.getCount() > 0; moved += some)
            some = centers.takeOver(lost.name(), TAKEN_MAX);
        if (moved > 0)
            LOG.atWarn()
                    .addKeyValue("center", lost.name())
                    .addKeyValue("jobs", moved)
                    .log("jobs of a lost data center taken over");
    }

    /// Once it has caught up, only a break in hearing others makes it wait again.
    private void catchUp(List<Center> others, Optional<Center> own) {
        boolean isHearing = others.stream().anyMatch(c -> isHeard(c.name()));
        if (!isHearing) {
            if (brokenSince.isEmpty()) brokenSince = Optional.of(nanoTime.getAsLong());
            hearingSince = Optional.empty();
        } else if (hearingSince.isEmpty()) {
            hearingSince = Optional.of(nanoTime.getAsLong());
            leastOwed = OptionalInt.empty();
            isUndecided |= waitsFor.isEmpty() && wasAway();
        }
        if (isHearing) brokenSince = Optional.empty();
        if (isUndecided && !isHearing) return;
        if (isUndecided) {
            var meanwhile = servedMeanwhile(others);
            if (!CatchUp.isDecidable(since(hearingSince.orElseThrow()), meanwhile)) return;
            isUndecided = false;
            if (hadTheClients(meanwhile)) {
                centers.noteLost(site.settings().own(), Optional.empty());
                return;
            }
            waitsFor = Optional.of("back, and catching up");
        } else if (isHearing) {
            servedBefore = served(others);
        }
        if (waitsFor.isEmpty() && own.flatMap(Center::lost).isEmpty()) return;
        var owed = isHearing ? owed() : OptionalInt.of(0);
        var sight =
                new CatchUp.Sight(
                        since(began),
                        hearingSince.map(this::since),
                        owed,
                        still(owed),
                        backlog.get());
        var before = waitsFor;
        waitsFor = CatchUp.waitsFor(sight);
        if (!before.equals(waitsFor))
            LOG.atInfo().addKeyValue("waitsFor", waitsFor.orElse("nothing")).log("catching up");
        if (waitsFor.isEmpty() && isHearing && own.flatMap(Center::lost).isPresent())
            centers.noteLost(site.settings().own(), Optional.empty());
    }

    private Map<String, Long> servedMeanwhile(List<Center> others) {
        var meanwhile = new HashMap<>(served(others));
        servedBefore.forEach((name, before) -> meanwhile.merge(name, -before, Long::sum));
        return meanwhile;
    }

    private boolean hadTheClients(Map<String, Long> meanwhile) {
        boolean had = CatchUp.hadTheClients(site.settings().own(), meanwhile);
        LOG.atInfo()
                .addKeyValue("served", meanwhile)
                .addKeyValue("hadTheClients", had)
                .log("data centers hear each other again");
        return had;
    }

    private Map<String, Long> served(List<Center> others) {
        var served = new HashMap<String, Long>();
        for (var other : others) served.put(other.name(), signs.served.applyAsLong(other.name()));
        served.put(site.settings().own(), signs.served.applyAsLong(site.settings().own()));
        return served;
    }

    private boolean wasAway() {
        var most = site.settings().lostAfter();
        return brokenSince.filter(b -> since(b).compareTo(most) > 0).isPresent();
    }

    /// For how long what is owed has become no less.
    private Duration still(OptionalInt owed) {
        int now = owed.orElse(Integer.MAX_VALUE);
        if (leastOwed.isEmpty() || now < leastOwed.getAsInt()) {
            leastOwed = OptionalInt.of(now);
            leastSince = nanoTime.getAsLong();
        }
        return since(leastSince);
    }

    /// What those keep that are heard; empty if one of them does not say.
    private OptionalInt owed() {
        return CatchUp.owed(
                peers.names().stream().filter(this::isHeard).map(this::owedBy).toList());
    }

    private OptionalInt owedBy(String name) {
        if (!peers.names().contains(name)) return OptionalInt.empty();
        try {
            return OptionalInt.of(peers.owedBy(name));
        } catch (ReplicationFailure e) {
            return OptionalInt.empty();
        }
    }

    @Override
    public void close() {
        closed.countDown();
        try {
            thread.join(CLOSE_MOST);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        try {
            do {
                try {
                    round();
                } catch (Failure e) {
                    LOG.atWarn()
                            .addKeyValue("problem", e.problem().code())
                            .log("data centers are not seen");
                } catch (RuntimeException e) {
                    LOG.atError().setCause(e).log("watch broke, and goes on");
                }
            } while (!closed.await(lookEvery.toMillis(), TimeUnit.MILLISECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
