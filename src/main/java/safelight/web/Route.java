package safelight.web;

import java.util.List;

/// One call of the API: a method, a path pattern such as `/api/v1/photos/{id}`, who may call it,
/// and what answers.
record Route(String method, String pattern, Access access, Handler handler, List<String> parts) {
    /// Who may call.
    enum Access {
        EVERYBODY,
        SIGNED_IN,
        ADMINISTRATOR
    }

    /// Answers one request, blocking as it likes; a Failure becomes a problem.
    @FunctionalInterface
    interface Handler {
        void handle(Exchange exchange) throws Exception;
    }

    /// Takes the pattern apart once, between slashes.
    Route(String method, String pattern, Access access, Handler handler) {
        this(method, pattern, access, handler, List.of(pattern.substring(1).split("/", -1)));
    }
}
