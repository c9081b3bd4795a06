package safelight.web;

import java.io.IOException;
import java.io.InputStream;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
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

    /// One range; several, or what is none, are answered with everything (RFC 9110, 14.2).
    private static final Pattern RANGE =
            Pattern.compile("bytes=(?:(\\d{1,18})-(\\d{0,18})|-(\\d{1,18}))");

    private BlobAnswer() {}

    /// What is to be sent. `name` is the file name for saving, without an extension of ours.
    record Piece(Blob blob, Digest digest, String format, String name, boolean fixed) {}

    static void send(Exchange exchange, Piece piece) throws IOException {
        var tag = '"' + piece.digest.hex() + '"';
        exchange.set("ETag", tag);
        exchange.set("Cache-Control", piece.fixed ? FOR_EVER : ASK_AGAIN);
        exchange.set("Accept-Ranges", "bytes");
        if (isKnown(exchange, tag)) {
            exchange.empty(304);
            return;
        }
        var format = Format.byId(piece.format);
        exchange.set(
                "Content-Type", format.map(Format::mediaType).orElse("application/octet-stream"));
        exchange.set(
                "Content-Disposition", disposition(exchange, piece, format.orElse(Format.JPEG)));
        boolean current = exchange.header("If-Range").map(tag::equals).orElse(true);
        var range = exchange.header("Range").filter(_ -> current).map(RANGE::matcher);
        if (range.isPresent() && range.get().matches())
            sendRange(exchange, piece.blob, range.get());
        else stream(exchange, 200, piece.blob, 0, piece.blob.size());
    }

    /// A tag is sought in the lines as they are: Jetty's parser of lists takes no weak ones.
    private static boolean isKnown(Exchange exchange, String tag) {
        return exchange.raw().getHeaders().getValuesList(HttpHeader.IF_NONE_MATCH).stream()
                .anyMatch(line -> line.strip().equals("*") || line.contains(tag));
    }

    private static void sendRange(Exchange exchange, Blob blob, Matcher range) throws IOException {
        long size = blob.size();
        boolean suffix = range.group(1) == null;
        long from =
                suffix
                        ? Math.max(0, size - Long.parseLong(range.group(3)))
                        : Long.parseLong(range.group(1));
        long to = suffix || range.group(2).isEmpty() ? size : Long.parseLong(range.group(2)) + 1;
        if (to <= from && from < size) {
            stream(exchange, 200, blob, 0, size);
            return;
        }
        if (from >= size) {
            exchange.set("Content-Range", "bytes */" + size);
            throw new WebFailure.NoSuchRange(size);
        }
        long end = Math.min(to, size);
        exchange.set("Content-Range", "bytes %d-%d/%d".formatted(from, end - 1, size));
        stream(exchange, 206, blob, from, end - from);
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
