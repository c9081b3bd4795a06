package safelight.blobs.s3;

import java.io.IOException;
import java.io.InputStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import safelight.base.Digest;
import safelight.blobs.Staged;

/// Bytes on this machine's disk, one upload away from their name.
final class StagedSpool implements Staged {
    private static final Logger LOG = LoggerFactory.getLogger(StagedSpool.class);

    private final Sending sending;
    private final Spool spool;
    private final Digest digest;
    private boolean isKept;

    StagedSpool(Sending sending, Spool spool, Digest digest) {
        this.sending = sending;
        this.spool = spool;
        this.digest = digest;
    }

    @Override
    public Digest digest() {
        return digest;
    }

    @Override
    public long size() {
        return spool.size();
    }

    @Override
    public InputStream open() {
        return spool.read(0, spool.size());
    }

    @Override
    public void keep() {
        if (isKept) return;
        sending.send(spool, digest);
        isKept = true;
    }

    @Override
    public void close() {
        try {
            spool.close();
        } catch (IOException e) {
            LOG.atWarn().setCause(e).log("staged file not closed");
        }
    }
}
