package safelight.geo;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// A compiled table in a file, under the key of what it was compiled from. Written whole or not at
/// all; what cannot be read, or has another key, is as if it were not there.
public final class TableFile {
    private static final long FORMAT = 0x5af31116_00000001L;
    private static final int PREFIXES_MAX = 1 << 26;

    private final Path file;

    /// A table, and what its numbers mean, one text for each.
    public record Compiled(PrefixTable table, List<String> meanings) {
        /// Copies the meanings.
        public Compiled {
            meanings = List.copyOf(meanings);
        }
    }

    /// Nothing is read yet.
    public TableFile(Path file) {
        this.file = file;
    }

    /// The table, if the file has the one of this key.
    public Optional<Compiled> read(String key) {
        if (!Files.isRegularFile(file)) return Optional.empty();
        try (var in = new DataInputStream(new BufferedInputStream(Files.newInputStream(file)))) {
            if (in.readLong() != FORMAT || !in.readUTF().equals(key)) return Optional.empty();
            var meanings = new ArrayList<String>();
            int count = in.readInt();
            if (count > PrefixTable.NUMBERS_MAX) return Optional.empty();
            for (int i = 0; i < count; i++) meanings.add(in.readUTF());
            var table = new PrefixTable(prefixes(in), prefixes(in));
            return in.readLong() == FORMAT
                    ? Optional.of(new Compiled(table, meanings))
                    : Optional.empty();
        } catch (IOException | IndexOutOfBoundsException e) {
            return Optional.empty();
        }
    }

    /// Replaces the file.
    public void write(String key, Compiled compiled) throws IOException {
        var folder = Files.createDirectories(file.toAbsolutePath().getParent());
        var fresh = Files.createTempFile(folder, file.getFileName().toString(), ".new");
        try {
            try (var out =
                    new DataOutputStream(new BufferedOutputStream(Files.newOutputStream(fresh)))) {
                out.writeLong(FORMAT);
                out.writeUTF(key);
                out.writeInt(compiled.meanings.size());
                for (var meaning : compiled.meanings) out.writeUTF(meaning);
                write(compiled.table.four(), out);
                write(compiled.table.six(), out);
                out.writeLong(FORMAT);
            }
            Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(fresh);
        }
    }

    private static PrefixTable.Prefixes prefixes(DataInputStream in) throws IOException {
        int size = in.readInt();
        if (size < 1 || size > PREFIXES_MAX) throw new IOException("size " + size);
        var starts = new long[size];
        var numbers = new char[size];
        var lengths = new byte[size];
        for (int i = 0; i < size; i++) {
            starts[i] = in.readLong();
            numbers[i] = in.readChar();
            lengths[i] = in.readByte();
        }
        return new PrefixTable.Prefixes(starts, numbers, lengths);
    }

    private static void write(PrefixTable.Prefixes prefixes, DataOutputStream out)
            throws IOException {
        out.writeInt(prefixes.size());
        for (int i = 0; i < prefixes.size(); i++) {
            out.writeLong(prefixes.start(i));
            out.writeChar(prefixes.number(i));
            out.writeByte(prefixes.length(i));
        }
    }
}
