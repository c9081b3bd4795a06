package safelight.imaging;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_DOUBLE;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;

/// Everything native that one call of the darkroom holds; closing gives all of it back. Confined to
/// one thread, but for {@link #kill()}; the images are guarded by this object's lock.
final class VipsScope implements AutoCloseable {
    private final VipsLibrary library;
    private final Arena arena = Arena.ofConfined();
    private final List<MemorySegment> images = new ArrayList<>();
    private final List<MemorySegment> areas = new ArrayList<>();

    VipsScope(VipsLibrary library) {
        this.library = library;
    }

    VipsLibrary library() {
        return library;
    }

    Arena arena() {
        return arena;
    }

    /// Runs an operation that puts an image where its `out` argument points to.
    VipsImage image(Consumer<MemorySegment> operation) {
        var out = arena.allocate(ADDRESS);
        operation.accept(out);
        return own(out.get(ADDRESS, 0));
    }

    /// Takes over one reference to an image.
    synchronized VipsImage own(MemorySegment image) {
        images.add(image);
        return new VipsImage(this, image);
    }

    /// An array of doubles as operations take them for options.
    MemorySegment array(double... values) {
        var area =
                library.call("vips_array_double_new")
                        .pointer(arena.allocateFrom(JAVA_DOUBLE, values))
                        .whole(values.length)
                        .fetch();
        areas.add(area);
        return area;
    }

    /// A matrix of one row.
    VipsImage row(double... values) {
        return matrix(values.length, values);
    }

    /// A matrix, line by line.
    VipsImage matrix(int width, double... values) {
        return own(
                library.call("vips_image_new_matrix_from_array")
                        .whole(width)
                        .whole(values.length / width)
                        .pointer(arena.allocateFrom(JAVA_DOUBLE, values))
                        .whole(values.length)
                        .fetch());
    }

    /// Gives back every image but these; what they are made of stays as long as they need it.
    synchronized void release(VipsImage... kept) {
        var pointers = Arrays.stream(kept).map(VipsImage::pointer).toList();
        for (var image : List.copyOf(images))
            if (!pointers.contains(image)) {
                images.remove(image);
                library.unref(image);
            }
    }

    /// Ends the evaluations of all images that there are now. Callable from any thread.
    synchronized void kill() {
        for (var image : images) library.call("vips_image_set_kill").pointer(image).whole(1).go();
    }

    @Override
    public void close() {
        giveBack();
        for (var area : areas) library.call("vips_area_unref").pointer(area).go();
        arena.close();
        library.call("vips_thread_shutdown").go();
    }

    private synchronized void giveBack() {
        for (var image : images.reversed()) library.unref(image);
        images.clear();
    }
}
