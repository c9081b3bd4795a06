package safelight.app;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import safelight.base.Bytes;
import safelight.drill.Fault;

/// The small disks of a drill, one for each fault that fills one: a file system in a file, mounted
/// where the catalog, the blobs or the broker's journal will be. Closing unmounts them, and what is
/// on them is gone.
final class DrillDisks implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(DrillDisks.class);

    /// Why there are none, when there are none.
    static final String NONE = "Only root may mount a small disk, and not everywhere.";

    private static final Bytes SIZE = Bytes.mebi(1024);
    private static final Bytes LAST = Bytes.mebi(1);
    private static final int BLOCK = 4096;
    private static final int WAIT_SECONDS = 60;

    private final Path images;
    private final Map<Fault, Path> places = new EnumMap<>(Fault.class);
    private final List<Path> mounted = new ArrayList<>();
    private final AtomicInteger fillers = new AtomicInteger();

    private DrillDisks(Path images) {
        this.images = images;
    }

    /// Mounts them on this empty folder and below it; none where that cannot be done.
    static Optional<DrillDisks> mount(Path data) throws IOException, InterruptedException {
        var disks = new DrillDisks(Files.createTempDirectory("safelight-drill-disks"));
        // The catalog's first: the others are mounted on folders that are on it.
        boolean isDone =
                disks.add(Fault.FILL_CATALOG, data)
                        && disks.add(Fault.FILL_BLOBS, data.resolve("blobs"))
                        && disks.add(Fault.FILL_JOURNAL, data.resolve("queue"));
        if (isDone) return Optional.of(disks);
        disks.close();
        return Optional.empty();
    }

    private boolean add(Fault fault, Path place) throws IOException, InterruptedException {
        var image = images.resolve(fault.label());
        try (var file =
                FileChannel.open(image, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            file.write(ByteBuffer.allocate(1), SIZE.count() - 1);
        }
        Files.createDirectories(place);
        // Nothing is reserved for root, whom the processes run as here.
        boolean isMounted =
                isDone("mkfs.ext4", "-q", "-m", "0", image.toString())
                        && isDone("mount", "-o", "loop", image.toString(), place.toString());
        if (!isMounted) return false;
        mounted.add(place);
        places.put(fault, place);
        Files.delete(place.resolve("lost+found"));
        return true;
    }

    /// Takes all the room that is left on a disk; the result gives it back.
    Runnable fill(Fault fault) throws IOException {
        var place = Optional.ofNullable(places.get(fault)).orElseThrow();
        if (fault == Fault.FILL_CATALOG) checkpoint(place.resolve("catalog.db"));
        int number = fillers.getAndIncrement();
        var most = place.resolve("filler-" + number);
        var rest = place.resolve("filler-rest-" + number);
        try {
            long room = Files.getFileStore(place).getUsableSpace() - LAST.count();
            if (room > 0) isDone("fallocate", "-l", Long.toString(room), most.toString());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        fillRest(rest);
        return () -> delete(List.of(most, rest));
    }

    /// SQLite's log keeps the room that it once took, and would live on that for long.
    private static void checkpoint(Path catalog) {
        try (var connection = DriverManager.getConnection("jdbc:sqlite:" + catalog);
                var statement = connection.createStatement()) {
            statement.execute("PRAGMA wal_checkpoint(TRUNCATE)");
        } catch (SQLException e) {
            LOG.atDebug().setCause(e).log("the catalog keeps its log");
        }
    }

    private static void fillRest(Path file) {
        try (var channel =
                FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            // Others may give room back meanwhile, so that there is an end to this too.
            for (long i = 0; i < SIZE.count() / BLOCK; i++)
                channel.write(ByteBuffer.allocate(BLOCK));
        } catch (IOException e) {
            LOG.atDebug().setCause(e).log("the disk is full, as wanted");
        }
    }

    private static void delete(List<Path> files) {
        try {
            for (var file : files) Files.deleteIfExists(file);
        } catch (IOException e) {
            throw new UncheckedIOException("a disk stays full", e);
        }
    }

    private static boolean isDone(String... command) throws InterruptedException {
        try {
            var process =
                    new ProcessBuilder(command)
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start();
            if (process.waitFor(WAIT_SECONDS, TimeUnit.SECONDS)) return process.exitValue() == 0;
            process.destroyForcibly();
        } catch (IOException e) {
            LOG.atDebug().addKeyValue("command", command[0]).setCause(e).log("no small disks");
        }
        return false;
    }

    /// Idempotent; also while processes use them, whose files then last as long as they do.
    @Override
    public synchronized void close() throws IOException {
        try {
            for (var place : mounted.reversed())
                if (!isDone("umount", place.toString())) isDone("umount", "-l", place.toString());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        mounted.clear();
        if (Files.exists(images)) Folders.delete(images);
    }
}
