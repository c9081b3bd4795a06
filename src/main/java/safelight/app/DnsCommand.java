package safelight.app;

import java.io.IOException;
import java.io.PrintWriter;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.HexFormat;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import safelight.dns.DnsRole;
import safelight.observe.Meters;

/// An authoritative DNS server that sends clients to the nearest healthy data center.
@Command(
        name = "dns",
        description = {
            "Answers for the service's names with the nearest healthy data center, or by weights.",
            "Checks every data center; see 'drain', 'undrain' and 'status'."
        })
final class DnsCommand implements Callable<Integer> {
    private static final Clock CLOCK = Clock.tickMillis(ZoneOffset.UTC);
    private static final int SECRET_BYTES = 16;

    @Mixin private final ConfigOptions options = new ConfigOptions();

    @Option(names = "--lifeline", hidden = true, description = "Stops when standard input ends.")
    private boolean lifeline;

    @Spec private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() throws InterruptedException {
        var config = options.read();
        Logs.by(config);
        try (var running = new Running()) {
            var role = running.add(role(config));
            var watch =
                    running.add(
                            new SettingsWatch(config, fresh -> role.change(fresh.dns().plan())));
            start(role, watch, config, running);
            PrintWriter out = spec.commandLine().getOut();
            out.println("Safelight dns is ready at dns:" + role.port());
            out.flush();
            Stay.up(running, lifeline);
        }
        return Exit.DONE;
    }

    private static DnsRole role(Config config) {
        var secret = new byte[SECRET_BYTES];
        new SecureRandom().nextBytes(secret);
        var how =
                config.dns()
                        .how(config.dataCenter(), config.data(), HexFormat.of().formatHex(secret));
        try {
            return new DnsRole(config.dns().plan(), how, CLOCK, new SplittableRandom());
        } catch (IOException e) {
            throw new CannotStart("dns cannot start: " + e.getMessage(), e);
        }
    }

    private static void start(DnsRole role, SettingsWatch watch, Config config, Running running) {
        try {
            role.start();
            if (config.opsPort() == 0) return;
            var meters = new Meters();
            role.measure(meters);
            running.add(
                    new OpsServer(
                                    config.opsHost(),
                                    config.opsPort(),
                                    () ->
                                            Stream.concat(
                                                            role.complaints().stream(),
                                                            watch.complaints().stream())
                                                    .toList(),
                                    meters::scrape)
                            .with("/dns/state", role::state));
        } catch (IOException e) {
            throw new CannotStart("dns cannot listen: " + e.getMessage(), e);
        }
    }
}
