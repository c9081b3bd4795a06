package safelight.app;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import safelight.base.Digest;
import safelight.fleet.Fleet;
import safelight.fleet.Instance;
import safelight.observe.Meters;
import safelight.replication.CenterWatch;
import safelight.replication.Check;
import safelight.replication.DataCenters.Standing;

/// What data centers have to do with each other.
@Command(
        name = "replication",
        description = {
            "Copies photos between data centers, takes over the jobs of a lost one, and shows",
            "whether everything is everywhere. Needs replication.peers and Cassandra."
        })
final class ReplicationCommand implements Runnable {
    @Spec private CommandSpec spec = CommandSpec.create();

    static CommandLine line() {
        return new CommandLine(new ReplicationCommand())
                .addSubcommand(new Run())
                .addSubcommand(new Status())
                .addSubcommand(new Checking())
                .addSubcommand(new GiveUp());
    }

    @Override
    public void run() {
        throw new ParameterException(
                spec.commandLine(), "Say what: 'safelight replication run|status|check|give-up'.");
    }

    /// Opens storage and finds what is shared.
    private static Sharing open(Config config, Running running) {
        return storage(config, running).sharing().orElseThrow();
    }

    private static Storage storage(Config config, Running running) {
        Logs.by(config);
        if (!config.centers().areSeveral())
            throw new CannotStart(
                    "There is one data center: set replication.peers and replication.secret.");
        var clock = Clock.tickMillis(ZoneOffset.UTC);
        return running.add(Storage.open(config, false, clock));
    }

    /// The replicator of one data center.
    @Command(
            name = "run",
            description = {
                "Runs this data center's replicator: fetches what others have, shows them what is",
                "here, and watches who is lost. One is enough; a second one does no harm."
            })
    private static final class Run implements Callable<Integer> {
        @Mixin private final ConfigOptions options = new ConfigOptions();

        @Option(names = "--lifeline", hidden = true, description = "Stops with standard input.")
        private boolean lifeline;

        @Spec private CommandSpec spec = CommandSpec.create();

        @Override
        public Integer call() throws IOException, InterruptedException {
            var config = options.read();
            try (var running = new Running()) {
                var storage = storage(config, running);
                var node =
                        running.add(
                                new ReplicatorNode(
                                        config,
                                        storage.sharing().orElseThrow(),
                                        signs(storage.fleet()),
                                        new Meters()));
                PrintWriter out = spec.commandLine().getOut();
                out.println(
                        "Safelight replicator of %s is ready at http://%s:%d"
                                .formatted(
                                        config.dataCenter(), config.centers().host(), node.port()));
                out.flush();
                Stay.up(running, lifeline);
            }
            return Exit.DONE;
        }

        private static CenterWatch.Signs signs(Fleet fleet) {
            return new CenterWatch.Signs(
                    center -> lastRenewal(fleet, center),
                    center ->
                            leases(fleet, center)
                                    .filter(i -> i.role() == Instance.Role.WEB)
                                    .mapToLong(i -> i.load().finished())
                                    .sum());
        }

        private static Stream<Instance> leases(Fleet fleet, String center) {
            return fleet.instances(Instant.EPOCH).stream()
                    .filter(i -> i.dataCenter().equals(center));
        }

        /// By the clock of whoever renewed it; 0 if there is no lease.
        private static long lastRenewal(Fleet fleet, String center) {
            return leases(fleet, center).mapToLong(i -> i.seen().toEpochMilli()).max().orElse(0);
        }
    }

    /// How far each data center is.
    @Command(
            name = "status",
            description = "Shows every data center: when it was seen, and how far it is behind.")
    private static final class Status implements Callable<Integer> {
        @Mixin private final ConfigOptions options = new ConfigOptions();

        @Option(names = "--json", description = "Prints JSON, and nothing else.")
        private boolean json;

        @Spec private CommandSpec spec = CommandSpec.create();

        @Override
        public Integer call() throws IOException {
            try (var running = new Running()) {
                var standings = open(options.read(), running).dataCenters().standings();
                PrintWriter out = spec.commandLine().getOut();
                if (json) out.println(json(standings));
                else standings.forEach(s -> out.println(line(s)));
                out.flush();
            }
            return Exit.DONE;
        }

        private static String line(Standing standing) {
            return "%-16s seen %ds ago, %d blobs behind (%s, oldest %ds)%s%s"
                    .formatted(
                            standing.name(),
                            standing.seen().toSeconds(),
                            standing.lag().waiting(),
                            standing.lag().bytes().human(),
                            standing.lag().oldest().toSeconds(),
                            standing.isLost() ? ", lost" : "",
                            standing.waitsFor().map(why -> ", no traffic: " + why).orElse(""));
        }

        private static String json(List<Standing> standings) throws IOException {
            var mapper = new ObjectMapper();
            var list = mapper.createArrayNode();
            for (var standing : standings)
                list.addObject()
                        .put("name", standing.name())
                        .put("seenMs", standing.seen().toMillis())
                        .put("lost", standing.isLost())
                        .put("waitsFor", standing.waitsFor().orElse(""))
                        .put("waiting", standing.lag().waiting())
                        .put("bytes", standing.lag().bytes().count())
                        .put("oldestMs", standing.lag().oldest().toMillis());
            return mapper.writeValueAsString(list);
        }
    }

    /// Whether everything is everywhere.
    @Command(
            name = "check",
            description = {
                "Compares what rows name with what every data center has. Lists what is missing",
                "and what is left over of deleted photos. Exit codes: 0 nothing, 1 something."
            })
    private static final class Checking implements Callable<Integer> {
        private static final int SHOWN_MAX = 20;

        @Mixin private final ConfigOptions options = new ConfigOptions();

        @Option(names = "--json", description = "Prints JSON, and nothing else.")
        private boolean json;

        @Spec private CommandSpec spec = CommandSpec.create();

        @Override
        public Integer call() throws IOException {
            try (var running = new Running()) {
                var sharing = open(options.read(), running);
                var found = new Check(sharing.site(), sharing.blobsHere()).all();
                PrintWriter out = spec.commandLine().getOut();
                if (json) out.println(json(found));
                else found.forEach(f -> text(out, f));
                out.flush();
                return found.stream().allMatch(Check.Found::isWhole) ? Exit.DONE : Exit.FAILED;
            }
        }

        private static void text(PrintWriter out, Check.Found found) {
            out.println(
                    "%-16s %d blobs, %d missing, %d left over"
                            .formatted(
                                    found.dataCenter(),
                                    found.blobs(),
                                    found.missing().size(),
                                    found.leftOver().size()));
            found.missing().stream().limit(SHOWN_MAX).forEach(d -> out.println("  missing   " + d));
            found.leftOver().stream()
                    .limit(SHOWN_MAX)
                    .forEach(d -> out.println("  left over " + d));
        }

        private static String json(List<Check.Found> found) throws IOException {
            var mapper = new ObjectMapper();
            var list = mapper.createArrayNode();
            for (var center : found) {
                var node =
                        list.addObject()
                                .put("name", center.dataCenter())
                                .put("blobs", center.blobs());
                var missing = node.putArray("missing");
                center.missing().stream().map(Digest::hex).forEach(missing::add);
                var leftOver = node.putArray("leftOver");
                center.leftOver().stream().map(Digest::hex).forEach(leftOver::add);
            }
            return mapper.writeValueAsString(list);
        }
    }

    /// A person's word on a lost data center.
    @Command(
            name = "give-up",
            description = {
                "Says that a silent data center will not come back soon: its jobs are taken over",
                "without a longer wait. One that works is not touched."
            })
    private static final class GiveUp implements Callable<Integer> {
        @Mixin private final ConfigOptions options = new ConfigOptions();

        @Parameters(paramLabel = "DATA-CENTER", description = "Its name.")
        private String name = "";

        @Option(names = "--undo", description = "Takes that back.")
        private boolean undo;

        @Spec private CommandSpec spec = CommandSpec.create();

        @Override
        public Integer call() {
            try (var running = new Running()) {
                var sharing = open(options.read(), running);
                if (sharing.centers().centers().stream().noneMatch(c -> c.name().equals(name)))
                    throw new CannotStart("No data center called " + name + " was ever seen.");
                sharing.centers().giveUp(name, !undo);
                spec.commandLine()
                        .getOut()
                        .println(name + (undo ? " is not" : " is") + " given up");
                spec.commandLine().getOut().flush();
            }
            return Exit.DONE;
        }
    }
}
