package safelight.cql;

/// Some statements that serve one purpose. Nothing rolls back those before the one that fails.
@FunctionalInterface
public interface Work<T> {
    /// Runs them.
    T on(Statements statements);
}
