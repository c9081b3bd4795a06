package safelight.imaging;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import safelight.base.Bytes;

/// A process that develops one photo and prints by how much its memory grew: `engine photo recipe`.
final class MemoryProbe {
    private static final Path STATUS = Path.of("/proc/self/status");
    private static final Path RESET = Path.of("/proc/self/clear_refs");

    private MemoryProbe() {}

    public static void main(String[] args) throws IOException {
        Darkroom darkroom = args[0].equals("libvips") ? Vips.open() : Planar.open();
        var photo = Files.readAllBytes(Path.of(args[1]));
        var recipe = Recipe.parse(args[2]);
        // what is loaded and compiled once does not count
        var little = Pictures.encoded(Pictures.photolike(100, 100, 1), "png");
        develop(darkroom, little, Recipe.parse(">" + args[2].split(">")[1]));
        System.gc();
        long before = kibi("VmRSS");
        Files.writeString(RESET, "5");
        develop(darkroom, photo, recipe);
        System.out.println(new Bytes((kibi("VmHWM") - before) << 10).count());
    }

    private static void develop(Darkroom darkroom, byte[] photo, Recipe recipe) throws IOException {
        try (var source = Source.read(new ByteArrayInputStream(photo), photo.length)) {
            darkroom.develop(source, recipe, Limits.DEFAULT, Watch.NONE);
        }
    }

    private static long kibi(String field) throws IOException {
        var match = Pattern.compile(field + ":\\s+(\\d+) kB").matcher(Files.readString(STATUS));
        if (!match.find()) throw new IOException("no " + field);
        return Long.parseLong(match.group(1));
    }
}
