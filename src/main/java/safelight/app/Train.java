package safelight.app;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.zip.CRC32;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import picocli.CommandLine.Command;
import safelight.fleet.Instance;
import safelight.imaging.DarkroomUnavailable;
import safelight.observe.Meters;
import safelight.queue.artemis.ArtemisBroker;
import safelight.queue.artemis.ArtemisQueue;
import safelight.queue.artemis.BrokerSettings;

/// A short run of web server and worker in one process, for the JVM to record which classes a start
/// needs (JEP 483, JEP 514). The data goes to a temporary folder, the port is a free one of
/// loopback.
@Command(
        name = "train",
        hidden = true,
        description = "Runs a little of everything, for the AOT cache.")
final class Train implements Callable<Integer> {
    private static final int SIDE_PX = 64;

    private final Plugs plugs;

    Train(Plugs plugs) {
        this.plugs = plugs;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        var folder = Files.createTempDirectory("safelight-train");
        try {
            run(folder);
        } finally {
            delete(folder);
        }
        return Exit.DONE;
    }

    static void delete(Path folder) throws IOException {
        try (var files = Files.walk(folder)) {
            for (var file : files.sorted(Comparator.reverseOrder()).toList())
                Files.deleteIfExists(file);
        }
    }

    private void run(Path folder) throws IOException, InterruptedException {
        var clock = Clock.tickMillis(ZoneOffset.UTC);
        var random = new SecureRandom();
        var config =
                Config.read(
                        Optional.empty(),
                        Map.of(),
                        Map.of("data", folder.toString(), "web.port", "0"));
        Logs.by(config);
        try (var storage = Storage.open(config, true, clock);
                var broker =
                        ArtemisBroker.start(BrokerSettings.at(folder.resolve("queue"), 0, random));
                var queue = new ArtemisQueue(broker.inside(), random);
                var remote = new ArtemisQueue(broker.overTcp(), random);
                var web =
                        new WebNode(
                                config,
                                storage,
                                queue,
                                new WebNode.Circumstances(List.of(), () -> "", true))) {
            var worker = worker(config, storage, remote);
            use("http://127.0.0.1:" + web.port());
            worker.ifPresent(WorkerNode::close);
        }
    }

    private Optional<WorkerNode> worker(Config config, Storage storage, ArtemisQueue queue) {
        var clock = Clock.tickMillis(ZoneOffset.UTC);
        var id = Instances.next(Instance.Role.WORKER, clock, new SecureRandom());
        try {
            var darkroom = plugs.darkroom().get();
            var name = new WorkerNode.Name(id, id);
            return Optional.of(
                    new WorkerNode(config, storage, queue, darkroom, name, new Meters()));
        } catch (DarkroomUnavailable e) {
            return Optional.empty();
        }
    }

    private static void use(String url) throws IOException, InterruptedException {
        var client = new ApiClient(url);
        var photo = client.upload(png());
        client.submit(photo, "[{\"op\":\"blur\",\"sigma\":1},{\"op\":\"sharpen\"}]", 5);
        for (var path :
                List.of(
                        "/",
                        "/health/ready",
                        "/metrics",
                        "/api/v1/session",
                        "/api/v1/photos",
                        "/api/v1/jobs",
                        "/api/v1/cluster",
                        "/api/v1/formats",
                        "/api/v1/photos/" + photo + "/content")) client.get(path);
    }

    /// A gray square as PNG (W3C PNG, third edition), so that no photo has to be shipped.
    private static byte[] png() throws IOException {
        var out = new ByteArrayOutputStream();
        out.write(new byte[] {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'});
        chunk(
                out,
                "IHDR",
                ByteBuffer.allocate(13)
                        .putInt(SIDE_PX)
                        .putInt(SIDE_PX)
                        .put(new byte[] {8, 0, 0, 0, 0})
                        .array());
        var pixels = new ByteArrayOutputStream();
        try (var deflated = new DeflaterOutputStream(pixels, new Deflater())) {
            deflated.write(new byte[(SIDE_PX + 1) * SIDE_PX]);
        }
        chunk(out, "IDAT", pixels.toByteArray());
        chunk(out, "IEND", new byte[0]);
        return out.toByteArray();
    }

    private static void chunk(ByteArrayOutputStream out, String type, byte[] data)
            throws IOException {
        var body = new ByteArrayOutputStream();
        body.write(type.getBytes(StandardCharsets.US_ASCII));
        body.write(data);
        var crc = new CRC32();
        crc.update(body.toByteArray());
        out.write(ByteBuffer.allocate(4).putInt(data.length).array());
        out.write(body.toByteArray());
        out.write(ByteBuffer.allocate(4).putInt((int) crc.getValue()).array());
    }
}
