package safelight.app;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import safelight.catalog.Job;
import safelight.catalog.JobRows;
import safelight.drill.Control;
import safelight.queue.JobQueue;

/// Ports of which one promise does not hold, for drills. Every other method is the real one's, by
/// reflection, so that a port may grow without a word here.
final class Broken {
    private Broken() {}

    /// The rows as a web server sees them.
    static JobRows rows(Set<Control> without, JobRows real) {
        return shell(
                JobRows.class,
                real,
                (method, arguments) ->
                        switch (method.getName()) {
                            case "outbox", "waitingAccounts" ->
                                    without.contains(Control.RELAY)
                                            ? List.of()
                                            : call(real, method, arguments);
                            case "requeueStale" ->
                                    without.contains(Control.SWEEPER)
                                            ? 0
                                            : call(real, method, arguments);
                            case "accept" -> {
                                if (without.contains(Control.UNIQUE_KEY))
                                    arguments[0] = withoutKey((Job) arguments[0]);
                                yield call(real, method, arguments);
                            }
                            default -> call(real, method, arguments);
                        });
    }

    /// The queue as a worker sees it.
    static JobQueue queue(Set<Control> without, JobQueue real) {
        return shell(
                JobQueue.class,
                real,
                (method, arguments) -> {
                    var result = call(real, method, arguments);
                    return result instanceof JobQueue.Consumption made
                            ? consumption(without, made)
                            : result;
                });
    }

    private static JobQueue.Consumption consumption(
            Set<Control> without, JobQueue.Consumption real) {
        return shell(
                JobQueue.Consumption.class,
                real,
                (method, arguments) -> {
                    var result = call(real, method, arguments);
                    return result instanceof Optional<?> found ? taken(without, found) : result;
                });
    }

    private static Optional<?> taken(Set<Control> without, Optional<?> found) {
        if (found.isEmpty()) return found;
        var delivery = (JobQueue.Delivery) found.get();
        if (without.contains(Control.DEAD_LETTERS) && delivery.count() > 1) {
            delivery.acknowledge();
            return Optional.empty();
        }
        if (!without.contains(Control.ACKNOWLEDGEMENT)) return found;
        delivery.acknowledge();
        return Optional.of(acknowledged(delivery));
    }

    /// A ticket that is gone already: whatever its holder does with it is no news to the broker.
    private static JobQueue.Delivery acknowledged(JobQueue.Delivery real) {
        return shell(
                JobQueue.Delivery.class,
                real,
                (method, arguments) ->
                        method.getReturnType() == void.class
                                ? null
                                : call(real, method, arguments));
    }

    private static Job withoutKey(Job job) {
        var order = job.order();
        return new Job(
                job.id(),
                new Job.Order(
                        order.account(),
                        order.photo(),
                        order.recipe(),
                        order.purpose(),
                        order.priority(),
                        Optional.empty(),
                        order.request(),
                        order.dataCenter(),
                        order.created(),
                        order.batch(),
                        order.webhook(),
                        order.weight()),
                job.status(),
                job.version());
    }

    private interface Call {
        @Nullable Object of(Method method, Object[] arguments) throws Throwable;
    }

    private static <T> T shell(Class<T> port, T real, Call call) {
        return port.cast(
                Proxy.newProxyInstance(
                        port.getClassLoader(),
                        new Class<?>[] {port},
                        (_, method, arguments) ->
                                method.getDeclaringClass() == Object.class
                                        ? call(real, method, given(arguments))
                                        : call.of(method, given(arguments))));
    }

    private static Object[] given(Object @Nullable [] arguments) {
        return arguments == null ? new Object[0] : arguments;
    }

    private static @Nullable Object call(Object real, Method method, Object[] arguments)
            throws Throwable {
        try {
            return method.invoke(real, arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause() == null ? e : e.getCause();
        }
    }
}
