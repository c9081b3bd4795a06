package safelight.dns;

/// SipHash-2-4, which RFC 9018 wants for cookies, by its authors' paper. Confined to its thread.
final class SipHash {
    private final long keyLow;
    private final long keyHigh;
    private long v0;
    private long v1;
    private long v2;
    private long v3;

    /// A key of 16 bytes.
    SipHash(byte[] key) {
        if (key.length != 2 * Long.BYTES) throw new IllegalArgumentException("a key has 16 bytes");
        keyLow = little(key, 0, Long.BYTES);
        keyHigh = little(key, Long.BYTES, Long.BYTES);
    }

    long of(byte[] bytes, int length) {
        v0 = keyLow ^ 0x736f6d6570736575L;
        v1 = keyHigh ^ 0x646f72616e646f6dL;
        v2 = keyLow ^ 0x6c7967656e657261L;
        v3 = keyHigh ^ 0x7465646279746573L;
        int whole = length & -Long.BYTES;
        for (int at = 0; at < whole; at += Long.BYTES) absorb(little(bytes, at, Long.BYTES));
        absorb((long) length << 56 | little(bytes, whole, length - whole));
        v2 ^= 0xff;
        for (int i = 0; i < 4; i++) round();
        return v0 ^ v1 ^ v2 ^ v3;
    }

    private void absorb(long word) {
        v3 ^= word;
        round();
        round();
        v0 ^= word;
    }

    private void round() {
        v0 += v1;
        v1 = Long.rotateLeft(v1, 13) ^ v0;
        v0 = Long.rotateLeft(v0, 32);
        v2 += v3;
        v3 = Long.rotateLeft(v3, 16) ^ v2;
        v0 += v3;
        v3 = Long.rotateLeft(v3, 21) ^ v0;
        v2 += v1;
        v1 = Long.rotateLeft(v1, 17) ^ v2;
        v2 = Long.rotateLeft(v2, 32);
    }

    private static long little(byte[] bytes, int at, int count) {
        long word = 0;
        for (int i = 0; i < count; i++) word |= (long) Wire.u8(bytes, at + i) << (8 * i);
        return word;
    }
}
