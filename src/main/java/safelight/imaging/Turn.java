package safelight.imaging;

/// One of the eight ways to turn and mirror a picture: lines become columns, then left and right
/// are swapped, then top and bottom; each or not.
record Turn(boolean transposed, boolean across, boolean down) {
    static final Turn NONE = new Turn(false, false, false);

    /// What turns a picture of this EXIF orientation upright.
    static Turn upright(int orientation) {
        return switch (orientation) {
            case 1 -> NONE;
            case 2 -> new Turn(false, true, false);
            case 3 -> new Turn(false, true, true);
            case 4 -> new Turn(false, false, true);
            case 5 -> new Turn(true, false, false);
            case 6 -> new Turn(true, true, false);
            case 7 -> new Turn(true, true, true);
            case 8 -> new Turn(true, false, true);
            default -> throw new IllegalArgumentException("orientation " + orientation);
        };
    }

    static Turn clockwise(int angle) {
        return switch (angle) {
            case 0 -> NONE;
            case 90 -> new Turn(true, true, false);
            case 180 -> new Turn(false, true, true);
            case 270 -> new Turn(true, false, true);
            default -> throw new IllegalArgumentException("angle " + angle);
        };
    }

    static Turn mirror(Operation.Direction direction) {
        boolean across = direction == Operation.Direction.HORIZONTAL;
        return new Turn(false, across, !across);
    }

    Turn then(Turn next) {
        boolean swapped = next.transposed;
        return new Turn(
                transposed ^ swapped,
                (swapped ? down : across) ^ next.across,
                (swapped ? across : down) ^ next.down);
    }

    Size of(Size size) {
        return transposed ? size.turned() : size;
    }

    /// Where a rectangle of the picture of size `before` lies in the turned one.
    Rect redo(Rect rect, Size before) {
        var after = of(before);
        var flat = transposed ? rect.transposed() : rect;
        return new Rect(
                across ? after.widthPx() - flat.left() - flat.width() : flat.left(),
                down ? after.heightPx() - flat.top() - flat.height() : flat.top(),
                flat.width(),
                flat.height());
    }

    /// Where a rectangle of the turned picture lies in the picture of size `before`.
    Rect undo(Rect rect, Size before) {
        var after = of(before);
        int left = across ? after.widthPx() - rect.left() - rect.width() : rect.left();
        int top = down ? after.heightPx() - rect.top() - rect.height() : rect.top();
        var flat = new Rect(left, top, rect.width(), rect.height());
        return transposed ? flat.transposed() : flat;
    }
}
