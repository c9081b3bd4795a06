package safelight.drill;

import java.util.Arrays;

/// What a drill of data centers leaves out on purpose, to show that its checker notices.
public enum CentersControl {
    /// No replicator runs: nobody copies photos, and nobody sees who is lost.
    REPLICATION("replication"),
    /// DNS checks nobody, so that every data center counts as healthy.
    HEALTH("health");

    private final String label;

    CentersControl(String label) {
        this.label = label;
    }

    /// Its name on the command line.
    public String label() {
        return label;
    }

    /// The control of this name.
    ///
    /// @throws IllegalArgumentException if there is none
    public static CentersControl of(String label) {
        return Arrays.stream(values())
                .filter(c -> c.label.equals(label))
                .findFirst()
                .orElseThrow(() ->
                        new IllegalArgumentException(
                                "There is no control '%s'; there are replication, health."
                                        .formatted(label)));
    }
}
