package safelight.archive;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystems;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import safelight.base.Digest;
import safelight.catalog.Job;
import safelight.catalog.Token;

/// Where an archive's files are. While it is written it has another name, and nobody but its owner
/// may look: it holds password hashes.
record Folder(Path path) {
    private static final String BLOBS = "blobs";
    private static final Set<String> OURS =
            Stream.concat(
                            Stream.of(BLOBS, Manifest.FILE),
                            Stream.of(Kind.values()).map(Kind::fileName))
                    .collect(Collectors.toUnmodifiableSet());

    Path file(Kind kind) {
        return path.resolve(kind.fileName());
    }

    Path blobs() {
        return path.resolve(BLOBS);
    }

    Path blob(Digest digest) {
        return blobs().resolve(digest.hex().substring(0, 2))
                .resolve(digest.hex().substring(2, 4))
                .resolve(digest.hex());
    }

    /// Gives all accounts to `use`, in batches; returns how many there were.
    long accounts(Consumer<List<AccountLine>> use) {
        return LinesIn.each(file(Kind.ACCOUNTS), AccountLine::read, use);
    }

    long tokens(Consumer<List<Token>> use) {
        return LinesIn.each(file(Kind.TOKENS), TokenLine::read, use);
    }

    long photos(Consumer<List<PhotoLine>> use) {
        return LinesIn.each(file(Kind.PHOTOS), PhotoLine::read, use);
    }

    long jobs(Consumer<List<Job>> use) {
        return LinesIn.each(file(Kind.JOBS), JobLine::read, use);
    }

    /// Does it with all blobs that imported rows name; some of them more than once.
    void eachWanted(Consumer<Wanted> work) {
        accounts(lines -> Crew.forEach(Wanted.avatars(lines), work));
        photos(lines -> Crew.forEach(Wanted.photos(lines), work));
    }

    /// Whether an archive may be made here: nothing is there, or an empty folder.
    boolean isFree() throws IOException {
        if (!Files.exists(path)) return true;
        if (!Files.isDirectory(path)) return false;
        try (var files = Files.list(path)) {
            return files.findAny().isEmpty();
        }
    }

    /// The folder in which this one is made.
    Folder partial() {
        return new Folder(path.resolveSibling(path.getFileName() + ".partial"));
    }

    /// Makes it, without what an interrupted export left there.
    void begin() throws IOException {
        if (Files.exists(path)) clear();
        Files.createDirectories(path.toAbsolutePath().getParent());
        if (FileSystems.getDefault().supportedFileAttributeViews().contains("posix"))
            Files.createDirectory(
                    path,
                    PosixFilePermissions.asFileAttribute(
                            PosixFilePermissions.fromString("rwx------")));
        else Files.createDirectory(path);
        Files.createDirectory(blobs());
    }

    private void clear() throws IOException {
        try (var files = Files.list(path)) {
            for (var file : files.toList())
                if (!OURS.contains(file.getFileName().toString()))
                    throw new IOException(file + " is not of an archive; please move it away");
        }
        Files.walkFileTree(path, new Removal());
    }

    private static final class Removal extends SimpleFileVisitor<Path> {
        @Override
        public FileVisitResult visitFile(Path file, BasicFileAttributes ignored)
                throws IOException {
            Files.delete(file);
            return FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult postVisitDirectory(Path folder, @Nullable IOException fault)
                throws IOException {
            if (fault != null) throw fault;
            Files.delete(folder);
            return FileVisitResult.CONTINUE;
        }
    }

    /// Gives the finished archive its name; it is durable under it when this returns.
    void finishAs(Folder end) throws IOException {
        try (var all = Files.walk(path)) {
            for (var folder : (Iterable<Path>) all.filter(Files::isDirectory)::iterator)
                sync(folder);
        }
        Files.move(path, end.path, StandardCopyOption.ATOMIC_MOVE);
        var parent = end.path.toAbsolutePath().getParent();
        if (parent != null) sync(parent);
    }

    /// What all blobs are together.
    record Amount(long count, long bytes) {}

    Amount amount() throws IOException {
        if (!Files.isDirectory(blobs())) return new Amount(0, 0);
        long count = 0;
        long bytes = 0;
        try (var all = Files.walk(blobs())) {
            for (var file : (Iterable<Path>) all.filter(Files::isRegularFile)::iterator) {
                count++;
                bytes += Files.size(file);
            }
        }
        return new Amount(count, bytes);
    }

    private static void sync(Path folder) throws IOException {
        try (var channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }
}
