package safelight.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import safelight.base.HandClock;
import safelight.blobs.Blobs;
import safelight.catalog.AccountRows;
import safelight.catalog.CatalogUnavailable;
import safelight.catalog.JobRows;
import safelight.catalog.Photo;
import safelight.catalog.PhotoRows;
import safelight.catalog.Samples;
import safelight.catalog.WebhookRows;

/// An installation goes into a folder and comes back the same, or not at all.
class ArchiveTest {
    private static final Import.Options PLAIN = new Import.Options(false, false, true);
    private static final Import.Options RESUME = new Import.Options(true, false, true);
    private static final Import.Options LENIENT = new Import.Options(false, true, true);
    private static final Set<String> WRITES =
            Set.of("restore", "secretOr", "addToken", "add", "addHidden", "stage");

    private final HandClock clock = new HandClock(Instant.parse("2026-01-01T00:00:00.123456Z"));
    private final Heard heard = new Heard(new ConcurrentLinkedQueue<>());

    @TempDir private Path folder;
    private Path archive;
    private Site source;
    private Site target;

    /// Keeps the faults.
    record Heard(ConcurrentLinkedQueue<String> faults) implements Listener {
        @Override
        public void begin(String what, long bytes) {
            assertThat(bytes).isNotNegative();
        }

        @Override
        public void moved(long bytes) {
            assertThat(bytes).isNotNegative();
        }

        @Override
        public void fault(String sentence) {
            faults.add(sentence);
        }
    }

    @BeforeEach
    void open() {
        archive = folder.resolve("archive");
        source = new Site(folder.resolve("source"), clock);
        target = new Site(folder.resolve("target"), clock);
    }

    @AfterEach
    void close() {
        source.close();
        target.close();
    }

    private Totals export() {
        return new Export(source.installation(), clock, "test", heard).to(archive);
    }

    private Totals bringIn(Import.Options options) {
        return new Import(target.installation(), heard).from(archive, options);
    }

    private void assertNothingArrived() {
        assertThat(target.picture())
                .isEqualTo(
                        new Site.Picture(
                                List.of(), List.of(), List.of(), List.of(), List.of(), List.of(),
                                List.of()));
        assertThat(target.blobFiles()).isEmpty();
    }

    @Test
    void everythingComesBack() {
        source.fill(3);
        var before = source.picture();

        var exported = export();
        var imported = bringIn(PLAIN);

        assertThat(heard.faults).isEmpty();
        assertThat(exported).isEqualTo(imported);
        assertThat(exported).isEqualTo(new Totals(3, 4, 8, 2, 8, 4, 9, exported.bytes(), 0, 0));
        assertThat(source.picture()).isEqualTo(before);
        assertThat(target.picture().outbox()).hasSize(4);
        assertThat(target.picture())
                .usingRecursiveComparison()
                .ignoringFields("outbox")
                .isEqualTo(before);
        assertThat(target.blobFiles()).hasSize(9);
    }

    @Test
    void nothingMakesAnArchiveToo() {
        export();
        var imported = bringIn(PLAIN);

        assertThat(imported).isEqualTo(new Totals(0, 0, 0, 0, 0, 0, 0, 0, 0, 0));
        assertNothingArrived();
    }

    @Test
    void moreThanAPageOfEverythingComesBack() {
        var samples = new Samples(clock);
        var installation = source.installation();
        var ann = installation.accounts().add(samples.account("ann@x")).orElseThrow().id();
        var digest = source.keep("one");
        Crew.forEach(
                IntStream.range(0, 250).boxed().toList(),
                i -> {
                    installation.accounts().restore(samples.account("many" + i + "@x"));
                    var photo = samples.photo(ann, digest, Optional.empty());
                    installation.photos().add(resized(photo, 3));
                    installation.jobs().accept(samples.job(ann, photo.id()), 1000);
                });

        export();
        bringIn(PLAIN);

        assertThat(target.picture()).isEqualTo(source.picture());
    }

    private static Photo resized(Photo photo, long size) {
        return new Photo(
                photo.id(),
                photo.account(),
                photo.digest(),
                photo.format(),
                photo.widthPx(),
                photo.heightPx(),
                size,
                photo.name(),
                photo.origin(),
                photo.created());
    }

    @Test
    void onlyItsOwnerMayLook() throws IOException {
        export();

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(archive)))
                .isEqualTo("rwx------");
        assertThat(archive.resolveSibling("archive.partial")).doesNotExist();
    }

    @Test
    void flippedByteAnywhereIsFoundAndNothingIsWritten() throws IOException {
        source.fill(1);
        export();
        List<Path> files;
        try (var all = Files.walk(archive)) {
            files = all.filter(Files::isRegularFile).toList();
        }
        assertThat(files).hasSizeGreaterThan(8);
        for (var file : files) {
            if (file.endsWith(Manifest.FILE)) continue;
            var good = Files.readAllBytes(file);
            var bad = good.clone();
            bad[bad.length / 2] ^= 1;
            Files.write(file, bad);

            assertThatThrownBy(() -> bringIn(PLAIN))
                    .as("%s", file)
                    .isInstanceOf(ArchiveFailure.Unfit.class);
            assertThat(heard.faults).as("%s", file).isNotEmpty();
            assertNothingArrived();

            heard.faults.clear();
            Files.write(file, good);
        }
        bringIn(PLAIN);
    }

    @Test
    void lostAndCutFilesAreFound() throws IOException {
        source.fill(1);
        export();
        List<Path> files;
        try (var all = Files.walk(archive)) {
            files = all.filter(Files::isRegularFile).toList();
        }
        for (var file : files) {
            if (file.endsWith(Manifest.FILE)) continue;
            var good = Files.readAllBytes(file);
            Files.delete(file);
            assertThatThrownBy(() -> bringIn(PLAIN)).isInstanceOf(ArchiveFailure.Unfit.class);
            Files.write(file, Arrays.copyOf(good, good.length - 1));
            assertThatThrownBy(() -> bringIn(PLAIN)).isInstanceOf(ArchiveFailure.Unfit.class);
            Files.write(file, good);
        }
        assertNothingArrived();
    }

    @Test
    void manifestOfANewerReleaseOrOfNothingIsRefused() throws IOException {
        export();
        var manifest = archive.resolve(Manifest.FILE);
        var good = Files.readString(manifest);
        for (var bad :
                List.of(
                        good.replace("\"version\" : 1", "\"version\" : 2"),
                        good.replace("safelight-archive", "holiday"),
                        good.replace("accounts.jsonl", "x").replace("sha256", "md5"),
                        good.substring(0, good.length() / 2),
                        "[]",
                        "null",
                        "")) {
            Files.writeString(manifest, bad);
            assertThatThrownBy(() -> bringIn(PLAIN))
                    .as(bad)
                    .isInstanceOf(ArchiveFailure.Unfit.class);
        }
    }

    @Test
    void bytesThatWereMissingOrDamagedAreToldAndLeftOutIfWanted() throws IOException {
        source.fill(3);
        var photos = source.picture().photos();
        var lost = photos.get(1);
        var broken = photos.get(2);
        Files.delete(source.blobFile(lost.digest()));
        var file = source.blobFile(broken.digest());
        var bytes = Files.readAllBytes(file);
        bytes[3] ^= 1;
        Files.write(file, bytes);

        var totals = export();

        long sharing = photos.stream().filter(p -> p.digest().equals(lost.digest())).count();
        long damaged = photos.stream().filter(p -> p.digest().equals(broken.digest())).count();
        assertThat(totals.missing()).isEqualTo(sharing);
        assertThat(totals.damaged()).isEqualTo(damaged);
        assertThat(heard.faults)
                .anyMatch(f -> f.contains(lost.digest().hex()) && f.endsWith("is missing"))
                .anyMatch(f -> f.contains(broken.digest().hex()) && f.contains("damaged"));
        assertThatThrownBy(() -> bringIn(PLAIN)).isInstanceOf(ArchiveFailure.Unfit.class);
        assertNothingArrived();

        bringIn(LENIENT);

        assertThat(target.picture().photos())
                .hasSize(photos.size() - (int) (sharing + damaged))
                .doesNotContain(lost, broken)
                .isSubsetOf(photos);
        assertThat(target.picture().jobs()).isEqualTo(source.picture().jobs());
    }

    @Test
    void missingProfilePictureIsLeftOut() throws IOException {
        source.fill(1);
        var account = source.picture().accounts().getFirst();
        Files.delete(source.blobFile(account.avatar().orElseThrow()));

        assertThat(export().missing()).isEqualTo(1);
        bringIn(LENIENT);

        assertThat(target.picture().accounts().getFirst().avatar()).isEmpty();
    }

    @Test
    void photoThatIsDeletedMeanwhileIsNoLoss() {
        source.fill(1);
        var victim = source.picture().photos().getFirst();
        var installation = source.installation();
        var racing =
                new Installation(
                        installation.accounts(),
                        installation.photos(),
                        installation.jobs(),
                        installation.webhooks(),
                        before(
                                Blobs.class,
                                installation.blobs(),
                                method -> {
                                    if (!method.equals("find")) return;
                                    for (var digest : installation.photos().remove(victim.id()))
                                        installation.blobs().remove(digest, () -> false);
                                }));

        var totals = new Export(racing, clock, "test", heard).to(archive);

        assertThat(totals.isComplete()).isTrue();
        assertThat(heard.faults).isEmpty();
        bringIn(PLAIN);
        assertThat(target.picture().photos()).doesNotContain(victim);
    }

    @Test
    void installationWithAccountsIsRefused() {
        source.fill(1);
        export();
        var samples = new Samples(new HandClock(clock.instant().plusSeconds(60)));
        var stranger = samples.account("someone@else");
        target.installation().accounts().restore(stranger);

        assertThatThrownBy(() -> bringIn(PLAIN)).isInstanceOf(ArchiveFailure.Occupied.class);
        assertThatThrownBy(() -> bringIn(RESUME)).isInstanceOf(ArchiveFailure.Occupied.class);

        assertThat(target.picture().accounts()).containsExactly(stranger);
        assertThat(target.blobFiles()).isEmpty();
    }

    @Test
    void importThatIsInterruptedAnywhereIsResumed() throws IOException {
        source.fill(2);
        export();
        int steps = 0;
        while (true) {
            try (var site = new Site(folder.resolve("target" + steps), clock)) {
                boolean isWhole = interruptedAfter(site.installation(), steps);
                new Import(site.installation(), heard).from(archive, RESUME);

                assertThat(site.picture())
                        .as("after %d steps", steps)
                        .usingRecursiveComparison()
                        .ignoringFields("outbox")
                        .isEqualTo(source.picture());
                assertThat(site.picture().outbox()).hasSize(2);
                if (isWhole) break;
            }
            steps += 4;
        }
        assertThat(steps).isGreaterThan(12);
    }

    private boolean interruptedAfter(Installation site, int steps) {
        var left = new AtomicInteger(steps);
        Consumer<String> count =
                method -> {
                    if (WRITES.contains(method) && left.getAndDecrement() <= 0)
                        throw CatalogUnavailable.during("go on", new IOException("power cut"));
                };
        var failing =
                new Installation(
                        before(AccountRows.class, site.accounts(), count),
                        before(PhotoRows.class, site.photos(), count),
                        before(JobRows.class, site.jobs(), count),
                        before(WebhookRows.class, site.webhooks(), count),
                        before(Blobs.class, site.blobs(), count));
        try {
            new Import(failing, heard).from(archive, PLAIN);
            return true;
        } catch (CatalogUnavailable e) {
            return false;
        }
    }

    /// The real engine, with something done before each call.
    private static <T> T before(Class<T> port, T engine, Consumer<String> first) {
        return port.cast(
                Proxy.newProxyInstance(
                        port.getClassLoader(),
                        new Class<?>[] {port},
                        (_, method, arguments) -> {
                            first.accept(method.getName());
                            try {
                                return method.invoke(engine, arguments);
                            } catch (InvocationTargetException e) {
                                throw e.getCause();
                            }
                        }));
    }

    @Test
    void differenceAfterTheImportIsTold() {
        source.fill(1);
        export();
        var spoiling =
                new Listener() {
                    @Override
                    public void begin(String what, long bytes) {
                        if (!what.startsWith("verify")) return;
                        spoil(target.blobFiles().getFirst());
                        var photo = target.picture().photos().getLast();
                        target.installation().photos().remove(photo.id());
                    }

                    @Override
                    public void moved(long bytes) {
                        heard.moved(bytes);
                    }

                    @Override
                    public void fault(String sentence) {
                        heard.fault(sentence);
                    }
                };

        assertThatThrownBy(() -> new Import(target.installation(), spoiling).from(archive, PLAIN))
                .isInstanceOf(ArchiveFailure.Different.class);

        assertThat(heard.faults)
                .anyMatch(f -> f.endsWith("did not arrive"))
                .anyMatch(f -> f.contains("photos instead of"))
                .anyMatch(f -> f.endsWith("is damaged or cannot be read"));
    }

    private static void spoil(Path file) {
        try {
            var bytes = Files.readAllBytes(file);
            bytes[0] = '#';
            Files.write(file, bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void whatAnInterruptedExportLeftIsReplaced() throws IOException {
        source.fill(1);
        var partial = Files.createDirectories(archive.resolveSibling("archive.partial"));
        Files.createDirectories(partial.resolve("blobs/ab/cd"));
        Files.writeString(partial.resolve("blobs/ab/cd/left"), "over");
        Files.writeString(partial.resolve("jobs.jsonl"), "half a l");

        export();
        bringIn(PLAIN);

        assertThat(target.picture().jobs()).hasSize(4);
    }

    @Test
    void whatIsNotOfAnArchiveIsLeftAlone() throws IOException {
        var partial = Files.createDirectories(archive.resolveSibling("archive.partial"));
        var precious = Files.writeString(partial.resolve("thesis.tex"), "precious");

        assertThatThrownBy(this::export).isInstanceOf(ArchiveFailure.Unusable.class);

        assertThat(precious).hasContent("precious");
        assertThat(Export.isFree(partial)).isFalse();
        assertThat(Export.isFree(precious)).isFalse();
        assertThat(Export.isFree(archive)).isTrue();
        assertThat(Export.isFree(Files.createDirectory(archive))).isTrue();
    }
}
