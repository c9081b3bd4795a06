package safelight.base;

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
    private static final int WAIT_SECONDS = 60;

    private AtOnce() {}

    /// What came of `threads` calls that began together.
    public static <T> List<T> run(int threads, IntFunction<T> call) throws Exception {
        var line = new CyclicBarrier(threads);
        var answers = new ArrayList<Future<T>>();
        try (var tasks = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < threads; i++) {
                int number = i;
                Callable<T> task =
                        () -> {
                            line.await(WAIT_SECONDS, TimeUnit.SECONDS);
                            return call.apply(number);
                        };
                answers.add(tasks.submit(task));
            }
            var results = new ArrayList<T>();
            for (var answer : answers) results.add(answer.get(WAIT_SECONDS, TimeUnit.SECONDS));
            return results;
        }
    }
}
