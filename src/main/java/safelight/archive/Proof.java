package safelight.archive;

import java.io.IOException;
import java.io.OutputStream;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import safelight.blobs.Blob;
import safelight.blobs.BlobFailure;
import safelight.catalog.Job;
import safelight.catalog.Token;

/// Reads an import back through the ports, and compares it with its archive: as many rows of each
/// kind, each as it was written, each blob with its size, and its bytes if that is wanted.
final class Proof {
    private final Installation of;
    private final Folder folder;
    private final Listener listener;
    private final AtomicLong faults = new AtomicLong();

    Proof(Installation of, Folder folder, Listener listener) {
        this.of = of;
        this.folder = folder;
        this.listener = listener;
    }

    /// @throws ArchiveFailure.Different if anything differs; what, was told as faults
    void run(Totals totals, boolean verifyBytes) {
        listener.begin("verify the import", verifyBytes ? totals.bytes() : 0);
        counts(totals);
        rows();
        folder.eachWanted(wanted -> blob(wanted, verifyBytes));
        if (faults.get() > 0) throw new ArchiveFailure.Different(faults.get());
    }

    private void counts(Totals totals) {
        var accounts = new AtomicLong();
        var tokens = new AtomicLong();
        var photos = new AtomicLong();
        var hidden = new AtomicLong();
        var jobs = new AtomicLong();
        of.eachAccount(some -> {
            accounts.addAndGet(some.size());
            for (var account : some) {
                tokens.addAndGet(of.accounts().tokens(account.id()).size());
                of.eachPhoto(account.id(), page -> photos.addAndGet(page.size()));
                hidden.addAndGet(of.hidden(account.id()).size());
                of.eachJob(account.id(), page -> jobs.addAndGet(page.size()));
            }
        });
        count("accounts", accounts, totals.accounts());
        count("tokens", tokens, totals.tokens());
        var expected = photosImported();
        count("photos", photos, expected.listed);
        count("hidden photos", hidden, expected.hidden);
        count("jobs", jobs, totals.jobs());
    }

    private record Photos(long listed, long hidden) {}

    private Photos photosImported() {
        var listed = new AtomicLong();
        var hidden = new AtomicLong();
        folder.photos(lines ->
                lines.stream()
                        .filter(PhotoLine::isImported)
                        .map(line -> line.hidden() ? hidden : listed)
                        .forEach(AtomicLong::incrementAndGet));
        return new Photos(listed.get(), hidden.get());
    }

    private void count(String what, AtomicLong found, long expected) {
        if (found.get() != expected)
            fault("there are %d %s instead of %d".formatted(found.get(), what, expected));
    }

    private void rows() {
        folder.accounts(lines -> Crew.forEach(lines, this::same));
        folder.tokens(some -> Crew.forEach(some, this::same));
        folder.photos(lines -> Crew.forEach(lines, this::same));
        folder.jobs(some -> Crew.forEach(some, job -> same(job.restored())));
    }

    private void same(AccountLine line) {
        var account = line.imported();
        var id = account.id();
        same("account " + id, account, of.accounts().find(id));
        line.secret()
                .ifPresent(secret ->
                        same("the secret of account " + id, secret, of.webhooks().secret(id)));
    }

    private void same(Token token) {
        same("token " + token.id(), token, of.accounts().findToken(token.secret()));
    }

    private void same(PhotoLine line) {
        var photo = line.photo();
        if (line.isImported()) same("photo " + photo.id(), photo, of.photos().find(photo.id()));
    }

    private void same(Job job) {
        same("job " + job.id(), job, of.jobs().find(job.id()));
    }

    private <T> void same(String what, T expected, Optional<T> found) {
        if (found.isEmpty()) fault(what + " did not arrive");
        else if (!found.get().equals(expected)) fault(what + " differs from what was exported");
    }

    private void blob(Wanted wanted, boolean verifyBytes) {
        var blob = of.blobs().find(wanted.digest());
        if (blob.isEmpty()) fault("blob " + wanted.digest() + " did not arrive");
        else if (!wanted.fits(blob.get().size()))
            fault("blob %s has %d bytes".formatted(wanted.digest(), blob.get().size()));
        else if (verifyBytes && !isWhole(blob.get()))
            fault("blob " + wanted.digest() + " is damaged or cannot be read");
    }

    private boolean isWhole(Blob blob) {
        try (var in = blob.openChecked()) {
            in.transferTo(OutputStream.nullOutputStream());
            listener.moved(blob.size());
            return true;
        } catch (BlobFailure.Corrupt | IOException e) {
            return false;
        }
    }

    private void fault(String sentence) {
        faults.incrementAndGet();
        listener.fault(sentence);
    }
}
