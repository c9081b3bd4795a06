import java.lang.management.ManagementFactory;
import java.util.function.Supplier;
import safelight.imaging.Darkroom;
import safelight.imaging.Limits;
import safelight.imaging.Recipe;
import safelight.imaging.Source;
import safelight.imaging.Watch;

/// The imaging engine that the product's workers are wired with, in this process.
final class Engine {
    private final Darkroom darkroom;

    Engine() throws ReflectiveOperationException {
        var plugs = Class.forName("safelight.app.Plugs");
        var real = plugs.getDeclaredField("REAL");
        real.setAccessible(true);
        var accessor = plugs.getDeclaredMethod("darkroom");
        accessor.setAccessible(true);
        darkroom = (Darkroom) ((Supplier<?>) accessor.invoke(real.get(null))).get();
    }

    /// The size of the result in bytes; `recipe` is in canonical form.
    int develop(byte[] photo, String recipe) {
        try (var source = Source.of(photo)) {
            var limits = Limits.DEFAULT;
            return darkroom.develop(source, Recipe.parse(recipe), limits, Watch.NONE).bytes().length;
        }
    }

    /// CPU milliseconds of this process that one run of `recipe` needs, after as many to warm up.
    double cpuMs(byte[] photo, String recipe, int runs) {
        for (int i = 0; i < runs; i++) develop(photo, recipe);
        long before = cpuNanos();
        for (int i = 0; i < runs; i++) develop(photo, recipe);
        return (cpuNanos() - before) / 1e6 / runs;
    }

    private static long cpuNanos() {
        var system = (com.sun.management.OperatingSystemMXBean)
                ManagementFactory.getOperatingSystemMXBean();
        return system.getProcessCpuTime();
    }
}
