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
        var all = boxes(in, true);
        var meta = find(in, all, "meta").body;
        if (all.stream().noneMatch(b -> b.name.equals("mdat") || b.name.equals("idat"))
                && boxes(meta.part(4, meta.size() - 4), false).stream()
                        .noneMatch(b -> b.name.equals("idat"))) throw in.cutOff();
        var parts = boxes(meta.part(4, meta.size() - 4), false);
        var size = size(in, parts);
        limits.admit(size, 1);
        return new Header(in.format(), size, 1, 1);
    }

    private static Size size(ByteView in, List<Box> meta) {
        var pitm = find(in, meta, "pitm").body;
        long primary = pitm.u8(0) == 0 ? pitm.u16(4) : pitm.u32(4);
        var iprp = boxes(find(in, meta, "iprp").body, false);
        var properties = boxes(find(in, iprp, "ipco").body, false);
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

    /// The boxes of a file or of a box. What follows a file's picture data may be anything.
    private static List<Box> boxes(ByteView in, boolean file) {
        var boxes = new ArrayList<Box>();
        for (long at = 0; at < in.size(); ) {
            boolean complete = file && boxes.stream().anyMatch(b -> b.name.equals("mdat"));
            if (complete && boxes.stream().anyMatch(b -> b.name.equals("meta"))) break;
            long length = in.u32(at);
            int head = length == 1 ? 16 : 8;
            if (length == 1) length = in.u64(at + 8);
            if (length == 0) length = in.size() - at;
            if (length < head) throw in.broken("a box is shorter than its head");
            boxes.add(new Box(in.name(at + 4), in.part(at + head, length - head)));
            at += length;
        }
        return boxes;
    }
}
