package safelight.geo;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// A small writer of `.mmdb` files (MaxMind DB 2.0, records of 28 bits, IPv6 tree), for tests.
public final class MmdbFile {
    private static final int EMPTY = -1;
    private static final int FOUR_AT = 96;

    private final List<int[]> nodes = new ArrayList<>();
    private final ByteArrayOutputStream data = new ByteArrayOutputStream();
    private final Map<Object, Integer> offsets = new HashMap<>();
    private final String type;

    public MmdbFile(String type) {
        this.type = type;
        nodes.add(new int[] {EMPTY, EMPTY});
    }

    /// Adds a network; `record` holds maps, texts, doubles and ints.
    public void add(String network, Map<String, ?> record) throws IOException {
        var prefix = Prefix.parse(network).orElseThrow();
        int offset = offset(record);
        int node = 0;
        int bits = prefix.isSix() ? prefix.length() : FOUR_AT + prefix.length();
        for (int i = 0; i < bits; i++) {
            int side = bit(prefix, i);
            // data is below -1, nodes are above
            if (i == bits - 1) nodes.get(node)[side] = -2 - offset;
            else node = child(node, side);
        }
    }

    /// As MaxMind writes cities.
    public static Map<String, Object> city(double latitude, double longitude) {
        return Map.of("location", Map.of("latitude", latitude, "longitude", longitude));
    }

    public void write(Path file) throws IOException {
        var out = new ByteArrayOutputStream();
        int count = nodes.size();
        for (var node : nodes) {
            int left = record(node[0], count);
            int right = record(node[1], count);
            out.write(
                    ByteBuffer.allocate(7)
                            .put((byte) (left >>> 16))
                            .put((byte) (left >>> 8))
                            .put((byte) left)
                            .put((byte) (left >>> 24 << 4 | right >>> 24))
                            .put((byte) (right >>> 16))
                            .put((byte) (right >>> 8))
                            .put((byte) right)
                            .array());
        }
        out.write(new byte[16]);
        data.writeTo(out);
        out.write(new byte[] {(byte) 0xab, (byte) 0xcd, (byte) 0xef});
        out.write("MaxMind.com".getBytes(StandardCharsets.US_ASCII));
        var metadata = new LinkedHashMap<String, Object>();
        metadata.put("binary_format_major_version", (short) 2);
        metadata.put("binary_format_minor_version", (short) 0);
        metadata.put("build_epoch", 1_700_000_000L);
        metadata.put("database_type", type);
        metadata.put("description", Map.of("en", "test"));
        metadata.put("ip_version", (short) 6);
        metadata.put("languages", List.of("en"));
        metadata.put("node_count", count);
        metadata.put("record_size", (short) 28);
        encode(metadata, out);
        Files.write(file, out.toByteArray());
    }

    private int child(int node, int side) {
        int next = nodes.get(node)[side];
        if (next >= 0) return next;
        // a network within another one: the rest of the outer keeps its data
        nodes.add(new int[] {next, next});
        nodes.get(node)[side] = nodes.size() - 1;
        return nodes.size() - 1;
    }

    private static int bit(Prefix prefix, int at) {
        if (prefix.isSix()) return (int) (prefix.bits() >>> (63 - at)) & 1;
        return at < FOUR_AT ? 0 : (int) (prefix.bits() >>> (31 - (at - FOUR_AT))) & 1;
    }

    private static int record(int value, int count) {
        if (value >= 0) return value;
        return value == EMPTY ? count : count + 16 + (-2 - value);
    }

    private int offset(Map<String, ?> record) throws IOException {
        var known = offsets.get(record);
        if (known != null) return known;
        int at = data.size();
        encode(record, data);
        offsets.put(record, at);
        return at;
    }

    private static void encode(Object value, ByteArrayOutputStream out) throws IOException {
        switch (value) {
            case Map<?, ?> map -> {
                control(7, map.size(), out);
                for (var entry : map.entrySet()) {
                    encode(entry.getKey(), out);
                    encode(entry.getValue(), out);
                }
            }
            case List<?> list -> {
                control(11, list.size(), out);
                for (var each : list) encode(each, out);
            }
            case String text -> {
                var bytes = text.getBytes(StandardCharsets.UTF_8);
                control(2, bytes.length, out);
                out.write(bytes);
            }
            case Double number -> {
                control(3, 8, out);
                out.write(ByteBuffer.allocate(8).putDouble(number).array());
            }
            case Integer number -> {
                control(6, 4, out);
                out.write(ByteBuffer.allocate(4).putInt(number).array());
            }
            case Short number -> {
                control(5, 2, out);
                out.write(ByteBuffer.allocate(2).putShort(number).array());
            }
            case Long number -> {
                control(9, 8, out);
                out.write(ByteBuffer.allocate(8).putLong(number).array());
            }
            default -> throw new IllegalArgumentException("no way to write " + value);
        }
    }

    private static void control(int type, int size, ByteArrayOutputStream out) {
        if (size > 28) {
            out.write((type > 7 ? 0 : type << 5) | 29);
            if (type > 7) out.write(type - 7);
            out.write(size - 29);
            return;
        }
        out.write((type > 7 ? 0 : type << 5) | size);
        if (type > 7) out.write(type - 7);
    }
}
