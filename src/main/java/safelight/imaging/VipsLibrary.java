package safelight.imaging;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One libvips, loaded and set up once per process: no operation cache, one thread a job, the
/// loaders blocked that its authors call unfit for untrusted bytes. A process may hold two: each
/// comes with a GLib of its own or the system's, and sees nothing of the other.
final class VipsLibrary {
    private static final List<String> NAMES = List.of("libvips.so.42", "libvips.42.dylib");
    private static final String FETCHED = "safelight.vips";
    private static final Logger LOG = LoggerFactory.getLogger(VipsLibrary.class);
    private static final String MISSING =
            "libvips is missing. On Debian and Ubuntu: apt-get install -y libvips42"
                    + " (libvips42t64 from Debian 13 and Ubuntu 24.04 on)";
    private static final int MESSAGE_MAX = 2_000;
    private static final int VERSION_MAX = 100;
    private static final int WARNING = 1 << 4;

    private final Linker linker = Linker.nativeLinker();
    private final SymbolLookup symbols;
    private final ConcurrentHashMap<Shape, MethodHandle> handles = new ConcurrentHashMap<>();

    /// A C function as it is called: which one, with which types, the first optional one.
    record Shape(String function, FunctionDescriptor types, int variadicFrom) {}

    private VipsLibrary(SymbolLookup symbols) {
        this.symbols = symbols;
    }

    /// Loads and sets up every libvips that there is: the one that the launcher fetched, and the
    /// system's. The newest comes first.
    ///
    /// @throws DarkroomUnavailable with what to install if there is none
    static List<VipsLibrary> all() {
        var all = new ArrayList<VipsLibrary>();
        var fetched = System.getProperty(FETCHED, "");
        if (!fetched.isEmpty())
            load(fetched)
                    .ifPresentOrElse(
                            all::add, () -> LOG.atWarn().log("fetched libvips does not load"));
        NAMES.stream().flatMap(name -> load(name).stream()).findFirst().ifPresent(all::add);
        if (all.isEmpty()) throw new DarkroomUnavailable(MISSING);
        all.sort((one, other) -> newer(one.version(), other.version()));
        return List.copyOf(all);
    }

    /// Orders versions such as `8.18.7`, the newest first.
    static int newer(String one, String other) {
        return Arrays.compare(numbers(other), numbers(one));
    }

    private static int[] numbers(String version) {
        return Arrays.stream(version.split("\\.")).mapToInt(Integer::parseInt).toArray();
    }

    private static Optional<VipsLibrary> load(String name) {
        try {
            return Optional.of(started(SymbolLookup.libraryLookup(name, Arena.global())));
        } catch (IllegalArgumentException _) {
            return Optional.empty();
        }
    }

    private static VipsLibrary started(SymbolLookup symbols) {
        var library = new VipsLibrary(symbols);
        try (var arena = Arena.ofConfined()) {
            if (library.number("vips_init", arena.allocateFrom("safelight")) != 0)
                throw new DarkroomUnavailable("libvips does not start: " + library.takeMessage());
        }
        library.silence();
        library.call("vips_cache_set_max").whole(0).go();
        library.call("vips_concurrency_set").whole(1).go();
        library.call("vips_block_untrusted_set").whole(1).go();
        return library;
    }

    /// Photos make libvips warn on standard error, about nothing that a caller is not told anyway.
    private void silence() {
        try {
            var ignore =
                    MethodHandles.lookup()
                            .findStatic(
                                    VipsLibrary.class,
                                    "ignore",
                                    MethodType.methodType(
                                            void.class,
                                            MemorySegment.class,
                                            int.class,
                                            MemorySegment.class,
                                            MemorySegment.class));
            var types = FunctionDescriptor.ofVoid(ADDRESS, JAVA_INT, ADDRESS, ADDRESS);
            call("g_log_set_handler")
                    .text("VIPS")
                    .whole(WARNING)
                    .pointer(upcall(ignore, types, Arena.global()))
                    .pointer(MemorySegment.NULL)
                    .go();
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }

    @SuppressWarnings("unused") // called by GLib
    private static void ignore(
            MemorySegment domain, int level, MemorySegment message, MemorySegment data) {
        // the same comes as an error where it matters
    }

    /// Begins a call; see {@link VipsCall}.
    VipsCall call(String function) {
        return new VipsCall(this, function);
    }

    /// For example `8.14.1`.
    String version() {
        return ((MemorySegment)
                        invoke(
                                new Shape("vips_version_string", FunctionDescriptor.of(ADDRESS), 0),
                                List.of()))
                .reinterpret(VERSION_MAX)
                .getString(0)
                .replaceAll("[^0-9.].*", "");
    }

    /// A C function of one pointer that returns an int.
    int number(String function, MemorySegment argument) {
        var types = FunctionDescriptor.of(JAVA_INT, ADDRESS);
        return (int) invoke(new Shape(function, types, 1), List.of(argument));
    }

    /// A C function of one pointer that returns a pointer.
    MemorySegment pointer(String function, MemorySegment argument) {
        var types = FunctionDescriptor.of(ADDRESS, ADDRESS);
        return (MemorySegment) invoke(new Shape(function, types, 1), List.of(argument));
    }

    /// Gives one reference back.
    void unref(MemorySegment object) {
        call("g_object_unref").pointer(object).go();
    }

    /// What libvips complained about, and empties its one error buffer. Two jobs that fail at once
    /// share that buffer, so the text is only ever a hint; return codes decide.
    synchronized String takeMessage() {
        var types = FunctionDescriptor.of(ADDRESS);
        var buffer =
                (MemorySegment) invoke(new Shape("vips_error_buffer_copy", types, 0), List.of());
        if (buffer.address() == 0) return "";
        var text = text(buffer);
        call("g_free").pointer(buffer).go();
        return text;
    }

    /// A C string, cut at a sane length.
    static String text(MemorySegment string) {
        var bytes = string.reinterpret(MESSAGE_MAX);
        var text = new StringBuilder();
        for (int i = 0; i < MESSAGE_MAX; i++) {
            byte b = bytes.get(JAVA_BYTE, i);
            if (b == 0) break;
            boolean shown = b == '\n' || (b >= ' ' && b < 127);
            text.append(shown ? (char) b : ' ');
        }
        return text.toString();
    }

    /// A pointer to C code that calls `target`; lives as long as `arena`.
    MemorySegment upcall(MethodHandle target, FunctionDescriptor types, Arena arena) {
        return linker.upcallStub(target, types, arena);
    }

    Object invoke(Shape shape, List<Object> arguments) {
        var handle = handles.computeIfAbsent(shape, this::link);
        try {
            // void functions answer null, which nobody looks at
            var result = handle.invokeWithArguments(arguments);
            return result == null ? 0 : result;
        } catch (Throwable e) {
            throw new IllegalStateException("calling " + shape.function, e);
        }
    }

    private MethodHandle link(Shape shape) {
        var address =
                symbols.find(shape.function)
                        .orElseThrow(() ->
                                new DarkroomUnavailable(
                                        "This libvips has no " + shape.function + "."));
        int fixed = shape.variadicFrom;
        return fixed < shape.types.argumentLayouts().size()
                ? linker.downcallHandle(address, shape.types, Linker.Option.firstVariadicArg(fixed))
                : linker.downcallHandle(address, shape.types);
    }
}
