package safelight.web;

import java.util.List;

/// One call of the API: a method, a path pattern such as `/api/v1/photos/{id}`, who may call it,
/// and what answers.
record Route(String method, String pattern, Access access, Handler handler) {
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

    /// The pattern's parts between slashes.
    List<String> parts() {
        return List.of(pattern.substring(1).split("/", -1));
    }
}
