package safelight.blobs.s3;

import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;
import safelight.base.Digest;

/// How the objects are called: `blobs/DIGEST`, and `removed/DIGEST/ANY` for the copy of one that is
/// being removed.
record S3Keys(String prefix) {
    private static final Pattern DIGEST = Pattern.compile("[0-9a-f]{64}");
    private static final Pattern REMOVED = Pattern.compile("removed/([0-9a-f]{64})/[^/]+");

    String blob(Digest digest) {
        return prefix + "blobs/" + digest;
    }

    /// What the names of all blobs begin with.
    String blobs() {
        return prefix + "blobs/";
    }

    /// Which blob this is.
    Optional<Digest> named(String key) {
        var name = key.substring(key.lastIndexOf('/') + 1);
        return DIGEST.matcher(name).matches() ? Optional.of(new Digest(name)) : Optional.empty();
    }

    /// A new name for a copy.
    String removal(Digest digest) {
        return removals() + digest + "/" + UUID.randomUUID();
    }

    String removals() {
        return prefix + "removed/";
    }

    /// Which blob this is a copy of.
    Optional<Digest> removed(String key) {
        if (!key.startsWith(prefix)) return Optional.empty();
        var match = REMOVED.matcher(key.substring(prefix.length()));
        return match.matches() ? Optional.of(new Digest(match.group(1))) : Optional.empty();
    }
}
