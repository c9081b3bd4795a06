package safelight.archive;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedOutputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import safelight.base.Digest;

/// Writes a file of rows and computes its SHA-256. For one thread.
final class LinesOut implements AutoCloseable {
    private final Path file;
    private final MessageDigest sha256 = Digest.sha256();
    private final FileOutputStream disk;
    private final OutputStream out;
    private long lines;

    LinesOut(Path file) throws IOException {
        this.file = file;
        this.disk = new FileOutputStream(file.toFile());
        this.out = new BufferedOutputStream(new DigestOutputStream(disk, sha256));
    }

    void add(ObjectNode line) {
        try {
            out.write((line + "\n").getBytes(StandardCharsets.UTF_8));
            lines++;
        } catch (IOException e) {
            throw new ArchiveFailure.Unusable("write", file, e);
        }
    }

    long lines() {
        return lines;
    }

    /// Its digest; all lines are durable when this returns, and no more can be added.
    Digest finish() throws IOException {
        out.flush();
        disk.getFD().sync();
        return Digest.finish(sha256);
    }

    @Override
    public void close() throws IOException {
        disk.close();
    }
}
