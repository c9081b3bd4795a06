package safelight.imaging;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import safelight.base.Digest;

/// The encoded bytes of one photo in native memory, outside the heap, with those of the photos that
/// a recipe lays over it. Only the thread that opened it may use it; closing frees the memory.
public final class Source implements AutoCloseable {
    private static final int CHUNK = 64 << 10;

    private final Arena arena = Arena.ofConfined();
    private final MemorySegment segment;
    private final Map<Digest, Source> marks = new HashMap<>();

    private Source(long bytes) {
        segment = Malloc.allocate(Math.max(1, bytes)).reinterpret(bytes, arena, Malloc::free);
    }

    /// Reads exactly `bytes` bytes.
    ///
    /// @throws IOException if the stream fails or ends early
    public static Source read(InputStream in, long bytes) throws IOException {
        var source = new Source(bytes);
        try {
            source.fill(in);
            return source;
        } catch (IOException | RuntimeException e) {
            source.close();
            throw e;
        }
    }

    /// A copy of these bytes.
    public static Source of(byte[] bytes) {
        var source = new Source(bytes.length);
        MemorySegment.copy(bytes, 0, source.segment, ValueLayout.JAVA_BYTE, 0, bytes.length);
        return source;
    }

    /// Takes over the bytes of a photo that the recipe lays over this one.
    public void add(Digest digest, Source mark) {
        var before = marks.put(digest, mark);
        if (before != null) before.close();
    }

    /// What was added under this digest.
    Source mark(Digest digest) {
        return Optional.ofNullable(marks.get(digest))
                .orElseThrow(() -> new IllegalStateException("no mark " + digest + " was added"));
    }

    /// The bytes; valid until {@link #close()}.
    MemorySegment segment() {
        return segment;
    }

    /// The bytes of a JPEG, to be read with care.
    ByteView view() {
        return new ByteView(segment, ByteOrder.BIG_ENDIAN, Format.JPEG);
    }

    /// How many bytes there are.
    public long size() {
        return segment.byteSize();
    }

    @Override
    public void close() {
        marks.values().forEach(Source::close);
        arena.close();
    }

    private void fill(InputStream in) throws IOException {
        var chunk = new byte[CHUNK];
        for (long at = 0; at < segment.byteSize(); ) {
            int read = in.read(chunk, 0, (int) Math.min(CHUNK, segment.byteSize() - at));
            if (read < 0) throw new EOFException("ended after " + at + " bytes");
            MemorySegment.copy(chunk, 0, segment, ValueLayout.JAVA_BYTE, at, read);
            at += read;
        }
    }
}
