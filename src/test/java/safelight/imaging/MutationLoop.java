package safelight.imaging;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;

/// Damages photos and recipes at random for as long as one likes, and looks for anything but a
/// picture or a refusal: `bench/fuzz/run`. What runs is in `FOLDER/last.*`, so that it is known
/// even if the process dies of it; what failed or was slow is kept beside it.
final class MutationLoop {
    private static final Duration SLOW = Duration.ofSeconds(10);
    private static final Limits LIMITS = new Limits(4_000_000, 4_000_000);
    private static final int BYTES_MAX = 300_000;
    private static final int HEAD = 1_000;
    private static final List<String> RECIPES =
            List.of(
                    "crop?left=16&top=16&width=20&height=20;blur?sigma=1>jpeg?quality=80",
                    "crop?left=16&top=16&width=20&height=20>jpeg?quality=80&lossless=true",
                    "crop?left=33&top=40&width=9&height=30>jpeg?quality=95",
                    "rotate?angle=90>jpeg?quality=80&lossless=true",
                    "crop?left=5&top=9&width=9&height=9;resize?width=9&fit=contain>jpeg?quality=9",
                    "resize?width=40&fit=contain;sharpen?sigma=1&amount=1>jpeg?quality=80",
                    "flip?direction=vertical;blur?sigma=2>webp?quality=80",
                    "blur?sigma=15>jpeg?quality=80",
                    ">png?quality=80",
                    "adjust?brightness=1.1&contrast=0.8&saturation=1.3;grayscale?>jpeg?quality=80");

    private final Random chance;
    private final Path folder;
    private final Planar planar = Planar.open();
    private final TreeMap<String, Integer> outcomes = new TreeMap<>();

    private MutationLoop(long seed, Path folder) {
        this.chance = new Random(seed);
        this.folder = folder;
    }

    public static void main(String[] arguments) throws IOException {
        var loop = new MutationLoop(Long.parseLong(arguments[1]), Path.of(arguments[2]));
        loop.run(Duration.ofSeconds(Long.parseLong(arguments[0])), corpus(arguments));
    }

    private static List<byte[]> corpus(String[] arguments) throws IOException {
        var corpus = new ArrayList<byte[]>();
        for (var name : VipsTest.broken()) corpus.add(VipsTest.resource(name));
        for (var format : Format.values()) corpus.add(Samples.of(format));
        for (var sampling : Sampling.values()) {
            corpus.add(Jpegs.of(Pictures.lopsided(70, 75), sampling, 85));
            corpus.add(Jpegs.of(Pictures.photolike(90, 64, 1), sampling, 95));
        }
        for (var file : Arrays.asList(arguments).subList(3, arguments.length))
            corpus.add(Files.readAllBytes(Path.of(file)));
        corpus.removeIf(photo -> photo.length > BYTES_MAX);
        return corpus;
    }

    private void run(Duration time, List<byte[]> corpus) throws IOException {
        long end = System.nanoTime() + time.toNanos();
        long told = System.nanoTime();
        for (long round = 0; System.nanoTime() < end; round++) {
            var photo = damaged(corpus.get(chance.nextInt(corpus.size())).clone());
            var recipe = RECIPES.get(chance.nextInt(RECIPES.size()));
            if (chance.nextInt(4) == 0) recipe = damaged(recipe);
            Files.write(folder.resolve("last.photo"), photo);
            Files.writeString(folder.resolve("last.recipe"), recipe);
            long began = cpu();
            var outcome = outcome(photo, recipe);
            boolean slow = cpu() - began > SLOW.toNanos();
            if (slow || !outcome.matches("developed|BadPhoto|BadRecipe"))
                keep(round, slow ? "slow-" + outcome : outcome, photo, recipe);
            outcomes.merge(outcome, 1, Integer::sum);
            if (System.nanoTime() - told > SLOW.toNanos() * 6) {
                told = System.nanoTime();
                System.out.println(round + " rounds: " + outcomes);
            }
        }
        System.out.println("ended: " + outcomes);
    }

    /// The time that this thread has worked: how long it took depends on who else works here.
    private static long cpu() {
        return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    }

    private byte[] damaged(byte[] photo) {
        int kind = chance.nextInt(10);
        if (kind == 0) return Arrays.copyOf(photo, chance.nextInt(photo.length + 1));
        if (kind == 1) {
            int at = chance.nextInt(photo.length);
            int length = chance.nextInt(Math.min(64, photo.length - at));
            System.arraycopy(photo, chance.nextInt(photo.length - length), photo, at, length);
        }
        // heads are where sizes and tables are
        int within = kind < 6 ? Math.min(HEAD, photo.length) : photo.length;
        for (int i = chance.nextInt(8); i > 0; i--) {
            int at = chance.nextInt(within);
            photo[at] =
                    switch (chance.nextInt(4)) {
                        case 0 -> (byte) (photo[at] ^ (1 << chance.nextInt(8)));
                        case 1 -> (byte) 0xff;
                        case 2 -> 0;
                        default -> (byte) chance.nextInt(256);
                    };
        }
        return photo;
    }

    private String damaged(String recipe) {
        var text = new StringBuilder(recipe);
        for (int i = chance.nextInt(4); i >= 0 && !text.isEmpty(); i--) {
            int at = chance.nextInt(text.length());
            switch (chance.nextInt(3)) {
                case 0 -> text.deleteCharAt(at);
                case 1 -> text.insert(at, (char) (32 + chance.nextInt(300)));
                default -> text.setCharAt(at, "0123456789;&=?>-.%".charAt(chance.nextInt(18)));
            }
        }
        return text.toString();
    }

    private String outcome(byte[] photo, String recipe) {
        try (var source = Source.of(photo)) {
            planar.develop(source, Recipe.parse(recipe), LIMITS, Watch.NONE);
            return "developed";
        } catch (RuntimeException e) {
            var name = e.getClass().getSimpleName();
            // a damaged recipe may ask for what is missing here
            return e instanceof DarkroomUnavailable ? name + ": " + e.getMessage() : name;
        }
    }

    private void keep(long round, String outcome, byte[] photo, String recipe) throws IOException {
        var name = round + "-" + outcome.replaceAll("[^A-Za-z0-9]+", "-");
        Files.write(folder.resolve(name + ".photo"), photo);
        Files.writeString(folder.resolve(name + ".recipe"), recipe);
        System.out.println("kept " + name);
    }
}
