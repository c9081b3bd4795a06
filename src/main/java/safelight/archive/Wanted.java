package safelight.archive;

import java.util.List;
import java.util.OptionalLong;
import safelight.base.Digest;

/// Bytes that imported rows name, and how many there have to be if a row says so.
record Wanted(Digest digest, OptionalLong size) {
    static List<Wanted> avatars(List<AccountLine> lines) {
        return lines.stream()
                .flatMap(line -> line.imported().avatar().stream())
                .distinct()
                .map(digest -> new Wanted(digest, OptionalLong.empty()))
                .toList();
    }

    static List<Wanted> photos(List<PhotoLine> lines) {
        return lines.stream()
                .filter(PhotoLine::isImported)
                .map(PhotoLine::photo)
                .map(photo -> new Wanted(photo.digest(), OptionalLong.of(photo.size())))
                .distinct()
                .toList();
    }

    boolean fits(long bytes) {
        return size.isEmpty() || size.getAsLong() == bytes;
    }
}
