package safelight.imaging;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/// Memory from the C library. Not cleared, as an arena's would be, which for a photo takes as long
/// as copying it: whoever takes memory writes before reading. Thread-safe.
final class Malloc {
    private static final MethodHandle MALLOC =
            handle("malloc", FunctionDescriptor.of(ADDRESS, JAVA_LONG));
    private static final MethodHandle FREE = handle("free", FunctionDescriptor.ofVoid(ADDRESS));

    private Malloc() {}

    private static MethodHandle handle(String name, FunctionDescriptor kind) {
        var linker = Linker.nativeLinker();
        return linker.downcallHandle(linker.defaultLookup().findOrThrow(name), kind);
    }

    /// At least one byte, valid until {@link #free}.
    ///
    /// @throws DarkroomUnavailable if there is not enough memory
    static MemorySegment allocate(long bytes) {
        MemorySegment memory;
        try {
            memory = (MemorySegment) MALLOC.invokeExact(bytes);
        } catch (Throwable e) {
            throw new IllegalStateException("calling malloc", e);
        }
        if (memory.address() == 0)
            throw new DarkroomUnavailable("There was not enough memory: " + bytes + " bytes.");
        return memory.reinterpret(bytes);
    }

    /// Gives it back; nobody may use it any more.
    static void free(MemorySegment memory) {
        try {
            FREE.invokeExact(memory);
        } catch (Throwable e) {
            throw new IllegalStateException("calling free", e);
        }
    }
}
