package safelight.imaging;

import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/// Every libvips of this host as one darkroom. A picture goes to the newest that can do all of it;
/// so the fetched one does nearly all, and the system's reads HEIC.
final class VipsShelf implements Darkroom {
    private final List<Vips> newestFirst;

    private VipsShelf(List<Vips> newestFirst) {
        this.newestFirst = newestFirst;
    }

    /// Loads them.
    ///
    /// @throws DarkroomUnavailable with what to install if there is none
    static VipsShelf open() {
        return of(Vips.all());
    }

    /// Keeps the newest, and of the others those that read or write something more.
    static VipsShelf of(List<Vips> newestFirst) {
        var first = newestFirst.getFirst();
        return new VipsShelf(
                newestFirst.stream()
                        .filter(v ->
                                v == first
                                        || !first.decodes().containsAll(v.decodes())
                                        || !first.encodes().containsAll(v.encodes()))
                        .toList());
    }

    @Override
    public String engine() {
        var name = new StringBuilder(newestFirst.getFirst().engine());
        newestFirst.stream().skip(1).forEach(v -> name.append("+libvips-").append(v.version()));
        return name.toString();
    }

    @Override
    public Set<Format> decodes() {
        return united(Vips::decodes);
    }

    @Override
    public Set<Format> encodes() {
        return united(Vips::encodes);
    }

    @Override
    public Set<Format> decodesFrames() {
        return united(Vips::decodesFrames);
    }

    @Override
    public Set<Format> encodesFrames() {
        return united(Vips::encodesFrames);
    }

    @Override
    public Developed develop(Source source, Recipe recipe, Limits limits, Watch watch) {
        return fit(source, recipe, limits).develop(source, recipe, limits, watch);
    }

    /// The newest that reads the photo and its marks, and writes the result; else the newest, which
    /// says what it is that it cannot do.
    private Vips fit(Source source, Recipe recipe, Limits limits) {
        if (newestFirst.size() == 1) return newestFirst.getFirst();
        var formats = new HashSet<Format>();
        formats.add(Header.read(source, limits, recipe.output()).format());
        for (var mark : recipe.marks())
            formats.add(Header.read(source.mark(mark), limits).format());
        return newestFirst.stream()
                .filter(v -> v.canWrite(recipe.output().format()))
                .filter(v -> formats.stream().allMatch(v::canRead))
                .findFirst()
                .orElse(newestFirst.getFirst());
    }

    /// The newest that writes such a picture.
    Optional<Vips> writer(Output output, Size size) {
        return newestFirst.stream().filter(v -> v.canWrite(output, size)).findFirst();
    }

    private Set<Format> united(Function<Vips, Set<Format>> able) {
        var all = EnumSet.noneOf(Format.class);
        newestFirst.forEach(v -> all.addAll(able.apply(v)));
        return all;
    }
}
