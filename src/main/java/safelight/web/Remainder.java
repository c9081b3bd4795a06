package safelight.web;

import java.io.IOException;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Request;
import safelight.base.Bytes;

/// What is left of a request's body once the request was refused. A client that is still sending
/// reads no answer, and sees a broken connection if nobody takes what it sends; so it is read on,
/// up to a limit. A client that asked before it sends (Expect: 100-continue) is told at once.
final class Remainder {
    private static final String TAKEN = Remainder.class.getName();
    private static final int CHUNK_BYTES = 1 << 16;

    private Remainder() {}

    /// Notes that somebody began to read the body, which makes Jetty ask the client for it.
    static void taken(Request request) {
        request.setAttribute(TAKEN, true);
    }

    /// Reads on to the end of the body, but no more than `most`.
    static void drop(Request request, Bytes most) {
        boolean isAsking =
                request.getHeaders().contains(HttpHeader.EXPECT)
                        && request.getAttribute(TAKEN) == null;
        if (isAsking || request.getLength() == 0 || request.getLength() > most.count()) return;
        try (var in = Content.Source.asInputStream(request)) {
            var chunk = new byte[CHUNK_BYTES];
            long left = most.count();
            for (int read = 0; read >= 0 && left > 0; left -= read) read = in.read(chunk);
        } catch (IOException _) {
            // The client is gone, or its body was broken: there is nothing left to read.
            return;
        }
    }
}
