package safelight.sql;

import java.sql.SQLException;
import java.sql.SQLTimeoutException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;

/// One caller's work on its way through the {@link Writer}. Whoever is first decides: the writer
/// begins it, or its caller, out of patience, withdraws it.
final class Unit<T> {
    private final Work<T> work;
    private final AtomicBoolean decided = new AtomicBoolean();
    private final CompletableFuture<T> answer = new CompletableFuture<>();
    private Optional<T> result = Optional.empty();
    private Optional<Throwable> fault = Optional.empty();

    Unit(Work<T> work) {
        this.work = work;
    }

    boolean begin() {
        return decided.compareAndSet(false, true);
    }

    boolean withdraw() {
        return decided.compareAndSet(false, true);
    }

    /// Keeps what comes of it until the commit. Whatever is thrown belongs to the caller, an error
    /// too: it must not end the writer.
    void run(Statements statements) {
        try {
            result = Optional.of(work.on(statements));
        } catch (Throwable e) {
            fault = Optional.of(e);
        }
    }

    boolean hasFailed() {
        return fault.isPresent();
    }

    void answer() {
        fault.ifPresentOrElse(
                answer::completeExceptionally, () -> answer.complete(result.orElseThrow()));
    }

    /// The group could not be committed; a fault of its own says more than that.
    void refuse(SQLException cause) {
        answer.completeExceptionally(fault.orElse(cause));
    }

    T await(Duration patience) throws SQLException, InterruptedException {
        try {
            return answer.get(patience.toNanos(), TimeUnit.NANOSECONDS);
        } catch (ExecutionException e) {
            throw rethrown(e);
        } catch (TimeoutException e) {
            if (withdraw()) throw new SQLTimeoutException("the database is busy", e);
            return awaitEnd(patience);
        }
    }

    private T awaitEnd(Duration patience) throws SQLException, InterruptedException {
        try {
            return answer.get(patience.toNanos(), TimeUnit.NANOSECONDS);
        } catch (ExecutionException e) {
            throw rethrown(e);
        } catch (TimeoutException e) {
            throw new SQLTimeoutException("the database did not answer in time", e);
        }
    }

    private static SQLException rethrown(ExecutionException fault) {
        return switch (fault.getCause()) {
            case SQLException e -> e;
            case RuntimeException e -> throw e;
            case Error e -> throw e;
            case null, default -> new SQLException(fault);
        };
    }
}
