package safelight.archive;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import safelight.base.Bytes;
import safelight.base.Digest;
import safelight.base.HandClock;
import safelight.base.JobId;
import safelight.base.PhotoId;
import safelight.blobs.files.FileBlobs;
import safelight.catalog.Account;
import safelight.catalog.Job;
import safelight.catalog.Photo;
import safelight.catalog.Samples;
import safelight.catalog.Token;
import safelight.catalog.WebhookSecret;
import safelight.catalog.sql.SqlAccounts;
import safelight.catalog.sql.SqlJobs;
import safelight.catalog.sql.SqlPhotos;
import safelight.catalog.sql.SqlWebhooks;
import safelight.sql.Database;

/// An installation on SQLite and files, and things to put into it.
final class Site implements AutoCloseable {
    private final Path folder;
    private final HandClock clock;
    private final Database database;
    private final Installation installation;

    Site(Path folder, HandClock clock) {
        this.folder = folder;
        this.clock = clock;
        this.database = Database.open(folder.resolve("catalog.db"));
        this.installation =
                new Installation(
                        new SqlAccounts(database),
                        new SqlPhotos(database, clock),
                        new SqlJobs(database, clock),
                        new SqlWebhooks(database),
                        new FileBlobs(folder.resolve("blobs"), new Bytes(0), clock));
    }

    Installation installation() {
        return installation;
    }

    @Override
    public void close() {
        database.close();
    }

    /// Every kind of row: `accounts` of them, the second one without anything.
    void fill(int accounts) {
        var samples = new Samples(clock);
        for (int i = 0; i < accounts; i++) {
            var account =
                    installation
                            .accounts()
                            .add(samples.account("person" + i + "@example.org"))
                            .orElseThrow();
            if (i == 1) continue;
            fill(samples, account);
        }
    }

    private void fill(Samples samples, Account account) {
        var accounts = installation.accounts();
        var jobs = installation.jobs();
        var photos = installation.photos();
        accounts.setAvatar(account.id(), keep("avatar of " + account.id()));
        for (int i = 0; i < 3; i++) accounts.raiseEpoch(account.id());
        var token = samples.token(account.id());
        accounts.addToken(token);
        accounts.addToken(samples.token(account.id()));
        accounts.touchToken(token.id(), clock.instant());
        installation
                .webhooks()
                .secretOr(
                        account.id(),
                        new WebhookSecret("whsec_new", Optional.of("whsec_old"), clock.instant()));
        var source = photo(samples, account, "source of " + account.id(), Optional.empty());
        photos.add(source);
        photos.add(photo(samples, account, "the same for everybody", Optional.empty()));
        photos.addHidden(photo(samples, account, "hidden of " + account.id(), Optional.empty()));
        var done = samples.keyed(account.id(), "done", "print");
        jobs.accept(done, 99);
        var running = jobs.advance(samples.running(done, "w1")).orElseThrow();
        var result =
                photo(
                        samples,
                        account,
                        "result of " + account.id(),
                        Optional.of(new Photo.Origin(source.id(), done.id())));
        jobs.finish(
                samples.ended(running, Job.State.SUCCEEDED, Optional.of(result.id())),
                result,
                samples.key(source.digest()));
        open(samples, source, "w1");
        jobs.accept(told(samples, source), 99);
        var dead = open(samples, source, "w2");
        jobs.advance(samples.failed(dead, true));
    }

    private static Job told(Samples samples, Photo source) {
        var order = samples.job(source.account(), source.id()).order();
        return Job.accepted(
                new JobId(samples.id()), order.telling(Optional.of("https://example.org/hook")));
    }

    private Job open(Samples samples, Photo source, String worker) {
        var job = samples.job(source.account(), source.id());
        installation.jobs().accept(job, 99);
        if (worker.isEmpty()) return job;
        return installation.jobs().advance(samples.running(job, worker)).orElseThrow();
    }

    private Photo photo(
            Samples samples, Account account, String bytes, Optional<Photo.Origin> origin) {
        return new Photo(
                new PhotoId(samples.id()),
                account.id(),
                keep(bytes),
                "jpeg",
                40,
                30,
                bytes.length(),
                "a 'b' \u732b \ud83d\ude00.jpg",
                origin,
                clock.instant(),
                new Photo.Frames(2, 5));
    }

    Digest keep(String bytes) {
        var in = new ByteArrayInputStream(bytes.getBytes(java.nio.charset.StandardCharsets.UTF_8));
        try (var staged = installation.blobs().stage(in, Bytes.mebi(1))) {
            staged.keep();
            return staged.digest();
        }
    }

    /// Everything that an archive moves.
    record Picture(
            List<Account> accounts,
            List<Token> tokens,
            List<Photo> photos,
            List<Photo> hidden,
            List<Job> jobs,
            List<Job> outbox,
            List<WebhookSecret> secrets) {}

    /// What is there now, with jobs as they would be restored.
    Picture picture() {
        var picture =
                new Picture(
                        new ArrayList<>(),
                        new ArrayList<>(),
                        new ArrayList<>(),
                        new ArrayList<>(),
                        new ArrayList<>(),
                        installation.jobs().outbox(1000).stream().map(Job::restored).toList(),
                        new ArrayList<>());
        installation.eachAccount(picture.accounts::addAll);
        for (var account : picture.accounts) {
            installation.webhooks().secret(account.id()).ifPresent(picture.secrets::add);
            picture.tokens.addAll(installation.accounts().tokens(account.id()));
            installation.eachPhoto(account.id(), picture.photos::addAll);
            picture.hidden.addAll(installation.hidden(account.id()));
            installation.eachJob(
                    account.id(),
                    some -> some.stream().map(Job::restored).forEach(picture.jobs::add));
        }
        return picture;
    }

    /// The files of its blobs, whichever way they came.
    List<Path> blobFiles() {
        try (Stream<Path> files = Files.walk(folder.resolve("blobs"))) {
            return files.filter(Files::isRegularFile).sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Path blobFile(Digest digest) {
        return blobFiles().stream().filter(f -> f.endsWith(digest.hex())).findFirst().orElseThrow();
    }
}
