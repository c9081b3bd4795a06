package safelight.imaging;

import java.io.ByteArrayOutputStream;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;

/// Cuts a rectangle of whole units out of a baseline JPEG by copying their bits, without knowing
/// their coefficients. Only the means of blocks, which are coded as differences, are read on the
/// way, and coded anew where a line of the cut begins. What lies below is not looked at.
final class JpegCut {
    private static final ValueLayout.OfLong LONG =
            ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    private static final int RST = 0xffd0;
    private static final int EOI = 0xd9;
    private static final int BLOCK = 64;
    private static final int SIZE_MAX = 11;
    private static final int UNSEEN = Long.SIZE - HuffmanTable.LOOK;
    private static final int BLOCKS_MAX = 10;
    // no unit has more bits: ten blocks of 64 coefficients, each of 26 bits
    private static final int UNIT_MOST = 4_096;
    private static final int HEAD_MOST = 4_096;
    // a mean that is coded anew for each of three components
    private static final int ANEW_MOST = 12;

    private final JpegScan scan;
    private final Rect rect;
    private final MemorySegment bits;
    private final long end;
    private final BitWriter out;
    private final Part[] parts;
    private final int[] order;
    private long at;
    private boolean copying;
    private long copied;
    private int restarts;

    private JpegCut(JpegScan scan, Rect rect, SegmentAllocator room, MemorySegment file) {
        this.scan = scan;
        this.rect = rect;
        this.bits = room.allocate(scan.data().size() + UNIT_MOST, 1);
        this.end = unstuffed(scan.data(), bits) * Byte.SIZE;
        this.out = new BitWriter(file);
        this.parts = scan.components().stream().map(Part::new).toArray(Part[]::new);
        this.order = order(scan);
    }

    /// Which component each block of a unit is of.
    private static int[] order(JpegScan scan) {
        var order = new int[BLOCKS_MAX];
        int blocks = 0;
        for (int i = 0; i < scan.components().size(); i++) {
            var component = scan.components().get(i);
            int end = blocks + component.across() * component.down();
            if (end > BLOCKS_MAX) throw new TurboFault("units of too many blocks");
            Arrays.fill(order, blocks, end, i);
            blocks = end;
        }
        return Arrays.copyOf(order, blocks);
    }

    /// The bytes of memory that cutting this much out of a file needs.
    static long bytes(long file, Rect rect) {
        long blocks = (rect.width() / 8 + 2L) * (rect.height() / 8 + 2L);
        return file + UNIT_MOST + 2 * (file + ANEW_MOST * blocks) + HEAD_MOST;
    }

    /// A file of the rectangle alone, whose left and top edges are those of units.
    ///
    /// @throws TurboFault if the bits are not as they should be
    static MemorySegment cut(JpegScan scan, Rect rect, SegmentAllocator room) {
        if (rect.left() % scan.unitAcross() != 0 || rect.top() % scan.unitDown() != 0)
            throw new IllegalStateException(rect + " cuts units");
        long length = scan.data().size();
        var file = room.allocate(bytes(length, rect) - length - UNIT_MOST, 1);
        var cut = new JpegCut(scan, rect, room, file);
        var head = cut.head();
        if (head.length > HEAD_MOST) throw new TurboFault("more headers than are needed");
        cut.out.bytes(head);
        cut.run();
        cut.out.end();
        return file.asSlice(0, cut.out.written());
    }

    /// One component while its blocks go by.
    private static final class Part {
        private final HuffmanTable means;
        private final HuffmanTable details;
        private final int[] meanLooks;
        private final short[] leaps;
        private final HuffmanTable anew;
        private int mean;
        private int lastCopied;

        Part(JpegScan.Component component) {
            means = component.means();
            details = component.details();
            meanLooks = means.looks();
            leaps = details.leaps();
            anew = means.completed();
        }
    }

    /// The coded bits alone: without the zeros behind bytes of ones. Marks of restarts stay.
    private static long unstuffed(ByteView data, MemorySegment to) {
        long written = 0;
        for (long from = 0; ; ) {
            long ones = data.find255(from);
            int code = data.u8(ones + 1);
            long length = ones - from;
            MemorySegment.copy(data.bytes(), from, to, written, length);
            written += length;
            if (code == EOI) return written;
            if (code == 0) {
                to.set(ValueLayout.JAVA_BYTE, written++, (byte) 0xff);
                from = ones + 2;
            } else if (code == 0xff) {
                from = ones + 1;
            } else if (code >= (RST & 0xff) && code <= (RST & 0xff) + 7) {
                to.set(ValueLayout.JAVA_BYTE, written++, (byte) 0xff);
                to.set(ValueLayout.JAVA_BYTE, written++, (byte) code);
                from = ones + 2;
            } else {
                throw new TurboFault("more than one scan");
            }
        }
    }

    private void run() {
        int width = units(scan.size().widthPx(), scan.unitAcross());
        int left = rect.left() / scan.unitAcross();
        int right = left + units(rect.width(), scan.unitAcross());
        int top = rect.top() / scan.unitDown();
        int bottom = top + units(rect.height(), scan.unitDown());
        int untilRestart = scan.restart();
        for (int y = 0; y < bottom; y++)
            for (int x = 0; x < width; x++) {
                if (scan.restart() > 0 && untilRestart-- == 0) {
                    restart();
                    untilRestart = scan.restart() - 1;
                }
                unit(y >= top && x >= left && x < right);
                if (at > end) throw new TurboFault("bits are missing");
                if (copying && x == right - 1) stop();
                if (y == bottom - 1 && x == right - 1) return;
            }
    }

    private static int units(int px, int unit) {
        return (px + unit - 1) / unit;
    }

    private void unit(boolean wanted) {
        if (wanted && !copying) {
            first();
            return;
        }
        for (int which : order) {
            var part = parts[which];
            details(part, mean(part));
        }
    }

    /// The first unit of those that are copied together.
    private void first() {
        copying = true;
        copied = at;
        int before = -1;
        for (int which : order) {
            var part = parts[which];
            if (which != before) out.copy(bits, copied, at);
            long window = mean(part);
            if (which != before) {
                difference(part, part.mean - part.lastCopied);
                copied = at;
            }
            details(part, window);
            before = which;
        }
    }

    private void stop() {
        out.copy(bits, copied, at);
        for (var part : parts) part.lastCopied = part.mean;
        copying = false;
    }

    private void restart() {
        if (copying) stop();
        long next = (at + 7) / Byte.SIZE * Byte.SIZE;
        if (next + 16 > end || window(next) >>> 48 != RST + (restarts++ & 7))
            throw new TurboFault("a restart is missing");
        at = next + 16;
        for (var part : parts) part.mean = 0;
    }

    private long window(long at) {
        return bits.get(LONG, at >>> 3) << (at & 7);
    }

    /// Returns the bits behind it: thirty at least. Without branches: half of the numbers are
    /// negative, and which ones nobody can foretell.
    private long mean(Part part) {
        long window = window(at);
        int look = part.meanLooks[(int) (window >>> UNSEEN)];
        if (look == 0) look = part.means.next(window);
        int length = look & 0xff;
        int size = look >> 8;
        if (size > SIZE_MAX) throw new TurboFault("a mean of " + size + " bits");
        at += length + size;
        int value = (int) (window << length >>> 1 >>> (Long.SIZE - 1 - size));
        // of the numbers of so many bits those that begin with 0 are the negative ones
        int negative = (value - ((1 << size) >> 1)) >> 31;
        part.mean += value + (negative & (1 - (1 << size)));
        return window << length << size;
    }

    private void difference(Part part, int by) {
        int size = Integer.SIZE - Integer.numberOfLeadingZeros(Math.abs(by));
        int code = part.anew.code(size);
        out.put(code & 0xffff, code >> 16);
        out.put((by < 0 ? by - 1 : by) & ((1 << size) - 1), size);
    }

    /// What follows the mean, whose rest of a window is `window`. Where a block ends nobody can
    /// foretell either, so that is asked once a leap. Two leaps for each look at memory: those are
    /// 44 bits at most, and 57 are there.
    private void details(Part part, long window) {
        var leaps = part.leaps;
        long here = at;
        int seen = 1;
        int leap = leaps[(int) (window >>> UNSEEN)];
        while (true) {
            int after = seen + (leap >> HuffmanTable.BITS);
            if (after < BLOCK) {
                here += leap & HuffmanTable.LENGTH;
                seen = after;
                long next = window(here);
                leap = leaps[(int) (next >>> UNSEEN)];
                after = seen + (leap >> HuffmanTable.BITS);
                if (after < BLOCK) {
                    here += leap & HuffmanTable.LENGTH;
                    seen = after;
                    leap = leaps[(int) (next << leap >>> UNSEEN)];
                    continue;
                }
            }
            if (after == BLOCK
                    || (after >= HuffmanTable.END && after <= HuffmanTable.END + BLOCK)) {
                here += leap & HuffmanTable.LENGTH;
                break;
            }
            int single = part.details.next(window(here));
            here += (single & 0xff) + (single >> 8 & 15);
            if (single >> 8 == 0) break;
            int taken = HuffmanTable.taken(single >> 8);
            seen += taken;
            if (taken < 0 || seen > BLOCK) throw new TurboFault("too many coefficients");
            if (seen == BLOCK) break;
            leap = leaps[(int) (window(here) >>> UNSEEN)];
        }
        at = here;
    }

    private byte[] head() {
        var head = new ByteArrayOutputStream();
        head.writeBytes(new byte[] {(byte) 0xff, (byte) 0xd8});
        // version 1.01, no density, no thumbnail
        byte[] density = {'J', 'F', 'I', 'F', 0, 1, 1, 0, 0, 1, 0, 1};
        segment(
                head,
                0xe0,
                List.of(scan.density().map(JpegCut::bytes).orElse(density), new byte[2]));
        for (var quantizer : scan.quantizers()) segment(head, 0xdb, List.of(bytes(quantizer)));
        var frame = bytes(scan.frame());
        frame[1] = (byte) (rect.height() >> 8);
        frame[2] = (byte) rect.height();
        frame[3] = (byte) (rect.width() >> 8);
        frame[4] = (byte) rect.width();
        segment(head, scan.frameMarker(), List.of(frame));
        for (int i = 0; i < parts.length; i++) {
            int which = scan.scan().u8(2 + 2L * i);
            table(head, which >> 4, parts[i].anew);
            table(head, 0x10 | (which & 15), parts[i].details);
        }
        segment(head, 0xda, List.of(bytes(scan.scan())));
        return head.toByteArray();
    }

    private static void table(ByteArrayOutputStream head, int where, HuffmanTable table) {
        segment(head, 0xc4, List.of(new byte[] {(byte) where}, table.written()));
    }

    private static void segment(ByteArrayOutputStream head, int marker, List<byte[]> body) {
        int length = 2 + body.stream().mapToInt(b -> b.length).sum();
        head.writeBytes(
                new byte[] {(byte) 0xff, (byte) marker, (byte) (length >> 8), (byte) length});
        body.forEach(head::writeBytes);
    }

    private static byte[] bytes(ByteView view) {
        return view.bytes().toArray(ValueLayout.JAVA_BYTE);
    }
}
