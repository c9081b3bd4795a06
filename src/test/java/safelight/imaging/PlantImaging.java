package safelight.imaging;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// A pure function that looks at files.
final class PlantImaging {
    long size(Path file) throws IOException {
        return Files.size(file);
    }
}
