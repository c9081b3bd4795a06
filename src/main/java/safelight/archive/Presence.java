package safelight.archive;

/// Whether the bytes that a row names were there when it was exported.
enum Presence {
    HERE,
    MISSING,
    DAMAGED;

    /// In a sentence about the blob.
    String word() {
        return switch (this) {
            case HERE -> "is there";
            case MISSING -> "is missing";
            case DAMAGED -> "is damaged or cannot be read";
        };
    }
}
