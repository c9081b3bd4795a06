package safelight.blobs.s3;

import java.util.Optional;
import java.util.Set;
import safelight.blobs.BlobFailure;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.model.S3Exception;

/// What a bucket said instead of doing what it was asked.
record S3Answer(SdkException said) {
    private static final Set<String> FULL =
            Set.of(
                    "QuotaExceeded",
                    "XMinioStorageFull",
                    "XMinioAdminBucketQuotaExceeded",
                    "InsufficientStorage",
                    "StorageFull",
                    "storage_cap_exceeded");
    private static final String NO_BUCKET = "NoSuchBucket";
    private static final int STORAGE_FULL = 507;

    /// Nothing is there.
    boolean isMissing() {
        return status() == 404 && !code().equals(NO_BUCKET);
    }

    /// An object of this key is there already.
    boolean isTaken() {
        return status() == 412;
    }

    /// Somebody else is writing the same key.
    boolean isConflict() {
        return status() == 409;
    }

    /// The server does not know conditions on writes.
    boolean isUnknown() {
        return status() == 501;
    }

    /// In the port's words, with what a person can do about it.
    BlobFailure failure(String what) {
        if (status() == STORAGE_FULL || FULL.contains(code())) return new BlobFailure.Full(said);
        var why = why();
        return new BlobFailure.Unavailable(why.isEmpty() ? what : what + ": " + why, said);
    }

    private String why() {
        return switch (code()) {
            case NO_BUCKET -> "the bucket does not exist";
            case "InvalidAccessKeyId" -> "the store does not know the key id";
            case "SignatureDoesNotMatch" -> "the secret does not fit the key id";
            case "AccessDenied" ->
                    "the key may not do that; it needs to read, write, list and" + " delete";
            case "RequestTimeTooSkewed" -> "this machine's clock is wrong";
            case "AuthorizationHeaderMalformed", "PermanentRedirect" ->
                    "the bucket is in another region";
            default -> status() == 403 ? "the store refuses the key" : "";
        };
    }

    private int status() {
        return said instanceof S3Exception answer ? answer.statusCode() : 0;
    }

    private String code() {
        return said instanceof S3Exception answer
                ? Optional.ofNullable(answer.awsErrorDetails())
                        .map(AwsErrorDetails::errorCode)
                        .orElse("")
                : "";
    }
}
