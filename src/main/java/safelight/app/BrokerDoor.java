package safelight.app;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import safelight.queue.artemis.BrokerAccess;

/// Where the broker of a data folder was last, and its password, in a file that only its owner may
/// read: so the roles of one host find it without a setting, also after it was started again.
final class BrokerDoor {
    private static final int LINES = 3;

    private final Path file;

    /// Of the broker that keeps its journal in this data folder.
    BrokerDoor(Path data) {
        this.file = data.resolve("broker");
    }

    /// What an earlier start left.
    Optional<BrokerAccess> find() throws IOException {
        if (!Files.exists(file)) return Optional.empty();
        var lines = Files.readAllLines(file);
        if (lines.size() != LINES)
            throw new CannotStart(
                    "%s is damaged. Remove it, and start the broker.".formatted(file));
        return Optional.of(new BrokerAccess(lines.get(0), lines.get(1), lines.get(2)));
    }

    /// Leaves it for others, at once and whole.
    void leave(BrokerAccess access) throws IOException {
        PrivateFile.write(
                file, String.join("\n", access.url(), access.user(), access.password()) + "\n");
    }
}
