package safelight.archive;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import safelight.base.Bytes;
import safelight.base.Digest;
import safelight.base.Page;
import safelight.catalog.Token;

/// Brings an archive into an empty installation. Nothing is written before the whole archive was
/// checked; blobs come first and rows after them, so that no row ever names bytes that are not
/// there; at the end everything is read back and compared. Each step may be done twice, so an
/// interrupted import is resumed by doing all of it again.
public final class Import {
    private final Installation into;
    private final Listener listener;

    /// Into this installation.
    public Import(Installation into, Listener listener) {
        this.into = into;
        this.listener = listener;
    }

    /// How to import. `resume`: the installation may have what an interrupted import of the same
    /// archive left; `allowMissing`: photos whose bytes could not be exported are left out, rather
    /// than refused; `verifyBytes`: all bytes are read back from the installation.
    public record Options(boolean resume, boolean allowMissing, boolean verifyBytes) {}

    /// Imports everything, and returns what the archive holds.
    ///
    /// @throws ArchiveFailure.Unfit if it is not as it was exported; nothing was written
    /// @throws ArchiveFailure.Occupied if the installation has other accounts; nothing was written
    /// @throws ArchiveFailure.Different if the installation does not have it all afterwards
    public Totals from(Path path, Options options) {
        var folder = new Folder(path);
        var totals = new Check(folder, listener).run().totals();
        if (!totals.isComplete() && !options.allowMissing())
            throw new ArchiveFailure.Unfit(
                    "The bytes of %d photos or profile pictures were missing or damaged when"
                                    .formatted(totals.missing() + totals.damaged())
                            + " this was exported. With --allow-missing they are left out.");
        refuseOccupied(folder, options.resume());
        refuseWithoutRoom(totals, options.resume());
        blobs(folder, totals);
        rows(folder);
        new Proof(into, folder, listener).run(totals, options.verifyBytes());
        return totals;
    }

    /// A resumed import may meet accounts of the same archive, and no others.
    private void refuseOccupied(Folder folder, boolean resume) {
        boolean isEmpty =
                into.accounts().list(new Page.Request(1, Optional.empty())).items().isEmpty();
        if (isEmpty) return;
        if (!resume)
            throw new ArchiveFailure.Occupied(
                    "The installation already has accounts. Import into an empty one, or say"
                            + " --resume to go on with an import of this archive that was"
                            + " interrupted.");
        var there = new AtomicLong();
        var known = new AtomicLong();
        into.eachAccount(accounts -> there.addAndGet(accounts.size()));
        folder.accounts(lines ->
                Crew.each(lines, line -> into.accounts().find(line.account().id()))
                        .forEach(found -> known.addAndGet(found.stream().count())));
        if (there.get() != known.get())
            throw new ArchiveFailure.Occupied(
                    "The installation has %d accounts that are not in this archive."
                            .formatted(there.get() - known.get()));
    }

    private void refuseWithoutRoom(Totals totals, boolean resume) {
        long room = into.blobs().roomLeft();
        if (!resume && room < totals.bytes())
            throw new ArchiveFailure.Occupied(
                    "The blobs have %d bytes, and there is room for %d."
                            .formatted(totals.bytes(), room));
    }

    private void blobs(Folder folder, Totals totals) {
        listener.begin("import blobs", totals.bytes());
        folder.eachWanted(wanted -> store(folder, wanted.digest()));
    }

    private void store(Folder folder, Digest digest) {
        var file = folder.blob(digest);
        try {
            long size = Files.size(file);
            if (into.blobs().find(digest).filter(b -> b.size() == size).isEmpty())
                store(file, digest, size);
            listener.moved(size);
        } catch (IOException e) {
            throw new ArchiveFailure.Unusable("read", file, e);
        }
    }

    private void store(Path file, Digest digest, long size) throws IOException {
        try (var in = Files.newInputStream(file);
                var staged = into.blobs().stage(in, new Bytes(size))) {
            if (!staged.digest().equals(digest))
                throw new ArchiveFailure.Unusable(
                        "import", file, new IOException("it changed after it was checked"));
            staged.keep();
        }
    }

    private void rows(Folder folder) {
        listener.begin("import rows", 0);
        folder.accounts(lines -> Crew.forEach(lines, this::account));
        folder.tokens(some -> Crew.forEach(some, this::token));
        folder.photos(lines -> Crew.forEach(lines, this::photo));
        folder.jobs(some -> Crew.forEach(some, into.jobs()::restore));
    }

    private void account(AccountLine line) {
        var account = line.imported();
        into.accounts().restore(account);
        line.secret().ifPresent(secret -> into.webhooks().secretOr(account.id(), secret));
    }

    private void token(Token token) {
        if (into.accounts().findToken(token.secret()).isEmpty()) into.accounts().addToken(token);
    }

    private void photo(PhotoLine line) {
        if (!line.isImported()) return;
        if (line.hidden()) into.photos().addHidden(line.photo());
        else into.photos().add(line.photo());
    }
}
