package safelight.app;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import safelight.base.Bytes;
import safelight.base.Digest;
import safelight.imaging.Darkroom;
import safelight.imaging.Developed;
import safelight.imaging.Header;
import safelight.imaging.ImagingFailure;
import safelight.imaging.Limits;
import safelight.imaging.Operation;
import safelight.imaging.Output;
import safelight.imaging.Recipe;
import safelight.imaging.Source;
import safelight.imaging.Watch;

/// One edit for many files. A result appears whole under its name or not at all.
final class FileEdit {
    /// The largest file that is taken.
    static final Bytes PHOTO_MAX = Bytes.mebi(100);

    private final Darkroom darkroom;
    private final List<Operation> operations;
    private final Map<Digest, byte[]> marks;
    private final Targets targets;
    private final Output written;

    /// With the operations' marks. `written` says how, in another format if the target's is one.
    FileEdit(Darkroom darkroom, OperationOptions options, Targets targets, Output written) {
        this.darkroom = darkroom;
        this.marks = options.marks();
        this.operations = new Recipe(options.take(), written).operations();
        this.targets = targets;
        this.written = written;
    }

    /// What became of a file.
    sealed interface Outcome {}

    /// Written.
    record Done(Path in, Path out, Developed result) implements Outcome {
        Map<String, Object> fields() {
            var fields = new LinkedHashMap<String, Object>();
            fields.put("in", in.toString());
            fields.put("out", out.toString());
            fields.put("width", result.size().widthPx());
            fields.put("height", result.size().heightPx());
            fields.put("bytes", result.bytes().length);
            fields.put("format", result.format().id());
            fields.put("frames", result.frames());
            if (!result.flags().isEmpty())
                fields.put("flags", result.flags().stream().map(Developed.Flag::id).toList());
            return fields;
        }
    }

    /// Not written, and why.
    record Failed(Path in, String sentence) implements Outcome {}

    /// Edits one file; whatever is wrong with it is an outcome.
    Outcome edit(Path in) {
        try {
            long bytes = Files.size(in);
            if (Files.isDirectory(in)) return new Failed(in, "This is a folder.");
            if (bytes > PHOTO_MAX.count())
                return new Failed(in, "The file is larger than " + PHOTO_MAX + ".");
            try (var stream = Files.newInputStream(in);
                    var source = Source.read(stream, bytes)) {
                return edit(in, source);
            }
        } catch (ImagingFailure e) {
            return new Failed(in, e.problem().detail());
        } catch (NoSuchFileException e) {
            return new Failed(in, "There is no file " + e.getFile() + ".");
        } catch (FileSystemException e) {
            return new Failed(in, "The file system refuses: " + e.getMessage() + ".");
        } catch (IOException e) {
            return new Failed(in, "Reading or writing failed: " + e.getMessage() + ".");
        }
    }

    private Outcome edit(Path in, Source source) throws IOException {
        var own = Header.read(source, Limits.DEFAULT, written).format();
        var target = targets.claim(in, own);
        if (target.isEmpty())
            return new Failed(in, "Another photo of this run has the same name for its result.");
        var out = target.get();
        if (Files.exists(out) && Files.isSameFile(in, out))
            return new Failed(in, "A photo does not replace itself; name another output.");
        var recipe = new Recipe(operations, written.in(targets.format(own)));
        marks.forEach((digest, bytes) -> source.add(digest, Source.of(bytes)));
        var result = darkroom.develop(source, recipe, Limits.DEFAULT, Watch.NONE);
        write(out.toAbsolutePath(), result.bytes());
        return new Done(in, out, result);
    }

    private static void write(Path out, byte[] bytes) throws IOException {
        Files.createDirectories(out.getParent());
        var part =
                out.resolveSibling(
                        ".%s.%d.part".formatted(out.getFileName(), ProcessHandle.current().pid()));
        try {
            Files.write(
                    part, bytes, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING);
            Files.move(
                    part, out, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(part);
        }
    }
}
