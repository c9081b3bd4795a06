package safelight.imaging;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A JPEG that is coded in the plain way, in one scan with Huffman codes (ITU T.81, annexes B and
/// F): its parts as they stand in the file. `restart` is after how many units coding begins anew,
/// or 0; `data` is what follows the last header.
record JpegScan(
        Size size,
        int frameMarker,
        ByteView frame,
        List<ByteView> quantizers,
        Optional<ByteView> density,
        List<Component> components,
        ByteView scan,
        int restart,
        ByteView data) {
    private static final int SOF_BASELINE = 0xc0;
    private static final int SOF_EXTENDED = 0xc1;
    private static final int SOF_LAST = 0xcf;
    private static final int DHT = 0xc4;
    private static final int JPG = 0xc8;
    private static final int DQT = 0xdb;
    private static final int SOS = 0xda;
    private static final int DRI = 0xdd;
    private static final int APP0 = 0xe0;
    private static final int BLOCK = 8;
    private static final int FRAME_HEAD = 6;
    private static final int FRAME_EACH = 3;
    private static final int JFIF = 14;
    private static final int TABLES = 4;
    private static final int FACTOR_MAX = 4;

    JpegScan {
        quantizers = List.copyOf(quantizers);
        components = List.copyOf(components);
    }

    /// One of brightness and colours: how many blocks a unit has of it, and its tables.
    record Component(int across, int down, HuffmanTable means, HuffmanTable details) {}

    /// Reads a file whose {@link Header} was read before.
    ///
    /// @throws TurboFault if it is coded in another way
    static JpegScan read(ByteView in) {
        var seen = new Seen();
        for (long at = JpegHeader.marker(in, 2); ; ) {
            int marker = in.u8(at - 1);
            int length = in.u16(at);
            var body = in.part(at + 2, length - 2);
            if (marker == SOS)
                return seen.scan(body, in.part(at + length, in.size() - at - length));
            seen.segment(marker, body);
            at = JpegHeader.marker(in, at + length);
        }
    }

    /// What each block of a unit is of.
    List<Component> blocks() {
        return components.stream()
                .flatMap(c -> Collections.nCopies(c.across() * c.down(), c).stream())
                .toList();
    }

    /// How many pixels a unit is wide; no others can be parted.
    int unitAcross() {
        return BLOCK * components.stream().mapToInt(Component::across).max().orElseThrow();
    }

    /// The same downwards.
    int unitDown() {
        return BLOCK * components.stream().mapToInt(Component::down).max().orElseThrow();
    }

    /// The segments before the scan.
    private static final class Seen {
        private final @Nullable HuffmanTable[] means = new HuffmanTable[TABLES];
        private final @Nullable HuffmanTable[] details = new HuffmanTable[TABLES];
        private final List<ByteView> quantizers = new ArrayList<>();
        private Optional<ByteView> density = Optional.empty();
        private Optional<ByteView> frame = Optional.empty();
        private int frameMarker;
        private int restart;

        void segment(int marker, ByteView body) {
            if (marker == DHT) tables(body);
            else if (marker == DQT) quantizers.add(body);
            else if (marker == DRI) restart = body.u16(0);
            else if (marker == APP0 && body.has(0, "JFIF\0") && body.size() >= JFIF)
                density = Optional.of(body.part(0, JFIF - 2));
            else if (marker >= SOF_BASELINE && marker <= SOF_LAST && marker != JPG)
                frame(marker, body);
        }

        private void tables(ByteView body) {
            for (long at = 0; at < body.size(); ) {
                int where = body.u8(at);
                if ((where & 15) >= TABLES || where >> 4 > 1) throw odd("Huffman tables");
                var table = HuffmanTable.read(body, at + 1);
                (where >> 4 == 0 ? means : details)[where & 15] = table;
                at += 1 + table.bytes();
            }
        }

        private void frame(int marker, ByteView body) {
            if (frame.isPresent() || marker > SOF_EXTENDED || body.u8(0) != 8) throw odd("frames");
            frame = Optional.of(body);
            frameMarker = marker;
        }

        JpegScan scan(ByteView head, ByteView data) {
            var body = frame.orElseThrow(() -> odd("scans"));
            int count = body.u8(FRAME_HEAD - 1);
            if ((count != 1 && count != 3) || head.u8(0) != count) throw odd("scans");
            var components = new ArrayList<Component>();
            for (int i = 0; i < count; i++)
                components.add(
                        component(body.part(FRAME_HEAD + i * FRAME_EACH, 2), head, i, count));
            // from the mean to the last detail, to the last bit
            if (head.u8(1 + 2L * count) != 0
                    || head.u8(2 + 2L * count) != 63
                    || head.u8(3 + 2L * count) != 0) throw odd("scans");
            var size = body.picture(body.u16(3), body.u16(1));
            return new JpegScan(
                    size, frameMarker, body, quantizers, density, components, head, restart, data);
        }

        private Component component(ByteView frame, ByteView head, int index, int count) {
            if (head.u8(1 + 2L * index) != frame.u8(0)) throw odd("scans");
            int which = head.u8(2 + 2L * index);
            int factors = count == 1 ? 0x11 : frame.u8(1);
            int across = factors >> 4;
            int down = factors & 15;
            if (across < 1 || across > FACTOR_MAX || down < 1 || down > FACTOR_MAX)
                throw odd("samplings");
            return new Component(
                    across, down, table(means, which >> 4), table(details, which & 15));
        }

        private static HuffmanTable table(@Nullable HuffmanTable[] tables, int which) {
            var table = which < TABLES ? tables[which] : null;
            if (table == null) throw odd("Huffman tables");
            return table;
        }

        private static TurboFault odd(String what) {
            return new TurboFault("other " + what + " than those of a baseline JPEG");
        }
    }
}
