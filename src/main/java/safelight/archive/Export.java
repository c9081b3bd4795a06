package safelight.archive;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.util.EnumMap;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import safelight.base.Digest;
import safelight.catalog.Account;
import safelight.catalog.Photo;

/// Writes an installation into a folder. What it holds in memory does not grow with what there is.
/// The folder gets its name when all of it is durable. If the service runs meanwhile, the archive
/// is of no single moment: photos that are deleted while it is made are left out.
public final class Export {
    private final Installation from;
    private final Clock clock;
    private final String release;
    private final Listener listener;

    /// Of this installation, by this release of Safelight.
    public Export(Installation from, Clock clock, String release, Listener listener) {
        this.from = from;
        this.clock = clock;
        this.release = release;
        this.listener = listener;
    }

    /// Whether an archive may be made in this folder: there is none, or it is empty.
    public static boolean isFree(Path folder) {
        try {
            return new Folder(folder).isFree();
        } catch (IOException e) {
            throw new ArchiveFailure.Unusable("look into", folder, e);
        }
    }

    /// Exports everything. Bytes that are missing or damaged are told as faults and counted; the
    /// rest is exported.
    ///
    /// @throws ArchiveFailure.Unusable if the folder cannot be written
    public Totals to(Path folder) {
        var end = new Folder(folder);
        var partial = end.partial();
        listener.begin("export", photoBytes());
        try {
            partial.begin();
            var manifest = write(partial);
            store(partial.path().resolve(Manifest.FILE), manifest.bytes());
            partial.finishAs(end);
            return manifest.totals();
        } catch (IOException e) {
            throw new ArchiveFailure.Unusable("write", partial.path(), e);
        }
    }

    private long photoBytes() {
        var sum = new AtomicLong();
        from.eachAccount(accounts -> {
            for (var account : accounts)
                from.eachPhoto(
                        account.id(),
                        photos -> photos.forEach(photo -> sum.addAndGet(photo.size())));
        });
        return sum.get();
    }

    private Manifest write(Folder folder) throws IOException {
        try (var accounts = new LinesOut(folder.file(Kind.ACCOUNTS));
                var tokens = new LinesOut(folder.file(Kind.TOKENS));
                var photos = new LinesOut(folder.file(Kind.PHOTOS));
                var jobs = new LinesOut(folder.file(Kind.JOBS))) {
            var pass = new Pass(accounts, tokens, photos, jobs, folder);
            from.eachAccount(some -> some.forEach(pass::account));
            var sums = new EnumMap<Kind, Digest>(Kind.class);
            sums.put(Kind.ACCOUNTS, accounts.finish());
            sums.put(Kind.TOKENS, tokens.finish());
            sums.put(Kind.PHOTOS, photos.finish());
            sums.put(Kind.JOBS, jobs.finish());
            return new Manifest(release, clock.instant(), pass.totals(), sums);
        }
    }

    private static void store(Path file, byte[] bytes) throws IOException {
        Files.write(
                file,
                bytes,
                StandardOpenOption.CREATE_NEW,
                StandardOpenOption.WRITE,
                StandardOpenOption.SYNC);
    }

    /// One walk over all accounts.
    private final class Pass {
        private final LinesOut accounts;
        private final LinesOut tokens;
        private final LinesOut photos;
        private final LinesOut jobs;
        private final BlobCopies copies;
        private long hidden;
        private long open;
        private long missing;
        private long damaged;

        Pass(LinesOut accounts, LinesOut tokens, LinesOut photos, LinesOut jobs, Folder folder) {
            this.accounts = accounts;
            this.tokens = tokens;
            this.photos = photos;
            this.jobs = jobs;
            this.copies = new BlobCopies(from.blobs(), folder, listener);
        }

        /// Jobs before photos: if the service runs, a job may end meanwhile. Then it runs a second
        /// time after the import, rather than having a result that was not exported.
        void account(Account account) {
            var secret = from.webhooks().secret(account.id());
            accounts.add(new AccountLine(account, avatar(account), secret).write());
            from.accounts().tokens(account.id()).forEach(t -> tokens.add(TokenLine.write(t)));
            from.eachJob(
                    account.id(),
                    some -> {
                        some.forEach(job -> jobs.add(JobLine.write(job)));
                        open += some.stream().filter(j -> !j.status().state().isFinal()).count();
                    });
            from.eachPhoto(account.id(), some -> photos(some, false));
            photos(from.hidden(account.id()), true);
        }

        private Presence avatar(Account account) {
            if (account.avatar().isEmpty()) return Presence.HERE;
            var digest = account.avatar().get();
            var presence = copies.take(List.of(digest)).getOrDefault(digest, Presence.MISSING);
            note("the profile picture of account " + account.id(), digest, presence);
            return presence;
        }

        private void photos(List<Photo> some, boolean areHidden) {
            var presences = copies.take(some.stream().map(Photo::digest).toList());
            for (var photo : some) {
                var presence = presences.getOrDefault(photo.digest(), Presence.MISSING);
                if (presence != Presence.HERE && isGone(photo)) continue;
                note("photo " + photo.id(), photo.digest(), presence);
                photos.add(new PhotoLine(photo, areHidden, presence).write());
                if (areHidden) hidden++;
            }
        }

        /// Deleted since it was listed: its bytes are no loss.
        private boolean isGone(Photo photo) {
            Optional<Photo> now = from.photos().find(photo.id());
            return now.isEmpty();
        }

        private void note(String what, Digest digest, Presence presence) {
            switch (presence) {
                case HERE -> {
                    return;
                }
                case MISSING -> missing++;
                case DAMAGED -> damaged++;
            }
            listener.fault("blob %s of %s %s".formatted(digest, what, presence.word()));
        }

        Totals totals() {
            return new Totals(
                    accounts.lines(),
                    tokens.lines(),
                    photos.lines(),
                    hidden,
                    jobs.lines(),
                    open,
                    copies.count(),
                    copies.bytes(),
                    missing,
                    damaged);
        }
    }
}
