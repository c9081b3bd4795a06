package safelight.blobs.s3;

import java.net.URI;

/// Where a bucket is and how to get in. All keys begin with `prefix`. Without a `keyId` the SDK
/// looks for credentials where it always does: environment, profile, the machine's role.
/// `pathStyle` puts the bucket into the path, as most servers other than Amazon's want it.
public record S3Access(
        URI endpoint,
        String region,
        String bucket,
        String prefix,
        String keyId,
        String secret,
        boolean pathStyle) {
    /// Refuses what can never work.
    public S3Access {
        if (bucket.isEmpty() || region.isEmpty())
            throw new IllegalArgumentException("S3 needs a bucket and a region");
        if (keyId.isEmpty() != secret.isEmpty())
            throw new IllegalArgumentException("an S3 key id and its secret go together");
    }

    /// Without the secret.
    @Override
    public String toString() {
        return "S3Access[%s, %s, %s/%s, key %s]"
                .formatted(endpoint, region, bucket, prefix, keyId.isEmpty() ? "found" : keyId);
    }
}
