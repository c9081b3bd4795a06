package safelight.imaging;

import java.util.EnumMap;
import java.util.Map;

/// Reads EXIF blocks. A broken one is no reason to refuse a picture.
final class Exif {
    private static final String PREFIX = "Exif\0\0";
    private static final int DETAILS = 0x8769;

    private Exif() {}

    /// The texts that may be kept.
    enum Text {
        MAKE(0x010f, "exif-ifd0-Make"),
        MODEL(0x0110, "exif-ifd0-Model"),
        DATE_TIME(0x0132, "exif-ifd0-DateTime"),
        ARTIST(0x013b, "exif-ifd0-Artist"),
        COPYRIGHT(0x8298, "exif-ifd0-Copyright"),
        TAKEN(0x9003, "exif-ifd2-DateTimeOriginal");

        private final int tag;
        private final String field;

        Text(int tag, String field) {
            this.tag = tag;
            this.field = field;
        }

        int tag() {
            return tag;
        }

        /// What libvips calls it.
        String field() {
            return field;
        }
    }

    /// 1 to 8; 1 if the block says nothing or is broken.
    static int orientation(ByteView block) {
        try {
            return TiffTags.first(tiff(block)).orientation();
        } catch (BadPhoto _) {
            return 1;
        }
    }

    /// The texts that the block has; those behind a broken place are missing.
    static Map<Text, String> texts(ByteView block) {
        var texts = new EnumMap<Text, String>(Text.class);
        try {
            var tags = TiffTags.first(tiff(block));
            var details = tags.number(DETAILS);
            for (var text : Text.values()) {
                var from =
                        text == Text.TAKEN && details.isPresent() ? tags.at(details.get()) : tags;
                from.text(text.tag).ifPresent(value -> texts.put(text, value));
            }
        } catch (BadPhoto _) {
            return texts;
        }
        return texts;
    }

    private static ByteView tiff(ByteView block) {
        return block.has(0, PREFIX)
                ? block.part(PREFIX.length(), block.size() - PREFIX.length())
                : block;
    }
}
