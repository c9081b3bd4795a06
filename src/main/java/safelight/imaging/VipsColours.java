package safelight.imaging;

/// Brings a picture's colours into a space that operations and savers work in, once, before
/// anything else. What fits into sRGB becomes sRGB, which is shown right even where profiles are
/// ignored; wider RGB keeps its samples and its profile.
final class VipsColours {
    private static final double[] LUMA = {0.299, 0.587, 0.114};

    private VipsColours() {}

    static VipsImage forWork(VipsImage loaded) {
        if (loaded.isCmyk()) return plain(loaded.cmykToSrgb());
        return plain(fitsSrgb(loaded) ? converted(loaded) : loaded);
    }

    /// The luma of JPEG: 0.299 red + 0.587 green + 0.114 blue. Rounded to nothing yet.
    static VipsImage luma(VipsImage colours) {
        return colours.bands() < 3 ? colours : colours.recombined(1, LUMA);
    }

    /// The matrix that multiplies a colour by `factor` and its distance from its luma by
    /// `saturation`.
    static double[] saturating(double factor, double saturation) {
        var matrix = new double[9];
        for (int row = 0; row < 3; row++)
            for (int column = 0; column < 3; column++)
                matrix[3 * row + column] =
                        factor
                                * ((1 - saturation) * LUMA[column]
                                        + (row == column ? saturation : 0));
        return matrix;
    }

    /// One channel, and alpha if there was one. What is grey fits into sRGB, and has no use for a
    /// profile of colours.
    static VipsImage grey(VipsImage image) {
        if (!image.isRgb()) return image;
        var known = inSrgb(image);
        if (!known.hasAlpha()) return known.luminous();
        return known.bandsFrom(0, 3).luminous().joined(known.bandsFrom(3, 1));
    }

    /// In red, green and blue of sRGB, without a profile and with as many bits as before.
    static VipsImage inSrgb(VipsImage image) {
        boolean named = image.has(VipsMetadata.PROFILE);
        var known = named && !isSrgb(image) ? converted(image) : image;
        return VipsMetadata.unprofiled(known.isRgb() ? known : known.threefold());
    }

    /// The colours of `mark` as `base` would write them: its channels, its profile, its bits.
    static VipsImage like(VipsImage mark, VipsImage base) {
        var deep = base.isDeep() ? mark.deep() : mark.shallow();
        if (!base.isRgb()) return deep;
        var known = inSrgb(deep);
        if (!base.has(VipsMetadata.PROFILE) || isSrgb(base)) return known;
        try {
            return known.throughProfileOf(base);
        } catch (VipsFault _) {
            // a profile that Little CMS refuses
            return known;
        }
    }

    private static boolean isSrgb(VipsImage image) {
        return VipsMetadata.profile(image).filter(IccProfile::isSrgb).isPresent();
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
