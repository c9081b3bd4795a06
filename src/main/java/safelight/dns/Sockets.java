package safelight.dns;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.net.InetAddress;
import java.util.Optional;
import java.util.Set;

/// The system calls of Linux for sockets, by the FFM API.
final class Sockets {
    private static final int INET = 2;
    private static final int INET6 = 10;
    private static final int DATAGRAM = 2;
    private static final int LEVEL_SOCKET = 1;
    private static final int LEVEL_IPV6 = 41;
    private static final int REUSE_PORT = 15;
    private static final int RECEIVE_BUFFER = 8;
    private static final int RECEIVE_TIME = 20;
    private static final int V6_ONLY = 26;
    private static final int WAIT_FOR_ONE = 0x10000;
    private static final int RECEIVE_BUFFER_BYTES = 4 << 20;
    private static final long LOOK_UP_MICROS = 250_000;
    private static final Set<Integer> PASSING = Set.of(4, 11, 105, 111);
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT;
    private static final Linker.Option ERRNO = Linker.Option.captureCallState("errno");
    private static final Set<String> MACHINES = Set.of("amd64", "aarch64");

    /// Constants, which the compiler sees through; apart, since other systems lack some of them.
    private static final class Calls {
        static final MethodHandle SOCKET = handle("socket", INT, INT, INT, INT);
        static final MethodHandle OPTION =
                handle("setsockopt", INT, INT, INT, INT, ValueLayout.ADDRESS, INT);
        static final MethodHandle BIND = handle("bind", INT, INT, ValueLayout.ADDRESS, INT);
        static final MethodHandle NAME =
                handle("getsockname", INT, INT, ValueLayout.ADDRESS, ValueLayout.ADDRESS);
        static final MethodHandle RECEIVE =
                handle("recvmmsg", INT, INT, ValueLayout.ADDRESS, INT, INT, ValueLayout.ADDRESS);
        static final MethodHandle SEND =
                handle("sendmmsg", INT, INT, ValueLayout.ADDRESS, INT, INT);
        static final MethodHandle CLOSE = handle("close", INT, INT);
    }

    private Sockets() {}

    /// Empty where these calls are not, or not as we know them.
    static Optional<Sockets> find() {
        if (!System.getProperty("os.name").equals("Linux")
                || !MACHINES.contains(System.getProperty("os.arch"))) return Optional.empty();
        return Optional.of(new Sockets());
    }

    /// A bound datagram socket that shares its port with others of this process.
    int open(InetAddress address, int port) throws IOException {
        try (var local = Arena.ofConfined()) {
            var state = local.allocate(Linker.Option.captureStateLayout());
            boolean isSix = address.getAddress().length > Integer.BYTES;
            int opened = (int) Calls.SOCKET.invokeExact(state, isSix ? INET6 : INET, DATAGRAM, 0);
            if (opened < 0) throw new IOException("no socket: errno " + errno(state));
            set(opened, LEVEL_SOCKET, REUSE_PORT, local.allocateFrom(INT, 1));
            set(
                    opened,
                    LEVEL_SOCKET,
                    RECEIVE_BUFFER,
                    local.allocateFrom(INT, RECEIVE_BUFFER_BYTES));
            set(
                    opened,
                    LEVEL_SOCKET,
                    RECEIVE_TIME,
                    local.allocateFrom(ValueLayout.JAVA_LONG, 0, LOOK_UP_MICROS));
            if (isSix) set(opened, LEVEL_IPV6, V6_ONLY, local.allocateFrom(INT, 1));
            var where = where(local, address, port);
            if ((int) Calls.BIND.invokeExact(state, opened, where, (int) where.byteSize()) < 0) {
                close(opened);
                throw new IOException(
                        "%s port %d cannot be had: errno %d"
                                .formatted(address.getHostAddress(), port, errno(state)));
            }
            return opened;
        } catch (IOException | RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    int port(int descriptor) {
        try (var local = Arena.ofConfined()) {
            var state = local.allocate(Linker.Option.captureStateLayout());
            var where = local.allocate(32);
            var length = local.allocateFrom(INT, 32);
            int done = (int) Calls.NAME.invokeExact(state, descriptor, where, length);
            if (done < 0) throw new IllegalStateException("errno " + errno(state));
            return (where.get(ValueLayout.JAVA_BYTE, 2) & 0xff) << 8
                    | (where.get(ValueLayout.JAVA_BYTE, 3) & 0xff);
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    /// Waits for at least one datagram, but not for ever.
    ///
    /// @return how many came, 0 for none
    int receive(int descriptor, MemorySegment messages, int most, MemorySegment state)
            throws IOException {
        try {
            int count =
                    (int)
                            Calls.RECEIVE.invokeExact(
                                    state,
                                    descriptor,
                                    messages,
                                    most,
                                    WAIT_FOR_ONE,
                                    MemorySegment.NULL);
            if (count >= 0) return count;
            return passing(errno(state), "received");
        } catch (IOException | RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    /// Sends the first `count`; one that cannot be sent is left out.
    void send(int descriptor, MemorySegment messages, int count, MemorySegment state) {
        int sent = 0;
        while (sent < count) {
            try {
                int now =
                        (int)
                                Calls.SEND.invokeExact(
                                        state,
                                        descriptor,
                                        messages.asSlice(sent * 64L),
                                        count - sent,
                                        0);
                sent += Math.max(1, now);
            } catch (RuntimeException | Error e) {
                throw e;
            } catch (Throwable e) {
                throw new IllegalStateException(e);
            }
        }
    }

    /// Where a call leaves its error; one for each thread.
    static MemorySegment state(Arena arena) {
        return arena.allocate(Linker.Option.captureStateLayout());
    }

    void close(int descriptor) {
        try (var local = Arena.ofConfined()) {
            var state = local.allocate(Linker.Option.captureStateLayout());
            int ignored = (int) Calls.CLOSE.invokeExact(state, descriptor);
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    private void set(int descriptor, int level, int option, MemorySegment value) throws Throwable {
        try (var local = Arena.ofConfined()) {
            var state = local.allocate(Linker.Option.captureStateLayout());
            int done =
                    (int)
                            Calls.OPTION.invokeExact(
                                    state,
                                    descriptor,
                                    level,
                                    option,
                                    value,
                                    (int) value.byteSize());
            if (done < 0)
                throw new IOException("socket option %d: errno %d".formatted(option, errno(state)));
        }
    }

    private static MemorySegment where(Arena arena, InetAddress address, int port) {
        var bytes = address.getAddress();
        boolean isSix = bytes.length > Integer.BYTES;
        var where = arena.allocate(isSix ? 28 : 16);
        where.set(ValueLayout.JAVA_SHORT, 0, (short) (isSix ? INET6 : INET));
        where.set(ValueLayout.JAVA_BYTE, 2, (byte) (port >>> 8));
        where.set(ValueLayout.JAVA_BYTE, 3, (byte) port);
        MemorySegment.copy(bytes, 0, where, ValueLayout.JAVA_BYTE, isSix ? 8 : 4, bytes.length);
        return where;
    }

    /// Interrupted, timed out, no buffers, or what a client's host said of an earlier answer.
    private static int passing(int errno, String what) throws IOException {
        if (PASSING.contains(errno)) return 0;
        throw new IOException("nothing " + what + ": errno " + errno);
    }

    private static int errno(MemorySegment state) {
        return state.get(INT, 0);
    }

    private static MethodHandle handle(
            String name, MemoryLayout result, MemoryLayout... arguments) {
        var linker = Linker.nativeLinker();
        return linker.downcallHandle(
                linker.defaultLookup().findOrThrow(name),
                FunctionDescriptor.of(result, arguments),
                ERRNO);
    }
}
