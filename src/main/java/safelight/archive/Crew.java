package safelight.archive;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Function;

/// Does the same with each of some things, several at once: storage across a network answers slowly
/// and many, and a database commits many rows with one sync.
final class Crew {
    private static final int AT_ONCE = 16;

    private Crew() {}

    /// The results in the order of the things. After a failure nothing new is begun, and it is
    /// thrown.
    static <T, R> List<R> each(List<T> things, Function<T, R> work) {
        var places = new Semaphore(AT_ONCE);
        var failure = new AtomicReference<Optional<RuntimeException>>(Optional.empty());
        var results = new ArrayList<Future<R>>();
        try (var tasks = Executors.newVirtualThreadPerTaskExecutor()) {
            for (var thing : things)
                results.add(tasks.submit(inTurn(places, failure, () -> work.apply(thing))));
        }
        if (failure.get().isPresent()) throw failure.get().get();
        return results.stream().map(Crew::result).toList();
    }

    /// The same for work that has no result.
    static <T> void forEach(List<T> things, Consumer<T> work) {
        each(
                things,
                thing -> {
                    work.accept(thing);
                    return true;
                });
    }

    private static <R> Callable<R> inTurn(
            Semaphore places,
            AtomicReference<Optional<RuntimeException>> failure,
            Callable<R> work) {
        return () -> {
            places.acquire();
            try {
                if (failure.get().isPresent()) throw new CancellationException();
                return work.call();
            } catch (CancellationException e) {
                throw e;
            } catch (RuntimeException e) {
                failure.compareAndSet(Optional.empty(), Optional.of(e));
                throw e;
            } finally {
                places.release();
            }
        };
    }

    private static <R> R result(Future<R> done) {
        try {
            return done.get();
        } catch (ExecutionException e) {
            throw new IllegalStateException("a part of the work broke", e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }
}
