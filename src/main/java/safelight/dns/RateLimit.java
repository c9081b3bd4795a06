package safelight.dns;

import java.util.Arrays;
import safelight.steering.Choice;

/// Bounds the answers that one network gets by UDP in a second, since its address may be forged. A
/// fixed table, so that it costs no memory under attack; confined to its thread.
final class RateLimit {
    /// What to do with an answer.
    enum Verdict {
        /// Within the limit.
        SEND,
        /// Over it, but a real client may come back by TCP.
        TRUNCATE,
        /// Over it.
        DROP
    }

    private static final int PLACES = 1 << 14;
    private static final int SLIP = 2;
    private static final int SIX_HOST_BITS = 8;

    private final int perSecond;
    private final int[] seconds;
    private final int[] counts;
    private final int[] tags;

    /// 0 for no limit.
    RateLimit(int perSecond) {
        this.perSecond = perSecond;
        int places = perSecond == 0 ? 0 : PLACES;
        seconds = new int[places];
        counts = new int[places];
        tags = new int[places];
        Arrays.fill(seconds, -1);
    }

    /// Counts an answer to a network (/24 or /56). Two networks that share a place start anew.
    Verdict count(Client client, int nowS) {
        if (perSecond == 0) return Verdict.SEND;
        long network =
                client.isSix ? client.upper >>> SIX_HOST_BITS : (client.four >>> 8) | 1L << 60;
        int tag = (int) Choice.mix(network);
        int place = tag & PLACES - 1;
        if (seconds[place] != nowS || tags[place] != tag) {
            seconds[place] = nowS;
            tags[place] = tag;
            counts[place] = 0;
        }
        int count = ++counts[place];
        if (count <= perSecond) return Verdict.SEND;
        return count % SLIP == 0 ? Verdict.TRUNCATE : Verdict.DROP;
    }
}
