package safelight.app;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Supplier;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarConsumer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import safelight.imaging.BadRecipe;
import safelight.imaging.Darkroom;
import safelight.imaging.DarkroomUnavailable;
import safelight.imaging.Format;
import safelight.imaging.Output;
import safelight.imaging.Planar;

/// `safelight apply`: edits files on this machine, with no server.
@Command(
        name = "apply",
        sortOptions = false,
        description = "Edit photos on this machine, without a server.",
        footer = {
            "",
            "Operations run in the order in which they are given, on the upright picture.",
            "GPS data is stripped; copyright and colour profile are kept. A photo never",
            "replaces itself: name another output. Other files are replaced, whole or not",
            "at all.",
            "",
            "  safelight apply in.jpg -o out.jpg --crop 1600x1200+200+200 --blur 2 \\",
            "      --sharpen 1 --quality 80",
            "  safelight apply *.jpg -o small/ --resize 800x --format webp",
            "",
            "Exit codes: 0 done, 1 at least one photo failed, 2 wrong usage."
        })
public final class Apply implements Callable<Integer> {
    private static final int FAILED = 1;
    private static final int THREADS_MAX = 256;
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Supplier<Darkroom> darkrooms;

    @Spec private CommandSpec spec = CommandSpec.create();

    @Parameters(paramLabel = "PHOTO", arity = "1..*", description = "The photos to edit")
    private List<Path> inputs = List.of();

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FILE|FOLDER",
            required = true,
            description = "Where results go; many photos need a folder")
    private String output = "";

    @Mixin private OperationOptions operations = new OperationOptions();

    @Option(
            names = "--format",
            description = {
                "jpeg, png, webp or avif. Unless given: what the",
                "output's name says; in a folder, the photo's own",
                "format, and jpeg for those that are only read"
            })
    private String format = "";

    @Option(names = "--quality", description = "1 to 100; ${DEFAULT-VALUE} unless given")
    private int quality = Output.QUALITY_DEFAULT;

    @Option(
            names = "--lossless",
            description = {
                "Crop, rotate and flip JPEGs without decoding them;",
                "fails where edges do not fall between blocks"
            })
    private boolean lossless;

    @Option(names = "--best-effort", description = "Take what can be decoded of damaged photos")
    private boolean bestEffort;

    @Option(names = "--threads", description = "Photos at a time; one a core unless given")
    private int threads = Runtime.getRuntime().availableProcessors();

    @Option(names = "--json", description = "Print a line of JSON for each result")
    private boolean json;

    /// With the real one.
    public Apply() {
        this(Planar::open);
    }

    /// With a darkroom that is opened once the command line has been understood.
    public Apply(Supplier<Darkroom> darkrooms) {
        this.darkrooms = darkrooms;
    }

    @Override
    public Integer call() {
        checkUsage();
        FileEdit edit;
        try {
            var targets = Targets.of(output, isFolder(), format);
            var written = new Output(targets.format(Format.JPEG), quality, lossless, bestEffort);
            edit = new FileEdit(darkrooms.get(), operations, targets, written);
        } catch (BadRecipe | IllegalArgumentException e) {
            throw wrong(sentence(e));
        } catch (DarkroomUnavailable e) {
            spec.commandLine().getErr().println(e.problem().detail());
            return FAILED;
        }
        return editAll(edit) ? 0 : FAILED;
    }

    private boolean editAll(FileEdit edit) {
        var results = new ArrayList<Future<Boolean>>();
        try (var bar = bar();
                var pool = Executors.newFixedThreadPool(Math.min(threads, inputs.size()))) {
            for (var input : inputs)
                results.add(
                        pool.submit(() -> {
                            boolean done = report(edit.edit(input));
                            bar.step();
                            return done;
                        }));
        }
        return results.stream().allMatch(Apply::outcome);
    }

    private static boolean outcome(Future<Boolean> result) {
        try {
            return result.get();
        } catch (ExecutionException e) {
            throw new IllegalStateException("an edit broke", e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private synchronized boolean report(FileEdit.Outcome outcome) {
        var line = spec.commandLine();
        switch (outcome) {
            case FileEdit.Done done -> {
                if (json) line.getOut().println(JSON.valueToTree(done.fields()));
            }
            case FileEdit.Failed failed ->
                    line.getErr().println(failed.in().getFileName() + ": " + failed.sentence());
        }
        return outcome instanceof FileEdit.Done;
    }

    /// Visible for many photos on a terminal; else it counts for nobody.
    private ProgressBar bar() {
        boolean shown = inputs.size() > 1 && isTerminal() && !json;
        return new ProgressBarBuilder()
                .setTaskName("apply")
                .setInitialMax(inputs.size())
                .setConsumer(shown ? new ConsoleProgressBarConsumer(System.err) : new Nobody())
                .build();
    }

    @SuppressWarnings("SystemConsoleNull") // it may be null, and the next call tells the rest
    private static boolean isTerminal() {
        var console = System.console();
        return console != null && console.isTerminal();
    }

    private void checkUsage() {
        if (threads < 1 || threads > THREADS_MAX)
            throw wrong("--threads lies between 1 and " + THREADS_MAX + ".");
        if (inputs.size() > 1 && Files.isRegularFile(Path.of(output)))
            throw wrong("Many photos need a folder, and '" + output + "' is a file.");
    }

    private boolean isFolder() {
        return inputs.size() > 1 || output.endsWith("/") || Files.isDirectory(Path.of(output));
    }

    private ParameterException wrong(String sentence) {
        return new ParameterException(spec.commandLine(), sentence);
    }

    private static String sentence(RuntimeException e) {
        return e instanceof BadRecipe bad ? bad.problem().detail() : String.valueOf(e.getMessage());
    }

    /// Drops what the bar would draw.
    private static final class Nobody implements ProgressBarConsumer {
        @Override
        public int getMaxRenderedLength() {
            return 0;
        }

        @Override
        public void accept(String line) {
            // nobody looks
        }

        @Override
        public void clear() {
            // nothing was drawn
        }

        @Override
        public void close() {
            // nothing to close
        }
    }
}
