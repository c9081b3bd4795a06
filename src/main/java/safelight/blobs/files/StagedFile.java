package safelight.blobs.files;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import safelight.base.Digest;
import safelight.blobs.Staged;

/// A synced file in the staging directory, one rename away from its name.
final class StagedFile implements Staged {
    private final Disk disk;
    private final Path staging;
    private final Digest digest;
    private final long size;
    private boolean isKept;

    StagedFile(Disk disk, Path staging, Digest digest, long size) {
        this.disk = disk;
        this.staging = staging;
        this.digest = digest;
        this.size = size;
    }

    @Override
    public Digest digest() {
        return digest;
    }

    @Override
    public long size() {
        return size;
    }

    @Override
    public InputStream open() {
        return FileBlob.opened(isKept ? disk.place(digest) : staging, "read staged bytes");
    }

    @Override
    public void keep() {
        if (isKept) return;
        try {
            disk.keep(staging, digest);
            isKept = true;
        } catch (IOException e) {
            throw disk.failure("keep blob " + digest, e);
        }
    }

    @Override
    public void close() {
        if (!isKept) Disk.drop(staging);
    }
}
