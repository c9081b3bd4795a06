package safelight.base;

import java.time.Duration;
import java.util.List;

/// What went wrong, in a form that may leave the process: an RFC 9457 problem without its HTTP
/// dress. `code` is stable and has a page in docs/errors; `detail` is a sentence a person can act
/// on, without secrets; `status` is an HTTP status; `retryable` says whether the same request may
/// succeed later, and `pause` how long to wait before it (zero if it does not matter); `faults`
/// point into a wrong body.
public record Problem(
        String code,
        String title,
        int status,
        String detail,
        boolean retryable,
        Duration pause,
        List<Fault> faults) {
    private static final Duration PAUSE = Duration.ofSeconds(2);

    /// One wrong place in a body: a JSON pointer (RFC 6901) and a sentence.
    public record Fault(String pointer, String detail) {}

    /// Copies the faults; refuses a status that is not an HTTP error.
    public Problem {
        if (status < 400 || status > 599)
            throw new IllegalArgumentException("not an error status: " + status);
        faults = List.copyOf(faults);
    }

    /// A problem that trying again does not mend.
    public static Problem of(String code, int status, String title, String detail) {
        return new Problem(code, title, status, detail, false, Duration.ZERO, List.of());
    }

    /// A problem that passes: the same request may succeed later.
    public static Problem passing(String code, int status, String title, String detail) {
        return new Problem(code, title, status, detail, true, PAUSE, List.of());
    }

    /// This problem, to be tried again after `wait`.
    public Problem after(Duration wait) {
        return new Problem(code, title, status, detail, true, wait, faults);
    }

    /// This problem with the places that are wrong.
    public Problem at(List<Fault> places) {
        return new Problem(code, title, status, detail, retryable, pause, places);
    }
}
