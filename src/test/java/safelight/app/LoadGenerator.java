package safelight.app;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongFunction;
import java.util.function.Predicate;

/// Requests at a constant rate, whatever the server does (an open loop): each has a moment when it
/// is due, and its latency counts from then, so that a server that stands still is seen. The client
/// repeats nothing, as the build tells it to: a connection that ends without an answer is a
/// failure.
public final class LoadGenerator implements AutoCloseable {
    private static final Duration ANSWER_MOST = Duration.ofSeconds(30);
    private static final int FAILURES_SHOWN = 20;
    private static final long SECOND = 1_000_000_000L;

    private final LongFunction<HttpRequest> request;
    private final Predicate<HttpResponse<String>> isRight;
    private final HttpClient client =
            HttpClient.newBuilder()
                    .version(HttpClient.Version.HTTP_1_1)
                    .connectTimeout(ANSWER_MOST)
                    .build();
    private final ExecutorService tasks = Executors.newVirtualThreadPerTaskExecutor();
    private final ConcurrentLinkedQueue<Answer> answers = new ConcurrentLinkedQueue<>();
    private final ConcurrentLinkedQueue<String> failures = new ConcurrentLinkedQueue<>();
    private final AtomicLong sent = new AtomicLong();
    private final long start = System.nanoTime();
    private final Thread pacer;
    private volatile double perSecond;
    private volatile boolean stopped;

    /// An answer or a failure: when it was due, how late it came.
    private record Answer(long dueNanos, long tookNanos, boolean right) {}

    /// What came of it. `failures` are the first ones in words.
    public record Result(
            long sent, long right, List<String> failures, List<Long> tookMicros, long lastedMs) {
        /// The latency that a share of the answers had at most.
        public Duration percentile(double share) {
            if (tookMicros.isEmpty()) return Duration.ZERO;
            int index = (int) Math.ceil(share * tookMicros.size()) - 1;
            return Duration.ofNanos(tookMicros.get(Math.max(0, index)) * 1000);
        }

        /// For people.
        public String line() {
            return "%d sent in %.1f s, %d failed, p50 %.1f ms, p99 %.1f ms, most %.1f ms"
                    .formatted(
                            sent,
                            lastedMs / 1000.0,
                            sent - right,
                            percentile(0.5).toNanos() / 1e6,
                            percentile(0.99).toNanos() / 1e6,
                            percentile(1).toNanos() / 1e6);
        }
    }

    private LoadGenerator(
            LongFunction<HttpRequest> request,
            Predicate<HttpResponse<String>> isRight,
            double perSecond) {
        this.request = request;
        this.isRight = isRight;
        this.perSecond = perSecond;
        this.pacer = Thread.ofPlatform().name("load").start(this::pace);
    }

    /// GETs of one address, which have to be answered by 200.
    public static LoadGenerator get(URI address, double perSecond) {
        var request = HttpRequest.newBuilder(address).timeout(ANSWER_MOST).build();
        return of(_ -> request, answer -> answer.statusCode() == 200, perSecond);
    }

    /// Any requests, made by their number from 0; `isRight` judges the answers.
    public static LoadGenerator of(
            LongFunction<HttpRequest> request,
            Predicate<HttpResponse<String>> isRight,
            double perSecond) {
        return new LoadGenerator(request, isRight, perSecond);
    }

    /// From now on at another rate.
    public void rate(double requestsPerSecond) {
        perSecond = requestsPerSecond;
    }

    /// How many were sent so far.
    public long sent() {
        return sent.get();
    }

    /// How many failed so far.
    public long failed() {
        return answers.stream().filter(a -> !a.right).count();
    }

    /// Sends no more, waits for the answers, and tells.
    public Result stop() {
        close();
        return new Result(
                sent.get(),
                answers.stream().filter(Answer::right).count(),
                failures.stream().limit(FAILURES_SHOWN).toList(),
                answers.stream()
                        .filter(Answer::right)
                        .map(a -> a.tookNanos / 1000)
                        .sorted()
                        .toList(),
                (System.nanoTime() - start) / 1_000_000);
    }

    /// By the second since the start, the latencies of right answers in microseconds.
    public List<List<Long>> timeline() {
        var seconds = new ArrayList<List<Long>>();
        for (var answer : answers) {
            int second = (int) (answer.dueNanos / SECOND);
            while (seconds.size() <= second) seconds.add(new ArrayList<>());
            if (answer.right) seconds.get(second).add(answer.tookNanos / 1000);
        }
        return seconds;
    }

    @Override
    public void close() {
        stopped = true;
        try {
            pacer.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        tasks.close();
        client.close();
    }

    private void pace() {
        double due = 0;
        while (!stopped) {
            long now = System.nanoTime() - start;
            if (now < due) {
                LockSupport.parkNanos((long) Math.min(due - now, 20_000_000));
                continue;
            }
            long number = sent.getAndIncrement();
            long dueNow = (long) due;
            tasks.execute(() -> send(number, dueNow));
            due += SECOND / perSecond;
        }
    }

    private void send(long number, long due) {
        boolean right = false;
        try {
            var answer = client.send(request.apply(number), HttpResponse.BodyHandlers.ofString());
            right = isRight.test(answer);
            if (!right) fail(due, answer.statusCode() + " " + answer.body());
        } catch (IOException e) {
            fail(due, e.toString());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        answers.add(new Answer(due, System.nanoTime() - start - due, right));
    }

    private void fail(long due, String how) {
        failures.add("after %.2f s: %s".formatted((double) due / SECOND, how));
    }
}
