package safelight.app;

import java.io.IOException;
import java.io.PrintWriter;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// A whole data center on this host: broker, workers, web servers, HAProxy, autoscaler.
@Command(
        name = "up",
        description = {
            "Runs a whole data center on this host: a broker, workers, web servers behind HAProxy,",
            "as many as the traffic needs; on PostgreSQL and Redis where they are installed and no",
            "other engine is set. Ctrl-C drains and stops all of it, in order."
        })
final class UpCommand implements Callable<Integer> {
    private static final Pattern NAME = Pattern.compile("[a-zA-Z0-9][a-zA-Z0-9-]{0,47}");

    private final Plugs plugs;

    @Mixin private final ConfigOptions options = new ConfigOptions();
    @Mixin private final ScaleOptions scale = new ScaleOptions();

    @Option(names = "--lifeline", hidden = true, description = "Stops when standard input ends.")
    private boolean lifeline;

    @Option(
            names = "--data-centers",
            paramLabel = "NAME,NAME",
            split = ",",
            description = {
                "Several data centers on this host, each on a loopback address of its own, with a",
                "Cassandra node each; needs CASSANDRA_HOME and Java 17."
            })
    private List<String> names = List.of();

    @Spec private CommandSpec spec = CommandSpec.create();

    UpCommand(Plugs plugs) {
        this.plugs = plugs;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        var wanted = options.with(scale.settings()).read();
        Logs.by(wanted);
        return names.isEmpty() ? one(wanted) : several(wanted);
    }

    private int several(Config wanted) throws IOException, InterruptedException {
        if (names.size() != Set.copyOf(names).size()
                || !names.stream().allMatch(NAME.asMatchPredicate()))
            throw new ParameterException(
                    spec.commandLine(),
                    "--data-centers takes different names, like us-east,us-west.");
        var list = new CenterList(wanted.data());
        try (var running = new Running()) {
            var lock = DataLock.ask(wanted.data());
            if (lock.isEmpty() && list.exists()) return add(list, wanted);
            running.add(lock.orElseThrow(() -> DataLock.taken(wanted.data())));
            var host =
                    running.add(new CentersHost(wanted, plugs.main(), names, options.settings()));
            host.start();
            greet(host);
            Stay.up(running, lifeline);
        }
        return Exit.DONE;
    }

    /// Another process runs the data centers in this folder, and adds what is new.
    private int add(CenterList list, Config wanted) throws IOException, InterruptedException {
        list.add(names, wanted.dns());
        var progress = new CenterProgress(wanted.data());
        int before = progress.count();
        list.ask(names);
        PrintWriter out = spec.commandLine().getOut();
        return progress.follow(before, out) ? Exit.DONE : Exit.FAILED;
    }

    private void greet(CentersHost host) {
        PrintWriter out = spec.commandLine().getOut();
        var ports = host.common().ports();
        var zone = CenterSite.zone(host.common().config());
        out.println(
                "Safelight "
                        + Version.CURRENT
                        + " is ready in "
                        + host.sites().size()
                        + " data centers");
        for (var site : host.sites())
            out.println(
                    "  %-16s %s  dns %s:%d"
                            .formatted(
                                    site.name(),
                                    site.url(ports.web()),
                                    site.address(),
                                    ports.dns()));
        var first = host.sites().getFirst();
        var last = host.sites().getLast();
        out.println("  ask as a client   " + dig(first, ports, zone, "5.1.2.0/24") + "  (Europe)");
        out.println("                    " + dig(last, ports, zone, "133.1.2.0/24") + "  (Japan)");
        out.println("  by weights        " + dig(first, ports, "split." + zone, "198.51.100.0/24"));
        out.println("  health            safelight status --config " + first.file());
        out.println(
                "  drain             safelight drain %s --config %s"
                        .formatted(last.name(), first.file()));
        out.println("  one more          the same command with one more name");
        out.println("  operations        " + first.url(ports.web()) + "/operations");
        out.println("  logs              " + host.logs());
        out.println("  stop              Ctrl-C (finishes what is in hand)");
        out.flush();
    }

    private static String dig(
            CenterSite site, CenterSite.Ports ports, String name, String network) {
        return "dig @%s -p %d %s +subnet=%s +short"
                .formatted(site.address(), ports.dns(), name, network);
    }

    private int one(Config wanted) throws IOException, InterruptedException {
        try (var running = new Running()) {
            running.add(DataLock.on(wanted.data()));
            var engines = LocalEngines.start(wanted, running);
            var config = options.read(engines);
            var clock = Clock.tickMillis(ZoneOffset.UTC);
            // Brings the schema up to date before anybody else needs it.
            var storage = running.add(Storage.open(config, true, clock));
            var plan = new HostNode.Plan(plugs.main(), options.again(), engines, storage);
            var host = running.add(new HostNode(config, plan));
            host.start(config.queue().isEmpty());
            greet(config, host);
            Stay.up(running, lifeline);
        }
        return Exit.DONE;
    }

    private void greet(Config config, HostNode host) {
        var scaling = config.autoscaling().web(1);
        PrintWriter out = spec.commandLine().getOut();
        out.println("Safelight " + Version.CURRENT + " is ready at " + host.url());
        out.println(
                "  running  %d to %d web servers behind HAProxy, %d to %d workers"
                        .formatted(
                                scaling.least(),
                                scaling.most(),
                                config.autoscaling().workersLeast(),
                                config.autoscaling().workersMost()));
        out.println("  figures  " + host.figures() + " (HAProxy; /metrics for Prometheus)");
        out.println(
                "  engines  catalog %s, sessions %s, blobs %s"
                        .formatted(
                                config.engines().catalog(),
                                config.engines().sessions(),
                                config.engines().blobs()));
        out.println("  data     " + config.data());
        out.println("  logs     " + host.logs());
        out.println("  API      " + host.url() + "/openapi.json");
        out.println("  stop     Ctrl-C (finishes what is in hand)");
        out.flush();
    }
}
