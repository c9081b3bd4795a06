package safelight.imaging;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_DOUBLE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/// One call of a C function under construction: fixed arguments in their order, then options by
/// name, as libvips' variadic functions take them.
final class VipsCall {
    private static final int NONE = -1;

    private final VipsLibrary library;
    private final String function;
    private final List<MemoryLayout> layouts = new ArrayList<>();
    private final List<Object> arguments = new ArrayList<>();
    private int optionsFrom = NONE;

    VipsCall(VipsLibrary library, String function) {
        this.library = library;
        this.function = function;
    }

    VipsCall pointer(MemorySegment value) {
        return add(ADDRESS, value);
    }

    VipsCall text(String value) {
        return add(ADDRESS, value);
    }

    VipsCall whole(int value) {
        return add(JAVA_INT, value);
    }

    VipsCall length(long value) {
        return add(JAVA_LONG, value);
    }

    VipsCall real(double value) {
        return add(JAVA_DOUBLE, value);
    }

    VipsCall option(String name, int value) {
        return named(name).whole(value);
    }

    VipsCall option(String name, double value) {
        return named(name).real(value);
    }

    VipsCall option(String name, String value) {
        return named(name).text(value);
    }

    VipsCall option(String name, MemorySegment value) {
        return named(name).pointer(value);
    }

    /// Calls a plain function and forgets what it returns.
    void go() {
        try (var arena = Arena.ofConfined()) {
            invoke(FunctionDescriptor.ofVoid(types()), arena);
        }
    }

    /// Calls a plain function that returns a pointer.
    MemorySegment fetch() {
        try (var arena = Arena.ofConfined()) {
            return (MemorySegment) invoke(FunctionDescriptor.of(ADDRESS, types()), arena);
        }
    }

    /// Calls a plain function that returns a long.
    long number() {
        try (var arena = Arena.ofConfined()) {
            return (long) invoke(FunctionDescriptor.of(JAVA_LONG, types()), arena);
        }
    }

    /// Calls a variadic operation.
    ///
    /// @throws VipsFault if it says that it failed
    void run() {
        if (optionsFrom == NONE) optionsFrom = arguments.size();
        add(ADDRESS, MemorySegment.NULL);
        try (var arena = Arena.ofConfined()) {
            int code = (int) invoke(FunctionDescriptor.of(JAVA_INT, types()), arena);
            if (code != 0) throw new VipsFault(function, library.takeMessage());
        }
    }

    private VipsCall named(String option) {
        if (optionsFrom == NONE) optionsFrom = arguments.size();
        return text(option);
    }

    private VipsCall add(MemoryLayout layout, Object value) {
        layouts.add(layout);
        arguments.add(value);
        return this;
    }

    private MemoryLayout[] types() {
        return layouts.toArray(MemoryLayout[]::new);
    }

    private Object invoke(FunctionDescriptor types, Arena arena) {
        int fixed = optionsFrom == NONE ? arguments.size() : optionsFrom;
        var values = new ArrayList<>(arguments);
        values.replaceAll(v -> v instanceof String text ? arena.allocateFrom(text) : v);
        return library.invoke(new VipsLibrary.Shape(function, types, fixed), values);
    }
}
