package safelight.imaging;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Walks the boxes of HEIC and AVIF files (ISO 14496-12, 23008-12): the size of the primary item,
/// turned and clipped as its properties say.
final class BoxHeader {
    private static final Set<String> AVIF = Set.of("avif", "avis");
    private static final Set<String> HEIC =
            Set.of("heic", "heix", "heim", "heis", "hevc", "hevx", "hevm", "hevs");
    private static final int BRANDS_MAX = 64;
    private static final int BOXES_MAX = 10_000;

    private BoxHeader() {}

    /// A box's name and what is in it.
    private record Box(String name, ByteView body) {}

    /// AVIF, HEIC, or neither, by the brands of the first box.
    static Optional<Format> brand(ByteView in) {
        long end = Math.min(Math.min(in.size(), in.u32(0)), 16 + 4 * BRANDS_MAX);
        for (long at = 8; at + 4 <= end; at += 4) {
            if (AVIF.contains(in.name(at))) return Optional.of(Format.AVIF);
            if (HEIC.contains(in.name(at))) return Optional.of(Format.HEIC);
        }
        return Optional.empty();
    }

    static Header read(ByteView in, Limits limits) {
        var meta = find(in, boxes(in), "meta").body;
        var parts = boxes(meta.part(4, meta.size() - 4));
        refuseMissingData(in, find(in, parts, "iloc").body);
        var size = size(in, parts);
        limits.admit(size, 1);
        return new Header(in.format(), size, 1, 1);
    }

    private static Size size(ByteView in, List<Box> meta) {
        var pitm = find(in, meta, "pitm").body;
        long primary = pitm.u8(0) == 0 ? pitm.u16(4) : pitm.u32(4);
        var iprp = boxes(find(in, meta, "iprp").body);
        var properties = boxes(find(in, iprp, "ipco").body);
        Optional<Size> size = Optional.empty();
        for (var box : iprp) {
            if (!box.name.equals("ipma")) continue;
            for (int index : associations(box.body, primary))
                if (index >= 1 && index <= properties.size())
                    size = after(size, properties.get(index - 1));
        }
        return size.orElseThrow(() -> in.broken("its main picture has no size"));
    }

    private static Optional<Size> after(Optional<Size> size, Box property) {
        var body = property.body;
        return switch (property.name) {
            case "ispe" -> Optional.of(body.picture(body.u32(4), body.u32(8)));
            case "irot" -> (body.u8(0) & 1) == 1 ? size.map(Size::turned) : size;
            case "clap" -> Optional.of(clipped(body));
            default -> size;
        };
    }

    private static Size clipped(ByteView body) {
        long across = Math.max(1, body.u32(4));
        long down = Math.max(1, body.u32(12));
        return body.picture(
                Math.round((double) body.u32(0) / across), Math.round((double) body.u32(8) / down));
    }

    /// The properties of one item, in the order in which they apply.
    private static List<Integer> associations(ByteView ipma, long item) {
        boolean wideItems = ipma.u8(0) >= 1;
        boolean wideIndexes = (ipma.u8(3) & 1) == 1;
        var indexes = new ArrayList<Integer>();
        long entries = ipma.u32(4);
        long at = 8;
        for (long entry = 0; entry < entries; entry++) {
            long id = wideItems ? ipma.u32(at) : ipma.u16(at);
            at += wideItems ? 4 : 2;
            int count = ipma.u8(at++);
            for (int i = 0; i < count; i++) {
                int index = wideIndexes ? ipma.u16(at) & 0x7fff : ipma.u8(at) & 0x7f;
                if (id == item) indexes.add(index);
                if (indexes.size() > BOXES_MAX) throw ipma.broken("it has too many properties");
                at += wideIndexes ? 2 : 1;
            }
        }
        return indexes;
    }

    private static Box find(ByteView in, List<Box> boxes, String name) {
        return boxes.stream()
                .filter(b -> b.name.equals(name))
                .findFirst()
                .orElseThrow(() -> in.broken("it has no '" + name + "' box"));
    }

    /// Every extent that an item has in the file itself has to be there.
    private static void refuseMissingData(ByteView file, ByteView iloc) {
        int version = iloc.u8(0);
        int offsetBytes = iloc.u8(4) >> 4;
        int lengthBytes = iloc.u8(4) & 15;
        int baseBytes = iloc.u8(5) >> 4;
        int indexBytes = version == 0 ? 0 : iloc.u8(5) & 15;
        int extentBytes = indexBytes + offsetBytes + lengthBytes;
        long items = version < 2 ? iloc.u16(6) : iloc.u32(6);
        long at = version < 2 ? 8 : 10;
        for (long item = 0; item < items; item++) {
            at += version < 2 ? 2 : 4;
            boolean inFile = version == 0 || (iloc.u16(at) & 15) == 0;
            at += version == 0 ? 2 : 4;
            long base = number(iloc, at, baseBytes);
            at += baseBytes;
            int extents = extentBytes == 0 ? 0 : iloc.u16(at);
            at += 2;
            for (int i = 0; i < extents; i++) {
                long from = number(iloc, at + indexBytes, offsetBytes);
                long length = number(iloc, at + indexBytes + offsetBytes, lengthBytes);
                if (inFile) file.part(base + from, length);
                at += extentBytes;
            }
        }
    }

    /// A number of 0, 4 or 8 bytes.
    private static long number(ByteView in, long at, int bytes) {
        return switch (bytes) {
            case 0 -> 0;
            case 4 -> in.u32(at);
            case 8 -> in.u64(at);
            default -> throw in.broken("a number of " + bytes + " bytes");
        };
    }

    /// The boxes of a file or of a box, up to what is needed; what follows the last of a file may
    /// be anything.
    private static List<Box> boxes(ByteView in) {
        var boxes = new ArrayList<Box>();
        for (long at = 0; at < in.size(); ) {
            if (boxes.size() == BOXES_MAX) throw in.broken("it has too many boxes");
            long length = in.u32(at);
            int head = length == 1 ? 16 : 8;
            if (length == 1) length = in.u64(at + 8);
            if (length == 0) length = in.size() - at;
            if (length < head) throw in.broken("a box is shorter than its head");
            boxes.add(new Box(in.name(at + 4), in.part(at + head, length - head)));
            if (boxes.getLast().name.equals("meta")) break;
            at += length;
        }
        return boxes;
    }
}
