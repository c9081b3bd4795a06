package safelight.dns;

import java.util.concurrent.atomic.LongAdder;

/// What the server has done, counted by all its threads.
public final class Counts {
    final LongAdder udp = new LongAdder();
    final LongAdder tcp = new LongAdder();
    final LongAdder steered = new LongAdder();
    final LongAdder malformed = new LongAdder();
    final LongAdder dropped = new LongAdder();
    final LongAdder limited = new LongAdder();
    final LongAdder truncated = new LongAdder();
    final LongAdder refused = new LongAdder();
    final LongAdder failed = new LongAdder();
}
