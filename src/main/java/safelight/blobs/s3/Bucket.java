package safelight.blobs.s3;

import java.io.InputStream;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import safelight.blobs.BlobFailure;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;

/// One bucket, in the words of the port: each failure says what was being done. Thread-safe.
record Bucket(S3Client s3, String name) {
    private static final int LISTED_MAX = 1000;

    /// An object in a list, or an upload in parts that nobody completed.
    record Found(String key, String upload, Instant since) {}

    /// How large the object is, if it is there.
    Optional<Long> size(String key, String what) {
        try {
            return Optional.of(s3.headObject(r -> r.bucket(name).key(key)))
                    .map(HeadObjectResponse::contentLength);
        } catch (SdkException e) {
            var answer = new S3Answer(e);
            if (answer.isMissing()) return Optional.empty();
            throw answer.failure(what);
        }
    }

    InputStream read(String key, long from, long count, String what) {
        var range = "bytes=%d-%d".formatted(from, from + count - 1);
        return done(
                what, () -> new S3Stream(s3.getObject(r -> r.bucket(name).key(key).range(range))));
    }

    /// False if there is nothing to copy.
    boolean copy(String from, String to, String what) {
        try {
            s3.copyObject(r ->
                    r.sourceBucket(name)
                            .sourceKey(from)
                            .destinationBucket(name)
                            .destinationKey(to));
            return true;
        } catch (SdkException e) {
            var answer = new S3Answer(e);
            if (answer.isMissing()) return false;
            throw answer.failure(what);
        }
    }

    void delete(String key, String what) {
        done(what, () -> s3.deleteObject(r -> r.bucket(name).key(key)));
    }

    /// The first objects whose keys begin so.
    List<Found> list(String prefix, String what) {
        var answer =
                done(
                        what,
                        () ->
                                s3.listObjectsV2(
                                        r -> r.bucket(name).prefix(prefix).maxKeys(LISTED_MAX)));
        return answer.contents().stream()
                .map(o -> new Found(o.key(), "", o.lastModified()))
                .toList();
    }

    /// The first keys with this prefix after that key, in order.
    List<String> keys(String prefix, String after, int most, String what) {
        var answer =
                done(
                        what,
                        () ->
                                s3.listObjectsV2(r ->
                                        r.bucket(name)
                                                .prefix(prefix)
                                                .startAfter(after)
                                                .maxKeys(Math.min(most, LISTED_MAX))));
        return answer.contents().stream().map(o -> o.key()).toList();
    }

    /// The first uploads in parts whose keys begin so.
    List<Found> uploads(String prefix, String what) {
        var answer =
                done(
                        what,
                        () ->
                                s3.listMultipartUploads(
                                        r -> r.bucket(name).prefix(prefix).maxUploads(LISTED_MAX)));
        return answer.uploads().stream()
                .map(u -> new Found(u.key(), u.uploadId(), u.initiated()))
                .toList();
    }

    void abort(Found upload, String what) {
        try {
            s3.abortMultipartUpload(r -> r.bucket(name).key(upload.key).uploadId(upload.upload));
        } catch (SdkException e) {
            var answer = new S3Answer(e);
            if (!answer.isMissing()) throw answer.failure(what);
        }
    }

    private static <T> T done(String what, Supplier<T> call) {
        try {
            return call.get();
        } catch (SdkException e) {
            throw failure(what, e);
        }
    }

    private static BlobFailure failure(String what, SdkException cause) {
        return new S3Answer(cause).failure(what);
    }
}
