package safelight.app;

import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import safelight.imaging.Format;

/// Where results go and in which format. Each target is given away once, so that no photo of a run
/// replaces another's result.
final class Targets {
    private static final Set<Format> KEPT =
            Set.of(Format.JPEG, Format.PNG, Format.WEBP, Format.AVIF);

    private final Path output;
    private final boolean isFolder;
    private final Optional<Format> wanted;
    private final Set<Path> taken = ConcurrentHashMap.newKeySet();

    private Targets(Path output, boolean isFolder, Optional<Format> wanted) {
        this.output = output;
        this.isFolder = isFolder;
        this.wanted = wanted;
    }

    /// One file, or a folder; `format` may be empty.
    ///
    /// @throws IllegalArgumentException if the format or the file's extension is none
    static Targets of(String output, boolean isFolder, String format) {
        var path = Path.of(output);
        if (!format.isEmpty()) return new Targets(path, isFolder, Optional.of(named(format)));
        var extension = isFolder ? "" : extension(path);
        return new Targets(
                path,
                isFolder,
                extension.isEmpty() ? Optional.empty() : Optional.of(named(extension)));
    }

    /// The format for a photo that has format `own`.
    Format format(Format own) {
        return wanted.orElse(KEPT.contains(own) ? own : Format.JPEG);
    }

    /// The file for the result of `input`; empty if another photo of this run has it.
    Optional<Path> claim(Path input, Format own) {
        var target = isFolder ? output.resolve(name(input, own)) : output;
        var absolute = target.toAbsolutePath().normalize();
        return taken.add(absolute) ? Optional.of(target) : Optional.empty();
    }

    private String name(Path input, Format own) {
        var name = input.getFileName().toString();
        var format = format(own);
        if (Format.byId(extension(input)).equals(Optional.of(format))) return name;
        int dot = name.lastIndexOf('.');
        return (dot > 0 ? name.substring(0, dot) : name) + "." + format.extension();
    }

    private static String extension(Path path) {
        var name = path.getFileName().toString();
        return name.substring(name.lastIndexOf('.') + 1).equals(name)
                ? ""
                : name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
    }

    private static Format named(String name) {
        return Format.byId(name.toLowerCase(Locale.ROOT))
                .orElseThrow(() ->
                        new IllegalArgumentException(
                                "'%s' is no format; there are jpeg, png, webp, avif."
                                        .formatted(name)));
    }
}
