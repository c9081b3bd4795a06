package safelight.imaging;

import java.lang.foreign.SegmentAllocator;
import java.util.ArrayList;
import java.util.List;
import safelight.planes.Gauss;
import safelight.planes.Levels;
import safelight.planes.Pace;
import safelight.planes.Plane;
import safelight.planes.Scaling;
import safelight.planes.Turning;

/// A picture in planes that is being worked on: the samples of a {@link Frame}.
final class Sheet {
    private final Slab slab;
    private final Pace pace;
    private Frame frame;
    private List<Plane> planes;

    /// Room for a picture that is still to be decoded.
    Sheet(Frame frame, Slab slab, Pace pace) {
        this.frame = frame;
        this.slab = slab;
        this.pace = pace;
        this.planes = frame.grids().stream().map(grid -> plane(grid, slab)).toList();
    }

    List<Plane> planes() {
        return planes;
    }

    Frame frame() {
        return frame;
    }

    void carryOut(Stage stage) {
        var after = stage.after(frame);
        switch (stage) {
            case Stage.Move m -> move(m.pose(), after);
            case Stage.Scale s -> planes = scaled(s, after, slab.otherEnd());
            case Stage.Soften s -> soften(s.sigma());
            case Stage.Sharpen s -> Gauss.sharpen(planes.getFirst(), s.sigma(), s.amount(), pace);
            case Stage.Tone t -> tone(t);
            case Stage.Grey _ -> planes = List.of(planes.getFirst());
        }
        frame = after;
    }

    /// Brings colours to where an encoder wants them, and repeats edges up to whole units of it.
    void conform(Stage.Scale how, Frame wanted, Sampling sampling) {
        var room = slab.otherEnd();
        var ready = new ArrayList<Plane>();
        for (int i = 0; i < planes.size(); i++) {
            var from = frame.grids().get(i);
            var to = wanted.grids().get(i);
            ready.add(from.isLike(to) ? planes.get(i) : scaled(i, how, to, room));
        }
        planes = ready;
        frame = wanted;
        var size = wanted.size();
        planes.getFirst()
                .extend(
                        up(size.widthPx(), sampling.across()),
                        up(size.heightPx(), sampling.down()));
    }

    private static int up(int px, int step) {
        return (px + step - 1) / step * step;
    }

    private void move(Pose pose, Frame after) {
        var windows = new ArrayList<Plane>();
        for (int i = 0; i < planes.size(); i++)
            windows.add(window(planes.get(i), frame.grids().get(i), pose.cut()));
        var turn = pose.turn();
        if (!turn.transposed()) {
            planes = windows;
            if (turn.across() || turn.down())
                for (var plane : planes) Turning.mirror(plane, turn.across(), turn.down(), pace);
            return;
        }
        var room = slab.otherEnd();
        var turned = new ArrayList<Plane>();
        for (int i = 0; i < windows.size(); i++) {
            turned.add(plane(after.grids().get(i), room));
            Turning.transpose(windows.get(i), turned.getLast(), turn.across(), turn.down(), pace);
        }
        planes = turned;
    }

    private static Plane window(Plane plane, Grid grid, Rect cut) {
        var cropped = grid.crop(cut);
        return plane.window(
                grid.across().before(cut.left()),
                grid.down().before(cut.top()),
                cropped.across().count(),
                cropped.down().count());
    }

    private List<Plane> scaled(Stage.Scale scale, Frame after, SegmentAllocator room) {
        var made = new ArrayList<Plane>();
        for (int i = 0; i < planes.size(); i++)
            made.add(scaled(i, scale, after.grids().get(i), room));
        return made;
    }

    private Plane scaled(int index, Stage.Scale scale, Grid to, SegmentAllocator room) {
        var from = frame.grids().get(index);
        return Scaling.scale(
                planes.get(index),
                from.across().towards(to.across(), scale.left(), scale.scaleX()),
                from.down().towards(to.down(), scale.top(), scale.scaleY()),
                room,
                pace);
    }

    private void soften(double sigma) {
        for (int i = 0; i < planes.size(); i++) {
            var grid = frame.grids().get(i);
            Gauss.blur(
                    planes.get(i), sigma / grid.across().step(), sigma / grid.down().step(), pace);
        }
    }

    private void tone(Stage.Tone tone) {
        Levels.scale(planes.getFirst(), tone.luma(), tone.shift(), pace);
        for (var colour : planes.subList(1, planes.size()))
            Levels.scale(colour, tone.chroma(), 0, pace);
    }

    private static Plane plane(Grid grid, SegmentAllocator room) {
        return Plane.in(room, grid.across().count(), grid.down().count());
    }
}
