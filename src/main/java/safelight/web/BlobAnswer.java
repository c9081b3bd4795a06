package safelight.web;

import java.io.IOException;
import java.io.InputStream;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import org.eclipse.jetty.http.ByteRange;
import org.eclipse.jetty.http.HttpHeader;
import safelight.base.Digest;
import safelight.blobs.Blob;
import safelight.imaging.Format;

/// A blob as an HTTP answer: ETag and If-None-Match, single ranges and If-Range (RFC 9110). The
/// bytes under a photo's address never change, so they may be kept for a year; an address whose
/// picture changes is asked for anew each time.
final class BlobAnswer {
    private static final String FOR_EVER = "private, max-age=31536000, immutable";
    private static final String ASK_AGAIN = "private, no-cache";

    private BlobAnswer() {}

    /// What is to be sent. `name` is the file name for saving, without an extension of ours.
    record Piece(Blob blob, Digest digest, String format, String name, boolean fixed) {}

    static void send(Exchange exchange, Piece piece) throws IOException {
        var tag = '"' + piece.digest.hex() + '"';
        exchange.set("ETag", tag);
        exchange.set("Cache-Control", piece.fixed ? FOR_EVER : ASK_AGAIN);
        exchange.set("Accept-Ranges", "bytes");
        var asked = exchange.headers(HttpHeader.IF_NONE_MATCH);
        if (asked.contains("*") || asked.contains(tag) || asked.contains("W/" + tag)) {
            exchange.empty(304);
            return;
        }
        var format = Format.byId(piece.format);
        exchange.set(
                "Content-Type", format.map(Format::mediaType).orElse("application/octet-stream"));
        exchange.set(
                "Content-Disposition", disposition(exchange, piece, format.orElse(Format.JPEG)));
        var range = exchange.headers(HttpHeader.RANGE);
        boolean current = exchange.header("If-Range").map(tag::equals).orElse(true);
        if (range.isEmpty() || !current) stream(exchange, 200, piece.blob, 0, piece.blob.size());
        else sendRange(exchange, piece.blob);
    }

    private static void sendRange(Exchange exchange, Blob blob) throws IOException {
        long size = blob.size();
        var lines = exchange.raw().getHeaders().getValuesList(HttpHeader.RANGE);
        var ranges = ByteRange.parse(lines, size);
        if (ranges.isEmpty()) {
            exchange.set("Content-Range", ByteRange.toNonSatisfiableHeaderValue(size));
            throw new WebFailure.NoSuchRange(size);
        }
        if (ranges.size() > 1) {
            stream(exchange, 200, blob, 0, size);
            return;
        }
        var range = ranges.getFirst();
        exchange.set("Content-Range", range.toHeaderValue(size));
        stream(exchange, 206, blob, range.first(), range.getLength());
    }

    private static void stream(Exchange exchange, int status, Blob blob, long from, long length)
            throws IOException {
        try (var in = exchange.isHead() ? InputStream.nullInputStream() : blob.open(from, length);
                var out = exchange.begin(status, length)) {
            in.transferTo(out);
        }
    }

    private static String disposition(Exchange exchange, Piece piece, Format format) {
        var kind = exchange.query("download").isPresent() ? "attachment" : "inline";
        int dot = piece.name.lastIndexOf('.');
        var stem = dot > 0 ? piece.name.substring(0, dot) : piece.name;
        var name = (stem.isEmpty() ? "photo" : stem) + "." + format.extension();
        return kind
                + "; filename*=UTF-8''"
                + URLEncoder.encode(name, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
