package safelight.imaging;

import java.io.ByteArrayOutputStream;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/// Cuts a rectangle of whole units out of a baseline JPEG by copying their bits, without knowing
/// their coefficients. Only the means of blocks, which are coded as differences, are read on the
/// way, and coded anew where a line of the cut begins. What lies below is not looked at.
final class JpegCut {
    private static final int RST = 0xffd0;
    private static final int UNSEEN = Long.SIZE - HuffmanTable.LOOK;
    private static final int HEAD_MOST = 4_096;
    // a mean that is coded anew for each of three components
    private static final int ANEW_MOST = 12;

    private final JpegScan scan;
    private final Rect rect;
    private final JpegBits bits;
    private final JpegWalk walk;
    private final BitWriter out;
    private final Part[] parts;
    private final Part[] order;
    private int untilRestart;
    private int restarts;

    private JpegCut(JpegScan scan, Rect rect, SegmentAllocator room, MemorySegment file) {
        this.scan = scan;
        this.rect = rect;
        this.bits = new JpegBits(scan.data(), room);
        this.walk = new JpegWalk(scan, bits);
        this.out = new BitWriter(file);
        this.parts = scan.components().stream().map(Part::new).toArray(Part[]::new);
        this.order =
                Arrays.stream(parts)
                        .flatMap(part -> Collections.nCopies(part.blocks, part).stream())
                        .toArray(Part[]::new);
        this.untilRestart = scan.restart() > 0 ? scan.restart() : Integer.MAX_VALUE;
    }

    /// The bytes of memory that cutting this much out of a file needs.
    static long bytes(long file, Rect rect) {
        long blocks = (rect.width() / 8 + 2L) * (rect.height() / 8 + 2L);
        return file + JpegBits.SPARE + 2 * (file + ANEW_MOST * blocks) + HEAD_MOST;
    }

    /// A file of the rectangle alone, whose left and top edges are those of units.
    ///
    /// @throws TurboFault if the bits are not as they should be
    static MemorySegment cut(JpegScan scan, Rect rect, SegmentAllocator room) {
        if (rect.left() % scan.unitAcross() != 0 || rect.top() % scan.unitDown() != 0)
            throw new IllegalStateException(rect + " cuts units");
        long length = scan.data().size();
        var file = room.allocate(bytes(length, rect) - length - JpegBits.SPARE, 1);
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
        private final int blocks;
        private final HuffmanTable means;
        private final HuffmanTable details;
        private final short[] looks;
        private final HuffmanTable anew;
        private int mean;
        private int lastCopied;

        Part(JpegScan.Component component) {
            blocks = component.across() * component.down();
            means = component.means();
            details = component.details();
            looks = means.looks();
            anew = means.completed();
        }
    }

    private void run() {
        int width = units(scan.size().widthPx(), scan.unitAcross());
        int left = rect.left() / scan.unitAcross();
        int wanted = units(rect.width(), scan.unitAcross());
        int top = rect.top() / scan.unitDown();
        int bottom = top + units(rect.height(), scan.unitDown());
        for (int y = 0; y < top; y++) pass(width, false);
        for (int y = top; y < bottom; y++) {
            pass(left, false);
            pass(wanted, true);
            if (y < bottom - 1) pass(width - left - wanted, false);
        }
    }

    private static int units(int px, int unit) {
        return (px + unit - 1) / unit;
    }

    /// Goes over so many units, in pieces that end where coding begins anew.
    private void pass(int units, boolean wanted) {
        for (int left = units; left > 0; ) {
            if (untilRestart == 0) restart();
            int count = Math.min(left, untilRestart);
            if (wanted) copy(count);
            else skip(count);
            left -= count;
            if (scan.restart() > 0) untilRestart -= count;
        }
    }

    private void skip(int units) {
        for (int left = units; left > 0; ) {
            int count = Math.min(left, walk.ready());
            for (int i = 0; i < order.length; i++)
                order[i].mean += differences(order[i], walk.next() + i, count);
            walk.take(count);
            left -= count;
        }
    }

    /// The sum of the differences of one of the blocks in some units.
    private int differences(Part part, int first, int units) {
        var starts = walk.notes();
        int sum = 0;
        for (int i = 0, at = first; i < units; i++, at += order.length)
            sum += difference(part, starts[at]);
        return sum;
    }

    /// Without branches: half of the numbers are negative, and which ones nobody can foretell.
    private int difference(Part part, int at) {
        long window = bits.window(at);
        int look = look(part, window);
        int size = look >> 8;
        int value = (int) (window << look >>> 1 >>> (Long.SIZE - 1 - size));
        // of the numbers of so many bits those that begin with 0 are the negative ones
        int negative = (value - ((1 << size) >> 1)) >> 31;
        return value + (negative & (1 - (1 << size)));
    }

    private static int look(Part part, long window) {
        int look = part.looks[(int) (window >>> UNSEEN)];
        return look == 0 ? part.means.next(window) : look;
    }

    /// Of the first unit the means are coded anew.
    private void copy(int units) {
        walk.ready();
        int first = walk.next();
        int from = walk.notes()[first];
        for (int i = 0; i < order.length; i++) {
            var part = order[i];
            if (i > 0 && part == order[i - 1]) continue;
            int at = walk.notes()[first + i];
            out.copy(bits.memory(), from, at);
            put(part.anew, part.mean + difference(part, at) - part.lastCopied);
            int look = look(part, bits.window(at));
            from = at + (look >> 8) + (look & 0xff);
        }
        skip(units);
        out.copy(bits.memory(), from, walk.notes()[walk.next()]);
        for (var part : parts) part.lastCopied = part.mean;
    }

    private void put(HuffmanTable table, int difference) {
        int size = Integer.SIZE - Integer.numberOfLeadingZeros(Math.abs(difference));
        int code = table.code(size);
        out.put(code & 0xffff, code >> 16);
        out.put((difference < 0 ? difference - 1 : difference) & ((1 << size) - 1), size);
    }

    private void restart() {
        long next = (walk.notes()[walk.next()] + 7L) / Byte.SIZE * Byte.SIZE;
        bits.need(next + 16);
        if (next + 16 > bits.end() || bits.window(next) >>> 48 != RST + (restarts++ & 7))
            throw new TurboFault("a restart is missing");
        walk.jump(next + 16);
        for (var part : parts) part.mean = 0;
        untilRestart = scan.restart();
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
