package safelight.base;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;

/// Races in tests.
public final class AtOnce {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private AtOnce() {}

    /// What came of `threads` calls that began together; fails if one takes more than a minute.
    public static <T> List<T> run(int threads, IntFunction<T> call) throws Exception {
        return run(threads, PATIENCE, call);
    }

    /// Like the other one, for calls that may take up to `most`.
    public static <T> List<T> run(int threads, Duration most, IntFunction<T> call)
            throws Exception {
        var line = new CyclicBarrier(threads);
        var answers = new ArrayList<Future<T>>();
        try (var tasks = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < threads; i++) {
                int number = i;
                Callable<T> task =
                        () -> {
                            line.await(PATIENCE.toSeconds(), TimeUnit.SECONDS);
                            return call.apply(number);
                        };
                answers.add(tasks.submit(task));
            }
            var results = new ArrayList<T>();
            for (var answer : answers) results.add(answer.get(most.toSeconds(), TimeUnit.SECONDS));
            return results;
        }
    }
}
