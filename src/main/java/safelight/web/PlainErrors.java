package safelight.web;

import java.nio.ByteBuffer;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import safelight.base.Problem;

/// What Jetty answers by itself, before a request reaches us (a malformed line, too long headers),
/// as a problem too.
final class PlainErrors implements Request.Handler {
    @Override
    public boolean handle(Request request, Response response, Callback callback) {
        int status = response.getStatus() < 400 ? 500 : response.getStatus();
        var problem =
                Problem.of(
                        "SL-WEB-14",
                        status,
                        HttpStatus.getMessage(status),
                        "The request could not be understood: "
                                + HttpStatus.getMessage(status)
                                + ".");
        var bytes = Json.bytes(Json.problem(problem));
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, "application/problem+json");
        response.write(true, ByteBuffer.wrap(bytes), callback);
        return true;
    }
}
