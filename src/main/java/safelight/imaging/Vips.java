package safelight.imaging;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/// A darkroom in libvips, called through the foreign function API.
public final class Vips implements Darkroom {
    private static final String GENERATION = "safelight-2";
    private static final int BANDS_MAX = 4;

    private final VipsLibrary library;
    private final ConcurrentHashMap<Format, Boolean> readable = new ConcurrentHashMap<>();
    private final ConcurrentHashMap<Format, Boolean> writable = new ConcurrentHashMap<>();

    private Vips(VipsLibrary library) {
        this.library = library;
    }

    /// Loads libvips and sets it up for the whole process.
    ///
    /// @throws DarkroomUnavailable with what to install if it is missing
    public static Vips open() {
        return new Vips(VipsLibrary.load());
    }

    @Override
    public String engine() {
        return GENERATION + "+libvips-" + library.version();
    }

    @Override
    public Set<Format> decodes() {
        return those(this::canRead);
    }

    @Override
    public Set<Format> encodes() {
        return those(this::canWrite);
    }

    @Override
    public Developed develop(Source source, Recipe recipe, Limits limits, Watch watch) {
        if (watch.isStopped()) throw new DarkroomStopped();
        var header = Header.read(source, limits);
        var size = recipe.sizeFor(header.size(), limits);
        refuseUnlessWritable(recipe.output(), size);
        if (!canRead(header.format()))
            throw BadPhoto.notAnImage(
                    "%s cannot be read by this installation; it reads %s."
                            .formatted(header.format(), names(decodes())));
        var follower = new VipsFollower(library, watch, VipsSteps.evaluations(header, recipe));
        byte[] bytes;
        try (var scope = new VipsScope(library);
                var _ = new VipsGuard(scope, watch, follower)) {
            bytes = developed(scope, new Work(source, header, recipe, limits), follower);
        } catch (VipsFault fault) {
            if (follower.isStopped()) throw new DarkroomStopped();
            throw blamed(source, header, fault);
        }
        watch.progress(1);
        return new Developed(bytes, recipe.output().format(), size);
    }

    /// One call's arguments.
    private record Work(Source source, Header header, Recipe recipe, Limits limits) {
        /// The photo's size as the file stores it.
        Size stored() {
            return header.orientation() >= 5 ? header.size().turned() : header.size();
        }

        /// By how much a JPEG may be shrunk while decoding: with at least twice the pixels that the
        /// resize needs left, nobody sees the difference.
        int shrink() {
            if (header.format() != Format.JPEG || recipe.operations().isEmpty()) return 1;
            if (!(recipe.operations().getFirst() instanceof Operation.Resize resize)) return 1;
            var to = resize.sizeAfter(header.size());
            double factor =
                    Math.min(
                            (double) header.size().widthPx() / to.widthPx(),
                            (double) header.size().heightPx() / to.heightPx());
            if (factor >= 16) return 8;
            if (factor >= 8) return 4;
            return factor >= 4 ? 2 : 1;
        }
    }

    private static byte[] developed(VipsScope scope, Work work, VipsFollower follower) {
        var header = work.header;
        var loaded = VipsFiles.load(scope, work.source.segment(), header.format(), work.shrink());
        if (work.shrink() == 1) refuseIfUnlike(loaded, work);
        follower.follow(loaded);
        var image = VipsSteps.apply(loaded, header.orientation(), work.recipe);
        return VipsFiles.save(VipsMetadata.stripped(image), work.recipe.output());
    }

    /// What libvips saw has to be what was checked and promised.
    private static void refuseIfUnlike(VipsImage loaded, Work work) {
        work.limits.admit(loaded.size(), 1);
        if (!loaded.size().equals(work.stored()))
            throw BadPhoto.damaged(
                    "The %s file names two sizes, %s and %s."
                            .formatted(work.header.format(), work.stored(), loaded.size()));
        if (loaded.bands() > BANDS_MAX + 1)
            throw BadPhoto.notAnImage(
                    "Pictures with %d channels are not accepted.".formatted(loaded.bands()));
    }

    private void refuseUnlessWritable(Output output, Size size) {
        var format = output.format();
        if (!canWrite(format))
            throw BadRecipe.at(
                    "/output/format",
                    "%s cannot be written by this installation; it writes %s."
                            .formatted(format, names(encodes())));
        int side = Math.max(size.widthPx(), size.heightPx());
        if (side > VipsFiles.sideMax(format))
            throw BadRecipe.at(
                    "/output/format",
                    "%s holds at most %d pixels a side; the result would be %s."
                            .formatted(format, VipsFiles.sideMax(format), size));
    }

    /// If the photo cannot even be decoded, it is the photo's fault.
    private ImagingFailure blamed(Source source, Header header, VipsFault fault) {
        if (fault.reason().contains("out of memory"))
            return new DarkroomUnavailable("There was not enough memory.", fault);
        try (var scope = new VipsScope(library)) {
            decode(VipsFiles.load(scope, source.segment(), header.format(), 1));
            return new DarkroomUnavailable("libvips failed: " + fault.reason(), fault);
        } catch (VipsFault undecodable) {
            return BadPhoto.damaged(
                    "The %s file cannot be decoded (%s). Please export or send it again."
                            .formatted(header.format(), undecodable.reason()));
        }
    }

    private static void decode(VipsImage image) {
        var mean = image.scope().arena().allocate(Double.BYTES);
        image.scope().library().call("vips_avg").pointer(image.pointer()).pointer(mean).run();
    }

    private boolean canRead(Format format) {
        return readable.computeIfAbsent(
                format,
                f -> {
                    try (var scope = new VipsScope(library);
                            var sample = Source.of(Samples.of(f))) {
                        decode(VipsFiles.load(scope, sample.segment(), f, 1));
                        return true;
                    } catch (VipsFault _) {
                        return false;
                    }
                });
    }

    private boolean canWrite(Format format) {
        return VipsFiles.WRITABLE.contains(format)
                && writable.computeIfAbsent(
                        format,
                        f -> {
                            try (var scope = new VipsScope(library);
                                    var sample = Source.of(Samples.of(Format.PNG))) {
                                var png = VipsFiles.load(scope, sample.segment(), Format.PNG, 1);
                                return VipsFiles.save(png, new Output(f, 50)).length > 0;
                            } catch (VipsFault _) {
                                return false;
                            }
                        });
    }

    private static Set<Format> those(Predicate<Format> able) {
        return Arrays.stream(Format.values())
                .filter(able)
                .collect(Collectors.toCollection(() -> EnumSet.noneOf(Format.class)));
    }

    private static String names(Set<Format> formats) {
        return formats.stream().map(Format::name).collect(Collectors.joining(", "));
    }
}
