package safelight.catalog;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import safelight.base.AccountId;
import safelight.base.Digest;
import safelight.base.UploadId;

/// The catalog's unfinished uploads. Thread-safe; every write is durable when its method returns;
/// every method throws {@link CatalogUnavailable} if storage does not answer.
public interface UploadRows {
    /// Adds an upload without parts.
    void add(Upload upload);

    /// The upload of this id with its parts, whoever owns it.
    Optional<Upload> find(UploadId id);

    /// How many uploads of the account are not done.
    long open(AccountId account);

    /// Adds a part if the upload is there, not done, and ends where the part starts; of two at the
    /// same place one is added. Returns whether it was.
    boolean append(UploadId id, Upload.Part part);

    /// Marks the upload as done and forgets its parts. Returns the digests that they named; none
    /// the second time.
    List<Digest> finish(UploadId id);

    /// Removes the upload and its parts. Returns the digests that they named; none if there was no
    /// such upload.
    List<Digest> remove(UploadId id);

    /// Uploads, done or not, that expired before `before`, at most `limit`.
    List<UploadId> expired(Instant before, int limit);
}
