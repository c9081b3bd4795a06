package safelight.imaging;

/// Any number of crops, turns and mirrorings as one: a rectangle of a picture, turned.
record Pose(Rect cut, Turn turn) {
    static Pose all(Size size) {
        return new Pose(Rect.all(size), Turn.NONE);
    }

    Size size() {
        return turn.of(cut.size());
    }

    Pose crop(Rect rect) {
        return new Pose(cut.inside(turn.undo(rect, cut.size())), turn);
    }

    Pose then(Turn next) {
        return new Pose(cut, turn.then(next));
    }

    boolean isNothing(Size size) {
        return equals(all(size));
    }
}
