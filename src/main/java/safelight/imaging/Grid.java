package safelight.imaging;

import safelight.planes.Plane;

/// Where the samples of a plane lie in the picture.
record Grid(Axis across, Axis down) {
    static Grid over(Size size, double stepAcross, double stepDown) {
        return new Grid(
                Axis.over(size.widthPx(), stepAcross), Axis.over(size.heightPx(), stepDown));
    }

    long bytes() {
        return Plane.bytes(across.count(), down.count());
    }

    Grid crop(Rect rect) {
        return new Grid(
                across.crop(rect.left(), rect.width()), down.crop(rect.top(), rect.height()));
    }

    /// After a turn of a picture that had the size `before`.
    Grid turned(Turn turn, Size before) {
        var size = turn.of(before);
        var first = turn.transposed() ? down : across;
        var second = turn.transposed() ? across : down;
        return new Grid(
                turn.across() ? first.mirrored(size.widthPx()) : first,
                turn.down() ? second.mirrored(size.heightPx()) : second);
    }

    boolean isLike(Grid other) {
        return across.isLike(other.across) && down.isLike(other.down);
    }
}
