package safelight.imaging;

import static java.lang.foreign.ValueLayout.ADDRESS;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// The frames of an animation, which libvips reads as one tall picture: each goes through the
/// recipe by itself.
final class VipsFrames {
    /// What holds animations.
    static final Set<Format> READABLE = Set.of(Format.GIF, Format.WEBP);

    /// What animations are written as.
    static final Set<Format> WRITABLE = Set.of(Format.WEBP);

    private VipsFrames() {}

    /// The recipe carried out on each of so many frames, below each other again.
    static VipsImage developed(VipsImage loaded, VipsSteps.Task task, int frames) {
        Map<Integer, int[]> places = new HashMap<>();
        if (frames == 1) return new VipsSteps(loaded, loaded, task, places).all(List.of());
        var size = new Size(loaded.size().widthPx(), loaded.size().heightPx() / frames);
        var done = new ArrayList<VipsImage>();
        for (int i = 0; i < frames; i++) {
            var frame = loaded.crop(0, i * size.heightPx(), size);
            done.add(new VipsSteps(loaded, frame, task, places).all(done));
        }
        return joined(loaded.scope(), done);
    }

    static VipsImage joined(VipsScope scope, List<VipsImage> frames) {
        var pointers = frames.stream().map(VipsImage::pointer).toArray(MemorySegment[]::new);
        var array = scope.arena().allocate(ADDRESS, pointers.length);
        for (int i = 0; i < pointers.length; i++) array.setAtIndex(ADDRESS, i, pointers[i]);
        return scope.image(out ->
                scope.library()
                        .call("vips_arrayjoin")
                        .pointer(array)
                        .pointer(out)
                        .whole(pointers.length)
                        .option("across", 1)
                        .run());
    }
}
