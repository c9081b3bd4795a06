package safelight.catalog;

/// What became of a batch that was handed in.
public sealed interface BatchAcceptance {
    /// It is new, and durable with all of its jobs.
    record Fresh(Batch batch) implements BatchAcceptance {}

    /// The same request came before under this idempotency key; this is its batch.
    record Repeated(Batch batch) implements BatchAcceptance {}

    /// The idempotency key was used before for another batch.
    record KeyTaken() implements BatchAcceptance {}

    /// With this one the account would have more open jobs in batches than it may have; nothing of
    /// it was accepted.
    record TooMany(long open) implements BatchAcceptance {}

    /// With this one the account's jobs in batches would cost more, or have more bytes, than they
    /// may; nothing of it was accepted.
    record TooHeavy(Burden open) implements BatchAcceptance {}
}
