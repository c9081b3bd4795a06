package safelight.imaging;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/// Which of a photo's metadata reach the result: the colour profile, who made it, with what and
/// when. All else goes, known or not: GPS, XMP, IPTC, thumbnails, maker notes.
final class VipsMetadata {
    private static final int FIELDS_MAX = 10_000;
    private static final String BLOCK = "exif-data";
    static final String PROFILE = "icc-profile-data";
    // and how an animation runs
    private static final Pattern SHOWN =
            Pattern.compile("png-comment-\\d+-(Author|Copyright)|delay|loop");
    // PNG has texts of its own, and libvips writes no EXIF there
    private static final Map<Exif.Text, String> PNG_TEXTS =
            Map.of(
                    Exif.Text.ARTIST, "png-comment-0-Author",
                    Exif.Text.COPYRIGHT, "png-comment-1-Copyright");

    private VipsMetadata() {}

    /// The image with only what may be shown.
    static VipsImage stripped(VipsImage image) {
        var copy = image.copy();
        var texts = texts(copy);
        removeUnknown(copy);
        describe(copy, texts);
        return copy;
    }

    /// The image with what may be shown of the photo that it was made of.
    static VipsImage described(VipsImage image, JpegParts parts) {
        var copy = image.copy();
        parts.profile()
                .ifPresent(profile -> {
                    var bytes = copy.scope().arena().allocateFrom(JAVA_BYTE, profile);
                    setProfile(copy, bytes);
                });
        describe(copy, parts.texts());
        return copy;
    }

    private static void describe(VipsImage image, Map<Exif.Text, String> texts) {
        texts.forEach((text, value) -> {
            set(image, text.field(), exifValue(value));
            if (PNG_TEXTS.containsKey(text)) set(image, PNG_TEXTS.get(text), value);
        });
    }

    /// The image with this EXIF orientation, whatever it said before.
    static VipsImage oriented(VipsImage image, int orientation) {
        var copy = image.copy();
        copy.call("vips_image_set_int").text("orientation").whole(orientation).go();
        return copy;
    }

    /// The image without a colour profile.
    static VipsImage unprofiled(VipsImage image) {
        var copy = image.copy();
        copy.call("vips_image_remove").text(PROFILE).go();
        return copy;
    }

    /// The image with the colour profile of another.
    static VipsImage profiled(VipsImage image, VipsImage other) {
        var copy = image.copy();
        blob(other, PROFILE).ifPresent(profile -> setProfile(copy, profile.bytes()));
        return copy;
    }

    private static void setProfile(VipsImage image, MemorySegment profile) {
        image.call("vips_image_set_blob_copy")
                .text(PROFILE)
                .pointer(profile)
                .length(profile.byteSize())
                .go();
    }

    /// Its colour profile, if that is one for RGB that is understood.
    static Optional<IccProfile> profile(VipsImage image) {
        return blob(image, PROFILE).flatMap(IccProfile::read);
    }

    private static void set(VipsImage image, String field, String value) {
        image.call("vips_image_set_string").text(field).text(value).go();
    }

    /// libvips reads an EXIF value up to its last parenthesis.
    private static String exifValue(String value) {
        int bytes = value.getBytes(StandardCharsets.UTF_8).length + 1;
        return "%s (ASCII, %d components, %d bytes)".formatted(value, bytes, bytes);
    }

    private static Map<Exif.Text, String> texts(VipsImage image) {
        return blob(image, BLOCK).map(Exif::texts).orElseGet(Map::of);
    }

    private static Optional<ByteView> blob(VipsImage image, String field) {
        if (!image.has(field)) return Optional.empty();
        var data = image.scope().arena().allocate(ADDRESS);
        var length = image.scope().arena().allocate(JAVA_LONG);
        image.call("vips_image_get_blob").text(field).pointer(data).pointer(length).go();
        var bytes = data.get(ADDRESS, 0).reinterpret(length.get(JAVA_LONG, 0));
        return Optional.of(new ByteView(bytes, ByteOrder.BIG_ENDIAN, Format.JPEG));
    }

    private static void removeUnknown(VipsImage image) {
        var library = image.scope().library();
        var names = library.pointer("vips_image_get_fields", image.pointer());
        for (int i = 0; i < FIELDS_MAX; i++) {
            var name = names.reinterpret((i + 1L) * ADDRESS.byteSize()).getAtIndex(ADDRESS, i);
            if (name.equals(MemorySegment.NULL)) break;
            var field = VipsLibrary.text(name);
            if (!field.equals(PROFILE) && !SHOWN.matcher(field).matches())
                image.call("vips_image_remove").pointer(name).go();
        }
        library.call("g_strfreev").pointer(names).go();
    }
}
