package safelight.sql;

/// Puts a database's failure into the words of one port.
@FunctionalInterface
public interface Wording {
    /// The exception for a failure to do `what`.
    RuntimeException of(String what, Trouble trouble);

    /// What the database said; `isFull` if it has no room.
    record Trouble(boolean isFull, Exception cause) {}
}
