package safelight.simulate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.StringReader;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import safelight.simulate.TraceFile.Columns;
import safelight.simulate.TraceFile.Kind;

class TraceFileTest {
    private static final Columns EVENTS =
            new Columns(Optional.empty(), Optional.empty(), Kind.EVENTS);

    private static double[] rates(String text, Columns columns) throws IOException {
        var lines = new BufferedReader(new StringReader(text.replace("\\n", "\n")));
        var trace = TraceFile.read("traffic.csv", lines, columns);
        return IntStream.range(0, trace.seconds()).mapToDouble(trace::rate).toArray();
    }

    private static double[] rates(String text) throws IOException {
        return rates(text, Columns.USUAL);
    }

    private static Columns columns(String time, String value, Kind kind) {
        return new Columns(Optional.of(time), Optional.of(value), kind);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "0,5\\n2,7.5\\n3,1",
                "seconds,rate\\n0,5\\n2, 7.5\\n\\n3,1\\n",
                "\uFEFFTime;Requests per second\\n60;5\\n62;7.5\\n63;1",
                "rate\ttimestamp\\n5\t1767225600\\n7.5\t1767225602\\n1\t1767225603",
                "1767225600.25,5\\n1767225602.25,7.5\\n1767225603.9,1",
                "1767225600123,5\\n1767225602123,7.5\\n1767225603123,1",
                "2026-01-01T00:00:00Z,5\\n2026-01-01T00:00:02Z,7.5\\n2026-01-01T00:00:03Z,1",
                "2026-01-01T01:00:00+01:00,5\\n2026-01-01T00:00:02Z,7.5\\n"
                        + "2026-01-01T00:00:03.5Z,1",
                "\"Time\",\"Value\"\\n\"2026-01-01 00:00:00\",\"5\"\\n"
                        + "\"2026-01-01 00:00:02\",7.5\\n\"2026-01-01 00:00:03\",1",
            })
    void ratesHoldUntilTheNextLineWhateverTheTimeIsLike(String text) throws IOException {
        assertThat(rates(text)).containsExactly(5, 5, 7.5, 1);
    }

    @Test
    void lastLineHoldsAsLongAsTheOneBefore() throws IOException {
        assertThat(rates("0,5\n3,1\n")).containsExactly(5, 5, 5, 1, 1, 1);
    }

    @Test
    void columnsAreNamedOrNumbered() throws IOException {
        var text = "host,Hits,When,p99\na,4,10,0.1\na,6,12,0.2\n";

        assertThat(rates(text, columns("when", "hits", Kind.RATES))).containsExactly(4, 4, 6, 6);
        assertThat(rates(text, columns("3", "2", Kind.RATES))).containsExactly(4, 4, 6, 6);
    }

    @Test
    void countsAreSpreadUntilTheNextLine() throws IOException {
        var counts = columns("1", "2", Kind.COUNTS);

        assertThat(rates("0,60\n2,30\n4,0\n", counts)).containsExactly(30, 30, 15, 15, 0, 0);
        assertThat(rates("0.1,2\n0.5,3\n1.5,4\n", counts)).containsExactly(5, 4);
    }

    @Test
    void timesAloneAreOneEachInAnyOrder() throws IOException {
        assertThat(rates("at\n12.5\n10\n12.1\n")).containsExactly(1, 0, 2);
        assertThat(
                        rates(
                                "time,path\n2026-01-01T00:00:01Z,/a\n"
                                        + "2026-01-01T00:00:00Z,\"/b,c\"",
                                EVENTS))
                .containsExactly(1, 1);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "'' | traffic.csv: no line",
                "seconds,rate | traffic.csv: no line",
                "0,1\\n60,1.2.3 | traffic.csv, line 2: '1.2.3' is no number; expected",
                "0,1\\n60,x | line 2: 'x' is no number",
                "0,-1 | line 1: '-1' is no number",
                "0,NaN | line 1: 'NaN' is no number",
                "0,1\\n0 | line 2: no column 2; expected a line like 60,12.5",
                "0,1\\n\\n60,2\\n30,1 | line 4: '30' is before the line above",
                "at,rate\\nsoon,1 | line 2: 'soon' is no time; expected seconds",
                "x,5 | line 1: 'x' is no time",
                "2026-01-31T12:00,1\\n2026-02-31T12:00,1 | line 2: '2026-02-31T12:00' is no time",
                "0,1\\n99999999,1 | line 2: more than a month",
            })
    void whatIsNotUnderstoodIsNamedWithItsLine(String text, String message) {
        assertThatThrownBy(() -> rates(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(message);
    }

    @Test
    void columnThatIsNotThereIsNamedWithThoseThatAre() {
        assertThatThrownBy(() -> rates("at,hits\n0,1\n", columns("at", "rate", Kind.RATES)))
                .hasMessage(
                        "traffic.csv, line 1: no column 'rate'; expected 1 to 2, or one of: at,"
                                + " hits");
    }
}
