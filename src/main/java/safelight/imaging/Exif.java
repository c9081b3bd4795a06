package safelight.imaging;

/// Reads the orientation out of an EXIF block. A broken block is no reason to refuse a picture.
final class Exif {
    private static final String PREFIX = "Exif\0\0";

    private Exif() {}

    /// 1 to 8; 1 if the block says nothing or is broken.
    static int orientation(ByteView block) {
        try {
            var tiff =
                    block.has(0, PREFIX)
                            ? block.part(PREFIX.length(), block.size() - PREFIX.length())
                            : block;
            return TiffTags.first(tiff).orientation();
        } catch (BadPhoto _) {
            return 1;
        }
    }
}
