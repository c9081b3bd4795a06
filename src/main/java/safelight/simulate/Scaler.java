package safelight.simulate;

/// Who decides how many instances there should be. Asked every second, and told what was the case.
interface Scaler {
    /// A name for the table.
    String name();

    /// What it was set to, for the table; empty if there is nothing to set.
    default String setting() {
        return "";
    }

    /// How many there should be from now on.
    int wanted(Figures now);
}
