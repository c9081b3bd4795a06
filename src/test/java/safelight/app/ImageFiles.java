package safelight.app;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// What the image is made of.
final class ImageFiles {
    private ImageFiles() {}

    static String options() {
        return text("ops/container/java.options");
    }

    static String containerfile() {
        return text("ops/container/Containerfile");
    }

    static String launcher() {
        return text("safelight");
    }

    /// The head of the build file, down to the properties.
    static String pom() {
        var text = text("pom.xml");
        return text.substring(0, text.indexOf("<properties>"));
    }

    private static String text(String file) {
        try {
            return Files.readString(Path.of(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
