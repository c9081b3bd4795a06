package safelight.imaging;

import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import java.util.Optional;
import java.util.Set;
import safelight.planes.Pace;

/// A darkroom that edits JPEGs in the planes that they are coded in, and leaves all else to
/// libvips: other formats, colours that have to be converted, odd and damaged files.
public final class Planar implements Darkroom {
    private static final String GENERATION = "+planes-3";

    private final VipsShelf vips;
    private final Optional<Turbo> turbo;
    private final Slabs slabs = new Slabs();

    private Planar(VipsShelf vips, Optional<Turbo> turbo) {
        this.vips = vips;
        this.turbo = turbo;
    }

    /// Loads libvips and, if it is there, libturbojpeg.
    ///
    /// @throws DarkroomUnavailable with what to install if libvips is missing
    public static Planar open() {
        return new Planar(VipsShelf.open(), Turbo.load());
    }

    @Override
    public String engine() {
        return vips.engine() + (turbo.isPresent() ? GENERATION : "");
    }

    @Override
    public Set<Format> decodes() {
        return vips.decodes();
    }

    @Override
    public Set<Format> encodes() {
        return vips.encodes();
    }

    @Override
    public Set<Format> decodesFrames() {
        return vips.decodesFrames();
    }

    @Override
    public Set<Format> encodesFrames() {
        return vips.encodesFrames();
    }

    @Override
    public Developed develop(Source source, Recipe recipe, Limits limits, Watch watch) {
        if (watch.isStopped()) throw new DarkroomStopped();
        var header = Header.read(source, limits, recipe.output());
        var size = recipe.sizeFor(header.size(), limits);
        if (recipe.output().isLossless()) {
            var bytes = lossless(source, header, recipe);
            watch.progress(1);
            return new Developed(bytes, Format.JPEG, size);
        }
        var writer = vips.writer(recipe.output(), size);
        if (turbo.isPresent() && header.format() == Format.JPEG && writer.isPresent()) {
            var press = new Press(turbo.get(), writer.get(), recipe.output(), watch);
            var done = inPlanes(press, source, header, recipe);
            if (done.isPresent()) {
                watch.progress(1);
                return new Developed(done.get(), recipe.output().format(), size);
            }
        }
        return vips.develop(source, recipe, limits, watch);
    }

    private byte[] lossless(Source source, Header header, Recipe recipe) {
        if (turbo.isEmpty()) throw Lossless.refusal("this installation has no libturbojpeg.");
        if (header.format() != Format.JPEG) throw Lossless.refusal("the photo is no JPEG.");
        return Lossless.edit(turbo.get(), slabs, source, header, recipe);
    }

    /// What turns finished planes into a file.
    private record Press(Turbo turbo, Vips vips, Output output, Watch watch) {
        byte[] file(Sheet sheet, Slab slab, Plan plan, JpegParts parts) {
            if (output.format() == Format.JPEG) return jpeg(sheet, slab, plan, parts);
            var size = plan.encoded().size();
            boolean grey = plan.sampling() == Sampling.GREY;
            var samples = slab.allocate(Pixels.bytes(size, grey), 1);
            var pixels = new Pixels(samples, size, grey, parts);
            turbo.develop(sheet.planes(), plan.sampling(), pixels);
            return vips.encoded(pixels, output, watch);
        }

        private byte[] jpeg(Sheet sheet, Slab slab, Plan plan, JpegParts parts) {
            var file = slab.allocate(plan.fileMost(), 1);
            long length =
                    turbo.encode(
                            sheet.planes(),
                            plan.encoded().size(),
                            plan.sampling(),
                            output.quality(),
                            file);
            return JpegDress.dressed(file.asSlice(0, length), parts);
        }
    }

    /// Empty if libvips has to do it.
    private Optional<byte[]> inPlanes(Press press, Source source, Header header, Recipe recipe) {
        var parts = JpegParts.read(source.view());
        if (!parts.isPlain()) return Optional.empty();
        try {
            var head = press.turbo.head(source.segment());
            if (!head.size().equals(stored(header)) || needsConversion(parts, head.sampling()))
                return Optional.empty();
            if (losesColours(parts, recipe)) return Optional.empty();
            return Plan.of(head.size(), head.sampling(), header.orientation(), recipe)
                    .map(plan -> carryOut(new Work(press, source, parts, head.sampling()), plan));
        } catch (TurboFault _) {
            // libvips says what is wrong, or copes
            return Optional.empty();
        }
    }

    /// What is worked on, and with what.
    private record Work(Press press, Source source, JpegParts parts, Sampling sampling) {}

    /// From a part of the photo alone, if the recipe needs no more and the photo can be cut.
    private byte[] carryOut(Work work, Plan plan) {
        try {
            if (plan.stages().stream().anyMatch(Stage.Move.class::isInstance)) {
                var scan = JpegScan.read(work.source.view());
                var part = plan.part(scan.unitAcross(), scan.unitDown());
                if (part.isPresent()) return fromPart(work, scan, part.get(), plan);
            }
        } catch (TurboFault | BadPhoto _) {
            // decoded as a whole, it may be fit
        }
        return slabs.with(plan.bytes(), slab -> developed(work, work.source.segment(), plan, slab));
    }

    private byte[] fromPart(Work work, JpegScan scan, Rect part, Plan whole) {
        var plan = whole.within(part, work.sampling);
        return slabs.with(
                JpegCut.bytes(work.source.size(), part) + plan.bytes(),
                slab -> developed(work, JpegCut.cut(scan, part, slab), plan, slab));
    }

    private static byte[] developed(Work work, MemorySegment jpeg, Plan plan, Slab slab) {
        var press = work.press;
        var steps = new Steps(press.watch, plan.stages().size() + 2);
        var sheet = new Sheet(plan.decoded(), slab, steps);
        var luma = plan.decoded().grids().getFirst();
        press.turbo.decode(
                jpeg, sheet.planes(), new Size(luma.across().count(), luma.down().count()));
        steps.done();
        for (var stage : plan.stages()) {
            sheet.carryOut(stage);
            steps.done();
        }
        sheet.conform(plan.conforming(sheet.frame()), plan.encoded(), plan.sampling());
        return press.file(sheet, slab, plan, work.parts);
    }

    private static Size stored(Header header) {
        return header.orientation() >= 5 ? header.size().turned() : header.size();
    }

    /// A grey picture has no use for a profile of colours, whose tones libvips takes into account.
    private static boolean losesColours(JpegParts parts, Recipe recipe) {
        return parts.profile().isPresent()
                && recipe.operations().stream().anyMatch(Operation.Grayscale.class::isInstance);
    }

    /// What fits into sRGB becomes sRGB, which libvips does.
    private static boolean needsConversion(JpegParts parts, Sampling sampling) {
        return sampling != Sampling.GREY
                && parts.profile()
                        .map(bytes ->
                                new ByteView(
                                        MemorySegment.ofArray(bytes),
                                        ByteOrder.BIG_ENDIAN,
                                        Format.JPEG))
                        .flatMap(IccProfile::read)
                        .filter(profile -> profile.isNoWiderThanSrgb() && !profile.isSrgb())
                        .isPresent();
    }

    /// Connects a watch to the work.
    private static final class Steps implements Pace {
        private static final int LINES = 64;

        private final Watch watch;
        private final int expected;
        private int done;
        private int lines;

        Steps(Watch watch, int expected) {
            this.watch = watch;
            this.expected = expected;
        }

        @Override
        public void line() {
            if (++lines % LINES == 0) look();
        }

        void done() {
            look();
            watch.progress((double) ++done / expected);
        }

        private void look() {
            boolean stopped;
            try {
                stopped = watch.isStopped();
            } catch (RuntimeException _) {
                // a watch that fails cannot be asked again: end the work
                stopped = true;
            }
            if (stopped) throw new DarkroomStopped();
        }
    }
}
