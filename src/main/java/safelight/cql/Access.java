package safelight.cql;

import com.datastax.oss.driver.api.core.DriverException;
import java.util.function.Consumer;

/// The cluster as one port sees it: its failures come out in the port's own words. Thread-safe.
public final class Access {
    private final Statements statements;
    private final Wording wording;

    Access(Statements statements, Wording wording) {
        this.statements = statements;
        this.wording = wording;
    }

    /// Runs some statements. `what` completes "failed to ...".
    public <T> T run(String what, Work<T> work) {
        try {
            return work.on(statements);
        } catch (DriverException | IllegalStateException e) {
            if (e instanceof IllegalStateException && !statements.isClosed()) throw e;
            throw wording.of(what, e);
        }
    }

    /// Runs some statements that have nothing to say.
    public void write(String what, Consumer<Statements> work) {
        run(
                what,
                statements -> {
                    work.accept(statements);
                    return true;
                });
    }
}
