package safelight.imaging;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/// A darkroom in one libvips, called through the foreign function API.
public final class Vips implements Darkroom {
    private static final String GENERATION = "safelight-4";
    private static final int BANDS_MAX = 4;
    private static final int SHRINK_MOST = 8;

    private final VipsLibrary library;
    private final ConcurrentHashMap<Format, Boolean> readable = new ConcurrentHashMap<>();
    private final ConcurrentHashMap<Format, Boolean> writable = new ConcurrentHashMap<>();
    private final ConcurrentHashMap<Format, Boolean> moving = new ConcurrentHashMap<>();

    private Vips(VipsLibrary library) {
        this.library = library;
    }

    /// Loads libvips, the newest that there is, and sets it up for the whole process.
    ///
    /// @throws DarkroomUnavailable with what to install if it is missing
    public static Vips open() {
        return all().getFirst();
    }

    /// Every libvips that there is, the newest first.
    static List<Vips> all() {
        return VipsLibrary.all().stream().map(Vips::new).toList();
    }

    @Override
    public String engine() {
        return GENERATION + "+libvips-" + version();
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
    public Set<Format> decodesFrames() {
        return those(f -> VipsFrames.READABLE.contains(f) && canRead(f) && canReadFrames(f));
    }

    @Override
    public Set<Format> encodesFrames() {
        return those(f -> VipsFrames.WRITABLE.contains(f) && canWrite(f));
    }

    @Override
    public Developed develop(Source source, Recipe recipe, Limits limits, Watch watch) {
        if (watch.isStopped()) throw new DarkroomStopped();
        var header = Header.read(source, limits, recipe.output());
        var size = recipe.sizeFor(header.size(), limits);
        refuseUnlessWritable(recipe.output(), size);
        if (!canRead(header.format()))
            throw BadPhoto.notAnImage(
                    "%s cannot be read by this installation; it reads %s."
                            .formatted(header.format(), names(decodes())));
        int frames = recipe.framesFor(header.size(), header.frames(), limits);
        var work = new Work(source, header, recipe, limits, frames);
        var follower =
                new VipsFollower(library, watch, VipsSteps.evaluations(header, recipe, frames));
        byte[] bytes;
        try (var scope = new VipsScope(library);
                var _ = new VipsGuard(scope, watch, follower)) {
            bytes = developed(scope, work, follower);
        } catch (VipsFault fault) {
            if (follower.isStopped()) throw new DarkroomStopped();
            throw blamed(work, fault);
        }
        watch.progress(1);
        return new Developed(bytes, recipe.output().format(), size, frames, header.frames());
    }

    /// Whether such a picture can be written here.
    boolean canWrite(Output output, Size size) {
        return canWrite(output.format())
                && Math.max(size.widthPx(), size.heightPx()) <= VipsFiles.sideMax(output.format());
    }

    /// Encodes what others have made.
    ///
    /// @throws DarkroomStopped if the watch said so
    byte[] encoded(Pixels pixels, Output output, Watch watch) {
        var follower = new VipsFollower(library, watch, 1);
        try (var scope = new VipsScope(library);
                var _ = new VipsGuard(scope, watch, follower)) {
            var image = VipsFiles.of(scope, pixels);
            return VipsFiles.save(VipsMetadata.described(image, pixels.parts()), output);
        } catch (VipsFault fault) {
            if (follower.isStopped()) throw new DarkroomStopped();
            throw new DarkroomUnavailable("libvips failed: " + fault.reason(), fault);
        }
    }

    /// One call's arguments.
    private record Work(Source source, Header header, Recipe recipe, Limits limits, int frames) {
        /// The photo's size as the file stores it, with its frames one below the other.
        Size stored() {
            var size = header.orientation() >= 5 ? header.size().turned() : header.size();
            return new Size(size.widthPx(), size.heightPx() * frames);
        }

        VipsImage load(VipsScope scope) {
            var bytes = source.segment();
            if (frames > 1) return VipsFiles.loadFrames(scope, bytes, header.format(), frames);
            return recipe.output().isBestEffort()
                    ? VipsFiles.salvage(scope, bytes, header.format(), shrink())
                    : VipsFiles.load(scope, bytes, header.format(), shrink());
        }

        VipsSteps.Task task() {
            return new VipsSteps.Task(source, header.orientation(), recipe, limits);
        }

        /// By how much a JPEG may be shrunk while decoding: with {@link Plan#LEFT_LEAST} times the
        /// samples a side that the resize needs left, nobody sees the difference.
        int shrink() {
            if (header.format() != Format.JPEG || recipe.operations().isEmpty()) return 1;
            if (!(recipe.operations().getFirst() instanceof Operation.Resize resize)) return 1;
            var to = resize.sizeAfter(header.size());
            double factor =
                    Math.min(
                            (double) header.size().widthPx() / to.widthPx(),
                            (double) header.size().heightPx() / to.heightPx());
            int shrink = SHRINK_MOST;
            while (shrink > 1 && factor < shrink * Plan.LEFT_LEAST) shrink /= 2;
            return shrink;
        }
    }

    private static byte[] developed(VipsScope scope, Work work, VipsFollower follower) {
        var loaded = work.load(scope);
        if (work.shrink() == 1) refuseIfUnlike(loaded, work);
        follower.follow(loaded);
        var image = VipsFrames.developed(loaded, work.task(), work.frames);
        return VipsFiles.save(VipsMetadata.stripped(image), work.recipe.output(), work.frames);
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

    /// If a photo cannot even be decoded, it is the photo's fault.
    private ImagingFailure blamed(Work work, VipsFault fault) {
        if (fault.reason().contains("out of memory"))
            return new DarkroomUnavailable("There was not enough memory.", fault);
        return undecodable(work::load, work.header.format(), "")
                .or(() -> undecodableMark(work))
                .orElseGet(
                        () -> new DarkroomUnavailable("libvips failed: " + fault.reason(), fault));
    }

    private Optional<ImagingFailure> undecodableMark(Work work) {
        for (var digest : work.recipe.marks()) {
            var mark = work.source.mark(digest);
            var format = Header.read(mark, work.limits).format();
            var failure =
                    undecodable(
                            scope -> VipsFiles.load(scope, mark.segment(), format, 1),
                            format,
                            " of the watermark");
            if (failure.isPresent()) return failure;
        }
        return Optional.empty();
    }

    private Optional<ImagingFailure> undecodable(
            Function<VipsScope, VipsImage> load, Format format, String whose) {
        try (var scope = new VipsScope(library)) {
            decode(load.apply(scope));
            return Optional.empty();
        } catch (VipsFault undecodable) {
            return Optional.of(
                    BadPhoto.damaged(
                            "The %s file%s cannot be decoded (%s). Please export or send it again."
                                    .formatted(format, whose, undecodable.reason())));
        }
    }

    private static void decode(VipsImage image) {
        var mean = image.scope().arena().allocate(Double.BYTES);
        image.scope().library().call("vips_avg").pointer(image.pointer()).pointer(mean).run();
    }

    /// For example `8.18.7`.
    String version() {
        return library.version();
    }

    boolean canRead(Format format) {
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

    private boolean canReadFrames(Format format) {
        return moving.computeIfAbsent(
                format,
                f -> {
                    try (var scope = new VipsScope(library);
                            var sample = Source.of(Samples.moving(f))) {
                        decode(VipsFiles.loadFrames(scope, sample.segment(), f, 2));
                        return true;
                    } catch (VipsFault _) {
                        return false;
                    }
                });
    }

    boolean canWrite(Format format) {
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
