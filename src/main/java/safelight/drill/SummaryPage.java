package safelight.drill;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/// A drill's figures as one self-contained HTML page.
public final class SummaryPage {
    private static final int WIDTH_PX = 900;
    private static final int HEIGHT_PX = 120;
    private static final double BAR_SHARE = 0.8;
    private static final int FINDINGS_MAX = 200;
    private static final long SECOND_MS = 1000;
    private static final String PAGE =
            """
            <!doctype html>
            <html lang="en"><meta charset="utf-8">
            <meta name="viewport" content="width=device-width">
            <title>Drill of the queue, seed {seed}</title>
            <style>
            body{font:16px/1.5 system-ui,sans-serif;max-width:58rem;margin:2rem auto;padding:0 1rem}
            table{border-collapse:collapse;margin:1rem 0}
            td,th{padding:.2rem .8rem .2rem 0;text-align:left;border-bottom:1px solid #ddd}
            td:last-child{font-variant-numeric:tabular-nums}
            .good{color:#0a6b2d}.bad{color:#b00020}svg{width:100%;background:#f6f6f6}
            </style>
            <h1>Drill of the queue, seed {seed}</h1>
            <p class="{mood}"><strong>{verdict}</strong></p>
            {findings}
            <h2>What was seen</h2>
            <table>{figures}</table>
            <h2>What was done</h2>
            <table>{faults}</table>
            <h2>The course</h2>
            <p>Bars: jobs accepted in each second, at most {most}. Lines: a fault strikes.</p>
            {course}
            """;

    private SummaryPage() {}

    /// The page.
    public static String of(Verdict verdict, List<Event> history) {
        var retried = Reruns.events(history, Event.Retried.class).count();
        var figures =
                row("jobs accepted", verdict.accepted())
                        + row("succeeded", verdict.succeeded())
                        + row("dead", verdict.dead())
                        + row("lost", verdict.lost().size())
                        + row("doubled", verdict.doubled().size())
                        + row("unexpected", verdict.unexpected().size())
                        + row("requests sent again", retried)
                        + row("jobs cut off by a kill", verdict.rerunsMs().size())
                        + row("ran again after, median", ms(verdict.rerunMedianMs()))
                        + row("ran again after, longest", ms(verdict.rerunLongestMs()));
        var faults =
                verdict.faults().entrySet().stream()
                                .map(f -> row(f.getKey(), f.getValue()))
                                .collect(Collectors.joining())
                        + row("in all", verdict.faultCount())
                        + row("seconds", verdict.seconds());
        return PAGE.replace("{seed}", Long.toString(verdict.seed()))
                .replace("{mood}", verdict.isClean() ? "good" : "bad")
                .replace("{verdict}", words(verdict))
                .replace("{figures}", figures)
                .replace("{faults}", faults)
                .replace("{most}", Integer.toString(most(perSecond(history))))
                .replace("{course}", course(history))
                .replace("{findings}", without(verdict) + skipped(history) + findings(verdict));
    }

    private static String words(Verdict verdict) {
        return verdict.isClean()
                ? "Every accepted job has one end and one right result."
                : "Promises were broken.";
    }

    private static String without(Verdict verdict) {
        if (verdict.without().isEmpty()) return "";
        return "<p>On purpose, this ran without: " + String.join(", ", verdict.without()) + ".</p>";
    }

    private static String skipped(List<Event> history) {
        return Reruns.events(history, Event.Skipped.class)
                .map(s -> "<p>Not done: %s. %s</p>".formatted(escaped(s.fault()), escaped(s.why())))
                .collect(Collectors.joining());
    }

    private static String findings(Verdict verdict) {
        if (verdict.isClean()) return "";
        return verdict.findings().stream()
                .limit(FINDINGS_MAX)
                .map(f -> "<li>" + escaped(f) + "</li>")
                .collect(Collectors.joining("", "<ul>", "</ul>"));
    }

    private static String course(List<Event> history) {
        var counts = perSecond(history);
        double stepPx = (double) WIDTH_PX / Math.max(1, counts.length);
        double upPx = (double) HEIGHT_PX / Math.max(1, most(counts));
        var svg = new StringBuilder();
        svg.append("<svg viewBox=\"0 0 %d %d\" role=\"img\">".formatted(WIDTH_PX, HEIGHT_PX));
        for (int i = 0; i < counts.length; i++)
            svg.append(bar(i * stepPx, stepPx * BAR_SHARE, counts[i] * upPx));
        long beginMs = beginMs(history);
        Reruns.events(history, Event.Struck.class)
                .forEach(s -> svg.append(line(s, (s.atMs() - beginMs) * stepPx / SECOND_MS)));
        return svg.append("</svg>").toString();
    }

    private static String bar(double leftPx, double widthPx, double heightPx) {
        return String.format(
                Locale.ROOT,
                """
                <rect x="%.1f" y="%.1f" width="%.1f" height="%.1f" fill="#4a7fb5"/>
                """,
                leftPx,
                HEIGHT_PX - heightPx,
                widthPx,
                heightPx);
    }

    private static String line(Event.Struck struck, double leftPx) {
        return String.format(
                Locale.ROOT,
                """
                <line x1="%1$.1f" x2="%1$.1f" y2="%2$d" stroke="#b00020"><title>%3$s</title></line>
                """,
                leftPx,
                HEIGHT_PX,
                escaped(struck.fault() + " " + struck.victim()));
    }

    private static int[] perSecond(List<Event> history) {
        long beginMs = beginMs(history);
        var seconds =
                Reruns.events(history, Event.Accepted.class)
                        .mapToInt(a -> (int) Math.max(0, (a.atMs() - beginMs) / SECOND_MS))
                        .toArray();
        int last = 0;
        for (int second : seconds) last = Math.max(last, second);
        var counts = new int[last + 1];
        for (int second : seconds) counts[second]++;
        return counts;
    }

    private static int most(int[] counts) {
        int most = 0;
        for (int count : counts) most = Math.max(most, count);
        return most;
    }

    private static long beginMs(List<Event> history) {
        return Reruns.events(history, Event.Begun.class).findFirst().map(Event::atMs).orElse(0L);
    }

    private static String row(String name, Object value) {
        return "<tr><td>%s</td><td>%s</td></tr>".formatted(escaped(name), value);
    }

    private static String ms(long value) {
        return value < 0 ? "none" : String.format(Locale.ROOT, "%,d ms", value);
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }
}
