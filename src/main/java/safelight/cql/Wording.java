package safelight.cql;

/// Puts the cluster's failure into the words of one port.
@FunctionalInterface
public interface Wording {
    /// The exception for a failure to do `what`.
    RuntimeException of(String what, Exception cause);
}
