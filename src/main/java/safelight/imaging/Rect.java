package safelight.imaging;

/// A rectangle of pixels.
record Rect(int left, int top, int width, int height) {
    static Rect all(Size size) {
        return new Rect(0, 0, size.widthPx(), size.heightPx());
    }

    Size size() {
        return new Size(width, height);
    }

    /// The same place where lines became columns.
    Rect transposed() {
        return new Rect(/* left= */ top, /* top= */ left, /* width= */ height, /* height= */ width);
    }

    /// A rectangle of this one, seen from outside.
    Rect inside(Rect inner) {
        return new Rect(left + inner.left, top + inner.top, inner.width, inner.height);
    }
}
