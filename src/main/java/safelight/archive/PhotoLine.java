package safelight.archive;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Locale;
import safelight.base.AccountId;
import safelight.base.Digest;
import safelight.base.JobId;
import safelight.base.PhotoId;
import safelight.catalog.Photo;

/// A row of photos.jsonl; `hidden` ones are what profile pictures are made of, and `bytes` says
/// whether the photo's are there.
record PhotoLine(Photo photo, boolean hidden, Presence bytes) {
    static PhotoLine read(Fields line) {
        var photo =
                new Photo(
                        new PhotoId(line.text("id")),
                        new AccountId(line.text("account")),
                        new Digest(line.text("digest")),
                        line.text("format"),
                        line.small("width"),
                        line.small("height"),
                        line.number("size"),
                        line.text("name"),
                        line.maybeObject("origin").map(PhotoLine::origin),
                        line.instant("created"),
                        new Photo.Frames(line.small("frames", 1), line.small("sourceFrames", 1)));
        return new PhotoLine(photo, line.flag("hidden"), line.constant("bytes", Presence.class));
    }

    private static Photo.Origin origin(Fields origin) {
        return new Photo.Origin(new PhotoId(origin.text("photo")), new JobId(origin.text("job")));
    }

    /// A row whose bytes were not there is not: rows never name bytes that do not exist.
    boolean isImported() {
        return bytes == Presence.HERE;
    }

    ObjectNode write() {
        var line =
                JsonNodeFactory.instance
                        .objectNode()
                        .put("id", photo.id().value())
                        .put("account", photo.account().value())
                        .put("digest", photo.digest().hex())
                        .put("bytes", bytes.name().toLowerCase(Locale.ROOT))
                        .put("format", photo.format())
                        .put("width", photo.widthPx())
                        .put("height", photo.heightPx())
                        .put("size", photo.size())
                        .put("name", photo.name())
                        .put("frames", photo.frames().here())
                        .put("sourceFrames", photo.frames().ofSource())
                        .put("hidden", hidden)
                        .put("created", photo.created().toString());
        photo.origin()
                .ifPresent(origin ->
                        line.putObject("origin")
                                .put("photo", origin.photo().value())
                                .put("job", origin.job().value()));
        return line;
    }
}
