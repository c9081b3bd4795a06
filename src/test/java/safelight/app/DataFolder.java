package safelight.app;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.HashSet;
import java.util.Set;

/// What a server keeps on disk.
final class DataFolder {
    private DataFolder() {}

    /// Every file of the blob store, staged ones too.
    static Set<Path> blobs(Path data) throws IOException {
        return files(data.resolve("blobs"));
    }

    /// What uploads left that should have been cleared.
    static Set<Path> leftovers(Path data) throws IOException {
        var left = files(data.resolve("tmp"));
        left.addAll(files(data.resolve("blobs/tmp")));
        return left;
    }

    private static Set<Path> files(Path folder) throws IOException {
        var found = new HashSet<Path>();
        var _ =
                Files.walkFileTree(
                        folder,
                        new SimpleFileVisitor<>() {
                            @Override
                            public FileVisitResult visitFile(Path file, BasicFileAttributes is) {
                                if (is.isRegularFile()) found.add(file);
                                return FileVisitResult.CONTINUE;
                            }

                            // A server at work moves and deletes files while they are listed.
                            @Override
                            public FileVisitResult visitFileFailed(Path file, IOException e)
                                    throws IOException {
                                if (e instanceof NoSuchFileException && !file.equals(folder))
                                    return FileVisitResult.CONTINUE;
                                throw e;
                            }
                        });
        return found;
    }
}
