package safelight.drill;

import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.stream.Collectors;

/// The figures of a drill of data centers as one self-contained HTML page.
public final class CentersPage {
    private static final int FINDINGS_MAX = 200;
    private static final double SECOND_MS = 1000;
    private static final String PAGE =
            """
            <!doctype html>
            <html lang="en"><meta charset="utf-8">
            <meta name="viewport" content="width=device-width">
            <title>Drill of data centers, seed {seed}</title>
            <style>
            body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}
            table{border-collapse:collapse;margin:1rem 0}
            td,th{padding:.2rem .8rem .2rem 0;text-align:left;border-bottom:1px solid #ddd}
            .good{color:#0a6b2d}.bad{color:#b00020}svg{width:100%}
            </style>
            <h1>Drill of data centers, seed {seed}</h1>
            <p class="{mood}"><strong>{verdict}</strong></p>
            {findings}
            <h2>What was done</h2>
            <table>
            <tr><th>cut<th>of<th>DNS changed after<th>clients moved<th>within<th>healed within
            {cuts}</table>
            <h2>What was seen</h2>
            <table>{figures}</table>
            <h2>Requests</h2>
            {plot}
            """;

    private CentersPage() {}

    /// The page.
    public static String of(CentersVerdict verdict, List<Event> history) {
        var jobs = verdict.jobs();
        var retried = Reruns.events(history, Event.Retried.class).count();
        var figures =
                row("jobs accepted", jobs.accepted())
                        + row("succeeded", jobs.succeeded())
                        + row("lost", jobs.lost().size())
                        + row("doubled", jobs.doubled().size())
                        + row("taken in twice, by both sides of a cut", verdict.twins())
                        + row("unexpected", jobs.unexpected().size())
                        + row("photos acknowledged", verdict.photos())
                        + row("unreadable", verdict.unreadable().size())
                        + row("reads before the copy, within the lag shown", verdict.late())
                        + row("logins lost", verdict.loginsLost().size())
                        + row("requests sent again", retried)
                        + row("lag, median", words(verdict.lagMedianMs()))
                        + row("lag, longest", words(verdict.lagLongestMs()));
        return PAGE.replace("{seed}", Long.toString(jobs.seed()))
                .replace("{mood}", verdict.isClean() ? "good" : "bad")
                .replace(
                        "{verdict}",
                        verdict.isClean() ? "Nothing was lost." : "Promises were broken.")
                .replace(
                        "{cuts}",
                        verdict.cuts().stream().map(CentersPage::row).collect(Collectors.joining()))
                .replace("{figures}", figures)
                .replace("{plot}", RequestsPlot.of(history))
                .replace("{findings}", without(verdict) + findings(verdict));
    }

    private static String row(CentersVerdict.Course cut) {
        return "<tr><td>%s<td>%s<td>%s<td>%d<td>%s<td>%s%n"
                .formatted(
                        cut.cut(),
                        cut.dataCenter(),
                        words(cut.detectedMs()),
                        cut.moved(),
                        words(cut.servedMs()),
                        words(cut.levelMs()));
    }

    private static String row(String name, Object value) {
        return "<tr><td>%s<td>%s%n".formatted(name, value);
    }

    private static String words(OptionalLong ms) {
        if (ms.isEmpty()) return "never";
        return String.format(Locale.ROOT, "%.1f s", ms.getAsLong() / SECOND_MS);
    }

    private static String without(CentersVerdict verdict) {
        var missing = verdict.jobs().without();
        if (missing.isEmpty()) return "";
        return "<p>On purpose, this ran without: " + String.join(", ", missing) + ".</p>";
    }

    private static String findings(CentersVerdict verdict) {
        return verdict.findings().stream()
                .limit(FINDINGS_MAX)
                .map(f -> "<li>" + f.replace("&", "&amp;").replace("<", "&lt;") + "</li>")
                .collect(Collectors.joining("", "<ul>", "</ul>"));
    }
}
