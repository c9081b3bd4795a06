package safelight.catalog;

/// What became of a job that had ended and was to be open again.
public sealed interface Reopening {
    /// It is open, and durable so.
    record Done(Job job) implements Reopening {}

    /// Somebody else changed it first.
    record Changed() implements Reopening {}

    /// The account has as many open jobs as it may have.
    record TooMany(long open) implements Reopening {}

    /// With this job the account's open jobs would cost more, or have more bytes, than they may.
    record TooHeavy(Burden open) implements Reopening {}
}
