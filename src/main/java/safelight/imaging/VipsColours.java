package safelight.imaging;

/// Brings a picture's colours into a space that operations and savers work in, once, before
/// anything else. What fits into sRGB becomes sRGB, which is shown right even where profiles are
/// ignored; wider RGB keeps its samples and its profile.
final class VipsColours {
    private VipsColours() {}

    static VipsImage forWork(VipsImage loaded) {
        if (loaded.isCmyk()) return plain(loaded.cmykToSrgb());
        return plain(fitsSrgb(loaded) ? converted(loaded) : loaded);
    }

    private static VipsImage plain(VipsImage image) {
        return image.isPlain() ? image : image.toSpace(VipsImage.SRGB).bytes();
    }

    private static boolean fitsSrgb(VipsImage image) {
        return image.isRgb()
                && image.isPlain()
                && VipsMetadata.profile(image)
                        .filter(profile -> profile.isNoWiderThanSrgb() && !profile.isSrgb())
                        .isPresent();
    }

    private static VipsImage converted(VipsImage image) {
        try {
            return image.rgbToSrgb();
        } catch (VipsFault _) {
            // Little CMS refuses some profiles; that is no reason to refuse the picture
            return image;
        }
    }
}
