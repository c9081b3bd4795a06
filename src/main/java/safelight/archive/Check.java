package safelight.archive;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongConsumer;
import safelight.base.Digest;

/// Looks whether an archive is as it was exported: every file of rows has the SHA-256 of the
/// manifest, every row can be read, every blob that a row names is there with its digest.
final class Check {
    private static final int BUFFER_BYTES = 128 << 10;

    private final Folder folder;
    private final Listener listener;
    private final AtomicLong faults = new AtomicLong();

    Check(Folder folder, Listener listener) {
        this.folder = folder;
        this.listener = listener;
    }

    /// @throws ArchiveFailure.Unfit if anything is wrong; what, was told as faults
    Manifest run() {
        var manifest = Manifest.read(folder.path());
        listener.begin("check the archive", manifest.totals().bytes());
        for (var kind : Kind.values()) sum(kind, manifest);
        refuseFaults();
        rows(manifest);
        amount(manifest.totals());
        refuseFaults();
        return manifest;
    }

    private void sum(Kind kind, Manifest manifest) {
        var file = folder.file(kind);
        try {
            if (!digest(file, _ -> {}).equals(manifest.sums().get(kind)))
                fault(file + " is not what was exported: its SHA-256 differs");
        } catch (NoSuchFileException e) {
            fault(file + " is missing");
        } catch (IOException e) {
            throw new ArchiveFailure.Unusable("read", file, e);
        }
    }

    private void rows(Manifest manifest) {
        var totals = manifest.totals();
        count(Kind.ACCOUNTS, folder.accounts(_ -> {}), totals);
        count(Kind.TOKENS, folder.tokens(_ -> {}), totals);
        count(Kind.PHOTOS, folder.photos(_ -> {}), totals);
        count(Kind.JOBS, folder.jobs(_ -> {}), totals);
        folder.eachWanted(this::blob);
    }

    private void count(Kind kind, long lines, Totals totals) {
        if (lines != totals.rows(kind))
            fault(
                    "%s has %d rows, and the manifest says %d"
                            .formatted(folder.file(kind), lines, totals.rows(kind)));
    }

    private void blob(Wanted wanted) {
        var file = folder.blob(wanted.digest());
        try {
            if (!wanted.fits(Files.size(file))
                    || !digest(file, listener::moved).equals(wanted.digest()))
                fault(file + " is damaged: its bytes are not what was exported");
        } catch (NoSuchFileException e) {
            fault(file + " is missing");
        } catch (IOException e) {
            fault(file + " cannot be read: " + e.getMessage());
        }
    }

    private void amount(Totals totals) {
        try {
            var amount = folder.amount();
            if (amount.count() != totals.blobs() || amount.bytes() != totals.bytes())
                fault(
                        "%s holds %d files of %d bytes, and the manifest says %d of %d"
                                .formatted(
                                        folder.blobs(),
                                        amount.count(),
                                        amount.bytes(),
                                        totals.blobs(),
                                        totals.bytes()));
        } catch (IOException e) {
            throw new ArchiveFailure.Unusable("look into", folder.blobs(), e);
        }
    }

    private void fault(String sentence) {
        faults.incrementAndGet();
        listener.fault(sentence);
    }

    private void refuseFaults() {
        if (faults.get() > 0)
            throw new ArchiveFailure.Unfit(
                    "The archive is not as it was exported: %d faults were found."
                            .formatted(faults.get()));
    }

    private static Digest digest(Path file, LongConsumer read) throws IOException {
        try (var in = Files.newInputStream(file)) {
            return digest(in, read);
        }
    }

    private static Digest digest(InputStream in, LongConsumer read) throws IOException {
        var sha256 = Digest.sha256();
        var buffer = new byte[BUFFER_BYTES];
        for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
            sha256.update(buffer, 0, count);
            read.accept(count);
        }
        return Digest.finish(sha256);
    }
}
