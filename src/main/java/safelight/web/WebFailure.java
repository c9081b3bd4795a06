package safelight.web;

import java.util.List;
import java.util.stream.Collectors;
import safelight.base.Bytes;
import safelight.base.Failure;
import safelight.base.Problem;

/// Why a request was refused before it reached a feature.
abstract sealed class WebFailure extends Failure {
    private static final long serialVersionUID = 1L;

    private WebFailure(Problem problem) {
        super(problem);
    }

    /// There is nothing at this path.
    static final class NotFound extends WebFailure {
        private static final long serialVersionUID = 1L;

        NotFound() {
            super(Problem.of("SL-WEB-01", 404, "Nothing here", "There is nothing at this path."));
        }
    }

    /// The path exists, but not for this method.
    static final class WrongMethod extends WebFailure {
        private static final long serialVersionUID = 1L;

        private final transient List<String> allowed;

        WrongMethod(String method, List<String> allowed) {
            super(
                    Problem.of(
                            "SL-WEB-02",
                            405,
                            "Method not allowed",
                            "%s does not work here; %s does."
                                    .formatted(method, String.join(", ", allowed))));
            this.allowed = allowed;
        }

        List<String> allowed() {
            return allowed;
        }
    }

    /// The body is not JSON at all.
    static final class NotJson extends WebFailure {
        private static final long serialVersionUID = 1L;

        NotJson(String detail) {
            super(Problem.of("SL-WEB-03", 400, "Not JSON", detail));
        }
    }

    /// The body is JSON, but not what was asked for.
    static final class WrongBody extends WebFailure {
        private static final long serialVersionUID = 1L;

        WrongBody(List<Problem.Fault> faults) {
            super(
                    Problem.of(
                                    "SL-WEB-04",
                                    422,
                                    "Wrong body",
                                    faults.stream()
                                            .map(f -> f.pointer() + ": " + f.detail())
                                            .collect(Collectors.joining(" ")))
                            .at(faults));
        }

        WrongBody(String pointer, String detail) {
            this(List.of(new Problem.Fault(pointer, detail)));
        }
    }

    /// More bytes than a JSON body may have.
    static final class BodyTooLarge extends WebFailure {
        private static final long serialVersionUID = 1L;

        BodyTooLarge(Bytes most) {
            super(
                    Problem.of(
                            "SL-WEB-05",
                            413,
                            "Body too large",
                            "A JSON body has at most " + most + "."));
        }
    }

    /// A page of another origin made the browser send this.
    static final class CrossSite extends WebFailure {
        private static final long serialVersionUID = 1L;

        CrossSite() {
            super(
                    Problem.of(
                            "SL-WEB-06",
                            403,
                            "Refused from another site",
                            "This request came from a page of another site. Programs use a token"
                                    + " instead of the cookie."));
        }
    }

    /// The body is of a type that this call does not take.
    static final class WrongMediaType extends WebFailure {
        private static final long serialVersionUID = 1L;

        WrongMediaType(String wanted) {
            super(Problem.of("SL-WEB-07", 415, "Wrong Content-Type", "Send " + wanted + "."));
        }
    }

    /// Only the administrator may do this.
    static final class NotAdministrator extends WebFailure {
        private static final long serialVersionUID = 1L;

        NotAdministrator() {
            super(
                    Problem.of(
                            "SL-WEB-08",
                            403,
                            "For the administrator",
                            "Only the administrator may do this: the first account of all."));
        }
    }

    /// A parameter of the address, or a header, cannot be used.
    static final class WrongParameter extends WebFailure {
        private static final long serialVersionUID = 1L;

        WrongParameter(String detail) {
            super(Problem.of("SL-WEB-10", 422, "Wrong parameter", detail));
        }
    }

    /// As many requests as this server takes at once are running.
    static final class TooBusy extends WebFailure {
        private static final long serialVersionUID = 1L;

        TooBusy() {
            super(
                    Problem.passing(
                            "SL-WEB-11",
                            503,
                            "Too busy",
                            "This server has too many requests in hand. Try again in a moment."));
        }
    }

    /// The profile picture was never set.
    static final class NoAvatar extends WebFailure {
        private static final long serialVersionUID = 1L;

        NoAvatar() {
            super(
                    Problem.of(
                            "SL-WEB-12",
                            404,
                            "No profile picture",
                            "This account has no profile picture yet."));
        }
    }

    /// Asked for a part of the bytes that does not exist.
    static final class NoSuchRange extends WebFailure {
        private static final long serialVersionUID = 1L;

        NoSuchRange(long size) {
            super(
                    Problem.of(
                            "SL-WEB-13",
                            416,
                            "No such range",
                            "The picture has %d bytes; the range lies outside.".formatted(size)));
        }
    }

    /// The request did not become complete in time.
    static final class TooSlow extends WebFailure {
        private static final long serialVersionUID = 1L;

        TooSlow() {
            super(
                    Problem.passing(
                            "SL-WEB-15",
                            408,
                            "Too slow",
                            "The request did not become complete in time. Send it again."));
        }
    }

    /// The client speaks another version of the tus protocol.
    static final class WrongTusVersion extends WebFailure {
        private static final long serialVersionUID = 1L;

        WrongTusVersion(String known) {
            super(
                    Problem.of(
                            "SL-UPLOAD-08",
                            412,
                            "Wrong tus version",
                            "Uploads in parts speak tus %s: send 'Tus-Resumable: %s'."
                                    .formatted(known, known)));
        }
    }

    /// A header of the tus protocol is missing or cannot be used.
    static final class WrongTusHeader extends WebFailure {
        private static final long serialVersionUID = 1L;

        WrongTusHeader(String detail) {
            super(Problem.of("SL-UPLOAD-09", 400, "Wrong tus header", detail));
        }
    }
}
