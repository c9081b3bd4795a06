package safelight.dns;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import safelight.steering.Drains;

/// The file in which drains outlive a restart: a line for each data center, `us-east drained 3`,
/// the last word being a revision. A person may edit it. Several processes may change it at once.
public final class AdminFile {
    private static final Pattern LINE = Pattern.compile("(\\S+) (drained|in) (\\d{1,18})");
    private static final int BYTES_MAX = 1 << 16;

    private final Path file;

    /// It need not exist.
    public AdminFile(Path file) {
        this.file = file;
    }

    /// What it says; nobody is drained if it is not there.
    ///
    /// @throws DnsFailure if it cannot be read
    public Drains read() {
        try {
            if (!Files.exists(file)) return Drains.NONE;
            if (Files.size(file) > BYTES_MAX) throw new IOException("it is too large");
            var words = new TreeMap<String, Drains.Word>();
            for (var line : Files.readAllLines(file)) {
                if (line.isBlank() || line.startsWith("#")) continue;
                var match = LINE.matcher(line.strip());
                if (!match.matches()) throw new IOException("this line is not understood: " + line);
                words.put(
                        match.group(1),
                        new Drains.Word(
                                match.group(2).equals("drained"), Long.parseLong(match.group(3))));
            }
            return new Drains(words);
        } catch (IOException e) {
            throw DnsFailure.adminFile(file + " cannot be read: " + e.getMessage(), e);
        }
    }

    /// Replaces what it says, one process at a time; on return it is on the disk.
    ///
    /// @return what it says now
    public Drains change(UnaryOperator<Drains> change) {
        try {
            Files.createDirectories(file.toAbsolutePath().getParent());
            var lock = file.resolveSibling(file.getFileName() + ".lock");
            try (var channel =
                            FileChannel.open(
                                    lock, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                    var _ = channel.lock()) {
                var before = read();
                var after = change.apply(before);
                if (!after.equals(before)) write(after);
                return after;
            }
        } catch (IOException e) {
            throw DnsFailure.adminFile(file + " cannot be written: " + e.getMessage(), e);
        }
    }

    private void write(Drains drains) throws IOException {
        var text =
                new TreeMap<>(drains.words())
                        .entrySet().stream()
                                .map(e ->
                                        "%s %s %d\n"
                                                .formatted(
                                                        e.getKey(),
                                                        e.getValue().isDrained() ? "drained" : "in",
                                                        e.getValue().revision()))
                                .collect(Collectors.joining());
        var fresh = file.resolveSibling(file.getFileName() + ".new");
        Files.writeString(fresh, text);
        try (var channel = FileChannel.open(fresh, StandardOpenOption.WRITE)) {
            channel.force(true);
        }
        Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
    }
}
