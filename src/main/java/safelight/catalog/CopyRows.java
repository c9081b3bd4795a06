package safelight.catalog;

import java.util.List;
import java.util.Optional;
import safelight.base.Digest;

/// The blobs that data centers have to copy from each other, or remove: an outbox for each data
/// center. Thread-safe; every write is durable here when its method returns, and in the other data
/// centers as soon as they can be reached; every method throws {@link CatalogUnavailable} if
/// storage does not answer.
public interface CopyRows {
    /// Adds tasks. Adding one again changes nothing.
    void add(List<BlobTask> tasks);

    /// What this data center still has to do, roughly oldest first: the first ones after `after`,
    /// which may be done meanwhile.
    List<BlobTask> waiting(String target, Optional<BlobTask> after, int limit);

    /// Takes tasks off, after they are done.
    void done(List<BlobTask> tasks);

    /// Whether anything names this blob.
    boolean isUsed(Digest digest);

    /// Blobs that something names, each once, in an order that the engine chooses: those after
    /// `after`.
    List<Digest> named(Optional<Digest> after, int limit);
}
