package safelight.app;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import safelight.imaging.Darkroom;
import safelight.imaging.DarkroomStopped;
import safelight.imaging.Developed;
import safelight.imaging.Format;
import safelight.imaging.Limits;
import safelight.imaging.Operation;
import safelight.imaging.Planar;
import safelight.imaging.Recipe;
import safelight.imaging.Source;
import safelight.imaging.Watch;

/// Safelight with a darkroom that has two faults, the way native decoders have them: a blur of
/// sigma 66 crashes the process, one of 77 hangs in native code and hears no word. And one of 88
/// takes its time, without the work.
public final class FaultyMain {
    private static final double CRASHES = 66;
    private static final double HANGS = 77;
    private static final double LINGERS = 88;
    private static final Duration LOOK_AGAIN = Duration.ofMillis(50);
    private static final Duration LINGER = Duration.ofSeconds(35);

    private FaultyMain() {}

    /// As the real one.
    public static void main(String[] arguments) {
        System.exit(
                Main.run(
                        new Plugs(
                                () -> new Faulty(Planar.open()),
                                FaultyMain.class,
                                shared -> shared),
                        arguments));
    }

    private record Faulty(Darkroom real) implements Darkroom {
        @Override
        public String engine() {
            return real.engine();
        }

        @Override
        public Set<Format> decodes() {
            return real.decodes();
        }

        @Override
        public Set<Format> encodes() {
            return real.encodes();
        }

        @Override
        public Developed develop(Source source, Recipe recipe, Limits limits, Watch watch) {
            if (recipe.operations().contains(new Operation.Blur(CRASHES))) crash();
            if (recipe.operations().contains(new Operation.Blur(HANGS))) hang();
            if (recipe.operations().contains(new Operation.Blur(LINGERS))) linger(watch);
            return real.develop(source, recipe, limits, watch);
        }

        /// A write to address 0: SIGSEGV in native memory, which no JVM survives.
        private static void crash() {
            MemorySegment.ofAddress(0)
                    .reinterpret(Long.BYTES)
                    .set(ValueLayout.JAVA_LONG_UNALIGNED, 0, 1);
        }

        private static void linger(Watch watch) {
            long end = System.nanoTime() + LINGER.toNanos();
            while (System.nanoTime() < end) {
                if (watch.isStopped()) throw new DarkroomStopped();
                LockSupport.parkNanos(LOOK_AGAIN.toNanos());
            }
        }

        private static void hang() {
            while (true) Thread.onSpinWait();
        }
    }
}
