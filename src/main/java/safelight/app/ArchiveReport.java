package safelight.app;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.DelegatingProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import picocli.CommandLine;
import safelight.archive.Listener;
import safelight.archive.Totals;
import safelight.base.Bytes;

/// What an export or import shows: a progress bar and faults on the error stream, at the end a
/// table or a line of JSON. Without a terminal, a line of progress now and then.
final class ArchiveReport implements Listener, AutoCloseable {
    private static final Duration LINE_EVERY = Duration.ofSeconds(10);
    private static final int LINE_COLUMNS = 100;
    private static final String ROW = "  %-18s %12d%s%n";

    private final PrintWriter out;
    private final PrintWriter err;
    private Optional<ProgressBar> bar = Optional.empty();

    ArchiveReport(CommandLine line) {
        this.out = line.getOut();
        this.err = line.getErr();
    }

    @Override
    public synchronized void begin(String what, long bytes) {
        close();
        if (bytes > 0) bar = Optional.of(bar(what, bytes));
    }

    private ProgressBar bar(String what, long bytes) {
        var builder =
                new ProgressBarBuilder()
                        .setTaskName(what)
                        .setInitialMax(bytes)
                        .setUnit(" MiB", Bytes.mebi(1).count());
        if (isTerminal()) builder.setConsumer(new ConsoleProgressBarConsumer(System.err));
        else
            builder.setConsumer(new DelegatingProgressBarConsumer(this::print, LINE_COLUMNS))
                    .setUpdateIntervalMillis((int) LINE_EVERY.toMillis());
        return builder.build();
    }

    @SuppressWarnings("SystemConsoleNull") // it may be null, and the next call tells the rest
    private static boolean isTerminal() {
        var console = System.console();
        return console != null && console.isTerminal();
    }

    @Override
    public synchronized void moved(long bytes) {
        bar.ifPresent(shown -> shown.stepBy(bytes));
    }

    @Override
    public void fault(String sentence) {
        print("safelight: " + sentence);
    }

    private void print(String line) {
        err.println(line);
        err.flush();
    }

    @Override
    public synchronized void close() {
        bar.ifPresent(ProgressBar::close);
        bar = Optional.empty();
    }

    void table(String headline, Totals totals) {
        close();
        out.println(headline);
        out.printf(ROW, "accounts", totals.accounts(), "");
        out.printf(ROW, "tokens", totals.tokens(), "");
        out.printf(ROW, "photos", totals.photos(), note(totals.hidden(), "not listed"));
        out.printf(ROW, "jobs", totals.jobs(), note(totals.open(), "open"));
        out.printf(ROW, "blobs", totals.blobs(), "  (" + new Bytes(totals.bytes()).human() + ")");
        if (!totals.isComplete()) {
            out.printf(ROW, "missing bytes of", totals.missing(), "");
            out.printf(ROW, "damaged bytes of", totals.damaged(), "");
        }
        out.flush();
    }

    private static String note(long count, String what) {
        return count == 0 ? "" : "  (%d %s)".formatted(count, what);
    }

    void json(String what, Path folder, Totals totals) {
        close();
        out.println(
                JsonNodeFactory.instance
                        .objectNode()
                        .put("command", what)
                        .put("folder", folder.toString())
                        .put("accounts", totals.accounts())
                        .put("tokens", totals.tokens())
                        .put("photos", totals.photos())
                        .put("hiddenPhotos", totals.hidden())
                        .put("jobs", totals.jobs())
                        .put("openJobs", totals.open())
                        .put("blobs", totals.blobs())
                        .put("bytes", totals.bytes())
                        .put("missing", totals.missing())
                        .put("damaged", totals.damaged()));
        out.flush();
    }
}
