package safelight.app;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.stream.Collectors;

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
        try (var files = Files.walk(folder)) {
            return files.filter(Files::isRegularFile).collect(Collectors.toSet());
        }
    }
}
