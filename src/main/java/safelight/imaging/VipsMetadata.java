package safelight.imaging;

import static java.lang.foreign.ValueLayout.ADDRESS;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/// Which of a photo's metadata reach the result: the colour profile, who made it, with what and
/// when. All else goes, known or not: GPS, XMP, IPTC, thumbnails, maker notes.
final class VipsMetadata {
    private static final int FIELDS_MAX = 10_000;
    private static final Set<String> KEPT =
            Set.of(
                    "icc-profile-data",
                    "exif-ifd0-Artist",
                    "exif-ifd0-Copyright",
                    "exif-ifd0-DateTime",
                    "exif-ifd0-Make",
                    "exif-ifd0-Model",
                    "exif-ifd2-DateTimeOriginal");

    // PNG has texts of its own; libvips writes no EXIF there
    private static final Pattern PNG_TEXT = Pattern.compile("png-comment-\\d+-(Author|Copyright)");
    private static final Map<String, String> PNG_TEXTS =
            Map.of(
                    "exif-ifd0-Artist", "png-comment-0-Author",
                    "exif-ifd0-Copyright", "png-comment-1-Copyright");

    private VipsMetadata() {}

    /// The image with only what may be shown.
    static VipsImage stripped(VipsImage image) {
        var copy = image.copy();
        for (var field : fields(copy))
            if (!KEPT.contains(field) && !PNG_TEXT.matcher(field).matches())
                copy.scope()
                        .library()
                        .call("vips_image_remove")
                        .pointer(copy.pointer())
                        .text(field)
                        .go();
        return copy;
    }

    /// The image with its EXIF author and copyright as PNG texts too.
    static VipsImage captioned(VipsImage image) {
        var copy = image.copy();
        PNG_TEXTS.forEach((exif, png) -> {
            var value = exifText(copy, exif);
            if (!value.isEmpty())
                copy.scope()
                        .library()
                        .call("vips_image_set_string")
                        .pointer(copy.pointer())
                        .text(png)
                        .text(value)
                        .go();
        });
        return copy;
    }

    /// libvips keeps `value (value, type, components, bytes)`.
    private static String exifText(VipsImage image, String field) {
        if (!fields(image).contains(field)) return "";
        var library = image.scope().library();
        var out = image.scope().arena().allocate(ADDRESS);
        library.call("vips_image_get_string")
                .pointer(image.pointer())
                .text(field)
                .pointer(out)
                .go();
        var text = VipsLibrary.text(out.get(ADDRESS, 0));
        int tail = text.lastIndexOf(" (");
        return tail < 0 ? text : text.substring(0, tail);
    }

    /// The image with this EXIF orientation, whatever it said before.
    static VipsImage oriented(VipsImage image, int orientation) {
        var copy = image.copy();
        copy.scope()
                .library()
                .call("vips_image_set_int")
                .pointer(copy.pointer())
                .text("orientation")
                .whole(orientation)
                .go();
        return copy;
    }

    private static List<String> fields(VipsImage image) {
        var library = image.scope().library();
        var names = library.pointer("vips_image_get_fields", image.pointer());
        var fields = new ArrayList<String>();
        for (int i = 0; i < FIELDS_MAX; i++) {
            var name = names.reinterpret((i + 1L) * ADDRESS.byteSize()).getAtIndex(ADDRESS, i);
            if (name.equals(MemorySegment.NULL)) break;
            fields.add(VipsLibrary.text(name));
        }
        library.call("g_strfreev").pointer(names).go();
        return fields;
    }
}
