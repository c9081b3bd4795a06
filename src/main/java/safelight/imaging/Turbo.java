package safelight.imaging;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import safelight.planes.Plane;

/// libturbojpeg (its functions of 2.x, which 3.x has as well): between JPEG files and planes.
/// Thread-safe; every call has a handle of its own.
final class Turbo {
    private static final List<String> NAMES = List.of("libturbojpeg.so.0", "libturbojpeg.0.dylib");
    private static final int MESSAGE_MAX = 200;
    // TJCS: the colours of the file
    private static final int YCBCR = 1;
    private static final int GREY = 2;
    // TJPF
    private static final int PIXELS_RGB = 0;
    private static final int PIXELS_GREY = 6;
    // TJFLAG
    private static final int NO_REALLOC = 1024;
    private static final int ACCURATE_DCT = 4096;
    private static final int STOP_ON_WARNING = 8192;
    // progressive files may have thousands of scans that add nothing
    private static final int LIMIT_SCANS = 32_768;
    // TJXOPT
    private static final int PERFECT = 1;
    private static final int CROP = 4;
    private static final int COPY_NONE = 64;

    private final Linker linker = Linker.nativeLinker();
    private final SymbolLookup symbols;
    private final ConcurrentHashMap<String, MethodHandle> handles = new ConcurrentHashMap<>();

    private Turbo(SymbolLookup symbols) {
        this.symbols = symbols;
    }

    /// What a file's header says.
    record Head(Size size, Sampling sampling) {}

    /// The library, if it is installed.
    static Optional<Turbo> load() {
        for (var name : NAMES) {
            try {
                return Optional.of(new Turbo(SymbolLookup.libraryLookup(name, Arena.global())));
            } catch (IllegalArgumentException _) {
                // the next name, or libvips does it all
            }
        }
        return Optional.empty();
    }

    /// @throws TurboFault if the file is broken, or has colours or samplings that planes are not
    ///   for
    Head head(MemorySegment file) {
        try (var arena = Arena.ofConfined();
                var call = new Call("tjInitDecompress")) {
            var out = arena.allocate(JAVA_INT, 4);
            call.run(
                    "tjDecompressHeader3",
                    file,
                    file.byteSize(),
                    out,
                    out.asSlice(4),
                    out.asSlice(8),
                    out.asSlice(12));
            int code = out.getAtIndex(JAVA_INT, 2);
            int colours = out.getAtIndex(JAVA_INT, 3);
            var sampling =
                    Sampling.coded(code)
                            .filter(s -> colours == (s == Sampling.GREY ? GREY : YCBCR))
                            .orElseThrow(() ->
                                    new TurboFault("colours " + colours + ", sampling " + code));
            return new Head(
                    new Size(out.getAtIndex(JAVA_INT, 0), out.getAtIndex(JAVA_INT, 1)), sampling);
        }
    }

    /// Decodes into planes that were laid out for this size.
    ///
    /// @throws TurboFault if anything about the file is odd
    void decode(MemorySegment file, List<Plane> planes, Size size) {
        try (var arena = Arena.ofConfined();
                var call = new Call("tjInitDecompress")) {
            call.run(
                    "tjDecompressToYUVPlanes",
                    file,
                    file.byteSize(),
                    pointers(planes, arena),
                    size.widthPx(),
                    strides(planes, arena),
                    size.heightPx(),
                    STOP_ON_WARNING | LIMIT_SCANS);
        }
    }

    /// Encodes planes into `out`; how many bytes it took.
    long encode(List<Plane> planes, Size size, Sampling sampling, int quality, MemorySegment out) {
        try (var arena = Arena.ofConfined();
                var call = new Call("tjInitCompress")) {
            var pointer = arena.allocateFrom(ADDRESS, out);
            var length = arena.allocateFrom(JAVA_LONG, out.byteSize());
            call.run(
                    "tjCompressFromYUVPlanes",
                    pointers(planes, arena),
                    size.widthPx(),
                    strides(planes, arena),
                    size.heightPx(),
                    sampling.code(),
                    pointer,
                    length,
                    quality,
                    NO_REALLOC | ACCURATE_DCT);
            return length.get(JAVA_LONG, 0);
        }
    }

    /// Brings planes to pixels as other encoders want them; `out` has room for all of them.
    void develop(List<Plane> planes, Sampling sampling, Pixels out) {
        try (var arena = Arena.ofConfined();
                var call = new Call("tjInitDecompress")) {
            call.run(
                    "tjDecodeYUVPlanes",
                    pointers(planes, arena),
                    strides(planes, arena),
                    sampling.code(),
                    out.samples(),
                    out.size().widthPx(),
                    0,
                    out.size().heightPx(),
                    out.isGrey() ? PIXELS_GREY : PIXELS_RGB,
                    0);
        }
    }

    /// Turns and crops without decoding pixels, and drops all metadata; how many bytes it took.
    ///
    /// @throws TurboFault if the file is broken, or cannot be turned without loss
    long transform(MemorySegment file, Turn turn, Rect cut, MemorySegment out) {
        try (var arena = Arena.ofConfined();
                var call = new Call("tjInitTransform")) {
            var pointer = arena.allocateFrom(ADDRESS, out);
            var length = arena.allocateFrom(JAVA_LONG, out.byteSize());
            // struct tjtransform: four ints of a region, two of what to do, then pointers
            var what = arena.allocate(6 * JAVA_INT.byteSize() + 2 * ADDRESS.byteSize());
            int[] numbers = {
                cut.left(),
                cut.top(),
                cut.width(),
                cut.height(),
                code(turn),
                PERFECT | CROP | COPY_NONE
            };
            MemorySegment.copy(numbers, 0, what, JAVA_INT, 0, numbers.length);
            call.run(
                    "tjTransform",
                    file,
                    file.byteSize(),
                    1,
                    pointer,
                    length,
                    what,
                    NO_REALLOC | STOP_ON_WARNING | LIMIT_SCANS);
            return length.get(JAVA_LONG, 0);
        }
    }

    /// TJXOP.
    private static int code(Turn turn) {
        if (turn.transposed()) return turn.across() ? (turn.down() ? 4 : 5) : (turn.down() ? 7 : 3);
        return turn.across() ? (turn.down() ? 6 : 1) : (turn.down() ? 2 : 0);
    }

    private static MemorySegment pointers(List<Plane> planes, Arena arena) {
        var pointers = arena.allocate(ADDRESS, 3);
        for (int i = 0; i < planes.size(); i++)
            pointers.setAtIndex(ADDRESS, i, planes.get(i).samples());
        return pointers;
    }

    private static MemorySegment strides(List<Plane> planes, Arena arena) {
        var strides = arena.allocate(JAVA_INT, 3);
        for (int i = 0; i < planes.size(); i++)
            strides.setAtIndex(JAVA_INT, i, planes.get(i).stride());
        return strides;
    }

    /// A handle of the library for the time of a call.
    private final class Call implements AutoCloseable {
        private final MemorySegment handle;

        Call(String init) {
            handle = (MemorySegment) invoke(init, ADDRESS);
            if (handle.address() == 0)
                throw new DarkroomUnavailable("libturbojpeg does not start: " + init);
        }

        /// A warning counts as a failure.
        void run(String function, Object... arguments) {
            var all = new Object[arguments.length + 1];
            all[0] = handle;
            System.arraycopy(arguments, 0, all, 1, arguments.length);
            if ((int) invoke(function, JAVA_INT, all) != 0) throw new TurboFault(message());
        }

        private String message() {
            return ((MemorySegment) invoke("tjGetErrorStr2", ADDRESS, handle))
                    .reinterpret(MESSAGE_MAX)
                    .getString(0);
        }

        @Override
        public void close() {
            invoke("tjDestroy", JAVA_INT, handle);
        }
    }

    private Object invoke(String function, MemoryLayout result, Object... arguments) {
        var handle = handles.computeIfAbsent(function, f -> link(f, result, arguments));
        try {
            return handle.invokeWithArguments(arguments);
        } catch (Throwable e) {
            throw new IllegalStateException("calling " + function, e);
        }
    }

    private MethodHandle link(String function, MemoryLayout result, Object... arguments) {
        var layouts = new MemoryLayout[arguments.length];
        for (int i = 0; i < layouts.length; i++)
            layouts[i] =
                    switch (arguments[i]) {
                        case Integer _ -> JAVA_INT;
                        case Long _ -> JAVA_LONG;
                        default -> ADDRESS;
                    };
        return linker.downcallHandle(
                symbols.findOrThrow(function), FunctionDescriptor.of(result, layouts));
    }
}
