package safelight.imaging;

import static java.lang.foreign.ValueLayout.ADDRESS;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

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

    private VipsMetadata() {}

    /// The image with only what may be shown.
    static VipsImage stripped(VipsImage image) {
        var copy = image.copy();
        for (var field : fields(copy))
            if (!KEPT.contains(field))
                copy.scope()
                        .library()
                        .call("vips_image_remove")
                        .pointer(copy.pointer())
                        .text(field)
                        .go();
        return copy;
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
