package safelight.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import safelight.base.Waiting;
import safelight.web.AgentCheck.Willingness;

class AgentCheckTest {
    private static String ask(AgentCheck agent) throws IOException {
        try (var socket = new Socket("127.0.0.1", agent.port())) {
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
        }
    }

    @Test
    void saysWhatIsTrueNow() throws IOException {
        var now = new AtomicReference<>(new Willingness(false, 100));
        try (var agent = new AgentCheck("127.0.0.1", 0, now::get)) {
            assertThat(ask(agent)).isEqualTo("up ready 100%\n");

            now.set(new Willingness(true, 40));

            assertThat(ask(agent)).isEqualTo("drain\n");
        }
    }

    @Test
    void leavingWaitsUntilItWasHeard() throws Exception {
        var now = new AtomicReference<>(new Willingness(false, 100));
        try (var agent = new AgentCheck("127.0.0.1", 0, now::get)) {
            // Nobody listens, so that there is nothing to wait for.
            agent.awaitDrainHeard(Duration.ofDays(1));
            ask(agent);
            now.set(new Willingness(true, 100));
            var leaving =
                    new FutureTask<>(() -> {
                        agent.awaitDrainHeard(Duration.ofDays(1));
                        return true;
                    });
            var thread = Thread.ofPlatform().daemon().start(leaving);
            Waiting.until(() -> thread.getState() == Thread.State.TIMED_WAITING);

            ask(agent);

            assertThat(leaving.get(1, TimeUnit.MINUTES)).isTrue();
        }
    }

    @Test
    void failureToSayItEndsNothing() throws IOException {
        var broken = new AtomicReference<>(true);
        try (var agent =
                new AgentCheck(
                        "127.0.0.1",
                        0,
                        () -> {
                            if (broken.get()) throw new IllegalStateException("planted");
                            return new Willingness(false, 50);
                        })) {
            assertThat(ask(agent)).isEmpty();

            broken.set(false);

            assertThat(ask(agent)).isEqualTo("up ready 50%\n");
        }
    }

    @Test
    void answersNobodyOnceClosed() throws IOException {
        var agent = new AgentCheck("127.0.0.1", 0, () -> new Willingness(false, 100));
        agent.close();
        agent.close();

        assertThatThrownBy(() -> ask(agent)).isInstanceOf(IOException.class);
    }

    @ParameterizedTest
    @CsvSource({"0, 100", "0.8, 100", "0.9, 55", "1, 10", "3, 10"})
    void whoIsShortOfCoresAsksForLess(double share, int percent) {
        assertThat(Willingness.of(false, share)).isEqualTo(new Willingness(false, percent));
    }
}
