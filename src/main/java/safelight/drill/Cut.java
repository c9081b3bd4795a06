package safelight.drill;

import java.util.Arrays;
import java.util.stream.Collectors;

/// A way to take a data center away.
public enum Cut {
    /// Nothing passes, in or out, and nobody is told.
    BOTH_WAYS("both-ways"),
    /// What is sent to it arrives; nothing comes back.
    OUT("out"),
    /// What it sends arrives; nothing gets in.
    IN("in"),
    /// Every process in it is killed.
    KILL("kill");

    private final String label;

    Cut(String label) {
        this.label = label;
    }

    /// Its name on the command line.
    public String label() {
        return label;
    }

    /// The cut of this name.
    ///
    /// @throws IllegalArgumentException if there is none
    public static Cut of(String label) {
        return Arrays.stream(values())
                .filter(c -> c.label.equals(label))
                .findFirst()
                .orElseThrow(() ->
                        new IllegalArgumentException(
                                "There is no cut '%s'; there are %s."
                                        .formatted(
                                                label,
                                                Arrays.stream(values())
                                                        .map(Cut::label)
                                                        .collect(Collectors.joining(", ")))));
    }
}
