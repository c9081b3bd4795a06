package safelight.imaging;

/// The size of a picture in pixels, at least 1x1.
public record Size(int widthPx, int heightPx) {
    /// Refuses an empty picture.
    public Size {
        if (widthPx < 1 || heightPx < 1)
            throw new IllegalArgumentException("no picture of " + widthPx + "x" + heightPx);
    }

    /// Width times height.
    public long pixels() {
        return (long) widthPx * heightPx;
    }

    /// On its side.
    public Size turned() {
        return new Size(/* widthPx= */ heightPx, /* heightPx= */ widthPx);
    }

    @Override
    public String toString() {
        return widthPx + "x" + heightPx;
    }
}
