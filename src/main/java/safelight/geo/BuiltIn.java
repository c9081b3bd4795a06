package safelight.geo;

import java.util.function.BiConsumer;

/// A small table for trying things out without any `.mmdb`: the registries' largest blocks, each at
/// the middle of its continent.
public final class BuiltIn {
    private BuiltIn() {}

    /// Gives its networks to `to`.
    public static void read(BiConsumer<Prefix, Place> to) {
        for (var line : Countries.lines("networks.txt")) {
            var place = Countries.continent(line[0]).orElseThrow();
            for (int i = 1; i < line.length; i++)
                to.accept(Prefix.parse(line[i]).orElseThrow(), place);
        }
    }
}
