package safelight.catalog;

/// What became of a job that was handed in.
public sealed interface Acceptance {
    /// It is new, and durable.
    record Fresh(Job job) implements Acceptance {}

    /// The same request came before under this idempotency key; this is its job.
    record Repeated(Job job) implements Acceptance {}

    /// The idempotency key was used before for something else.
    record KeyTaken() implements Acceptance {}

    /// The account has as many open jobs as it may have.
    record TooMany(long open) implements Acceptance {}

    /// With this job the account's open jobs would cost more, or have more bytes, than they may.
    record TooHeavy(Burden open) implements Acceptance {}
}
