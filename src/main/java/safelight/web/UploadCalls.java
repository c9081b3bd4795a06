package safelight.web;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import safelight.base.Bytes;
import safelight.base.Ulids;
import safelight.base.UploadId;
import safelight.catalog.Upload;
import safelight.photos.Checksum;
import safelight.photos.UploadFailure;
import safelight.photos.Uploads;
import safelight.web.Route.Access;

/// Uploads in parts by tus 1.0 (tus.io/protocols/resumable-upload), with the extensions creation,
/// creation-with-upload, checksum, expiration and termination. A finished upload names its photo.
final class UploadCalls {
    private static final String PATH = "/api/v1/uploads";
    private static final String ONE = PATH + "/{id}";
    private static final String VERSION = "1.0.0";
    private static final String EXTENSIONS =
            "creation,creation-with-upload,checksum,expiration,termination";
    private static final String ALGORITHMS = "sha1,sha256,md5";
    private static final String PART = "application/offset+octet-stream";
    private static final int DIGITS_MAX = 18;

    /// HTTP's own form of a date (RFC 9110, 5.6.7).
    private static final DateTimeFormatter DATE =
            DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ENGLISH);

    private static final Pattern CHECKSUM = Pattern.compile("(\\S+) +(\\S+)");
    private static final Pattern FILE_NAME = Pattern.compile("(?:^|,)\\s*filename +([^,\\s]+)");

    private final Uploads uploads;
    private final Bytes sizeMost;

    UploadCalls(Uploads uploads, Bytes sizeMost) {
        this.uploads = uploads;
        this.sizeMost = sizeMost;
    }

    List<Route> routes() {
        return List.of(
                new Route("OPTIONS", PATH, Access.EVERYBODY, this::options),
                new Route("POST", PATH, Access.SIGNED_IN, this::create),
                new Route("OPTIONS", ONE, Access.EVERYBODY, this::options),
                new Route("GET", ONE, Access.SIGNED_IN, this::look),
                new Route("PATCH", ONE, Access.SIGNED_IN, this::append),
                new Route("DELETE", ONE, Access.SIGNED_IN, this::end),
                new Route("POST", ONE, Access.SIGNED_IN, this::overridden));
    }

    private void options(Exchange exchange) throws IOException {
        exchange.set("Tus-Resumable", VERSION);
        exchange.set("Tus-Version", VERSION);
        exchange.set("Tus-Extension", EXTENSIONS);
        exchange.set("Tus-Checksum-Algorithm", ALGORITHMS);
        exchange.set("Tus-Max-Size", Long.toString(sizeMost.count()));
        exchange.empty(204);
    }

    private void create(Exchange exchange) throws IOException {
        speakTus(exchange, true);
        exchange.set("Tus-Max-Size", Long.toString(sizeMost.count()));
        long length = number(exchange, "Upload-Length");
        var name = name(exchange.header("Upload-Metadata").orElse(""));
        boolean hasBytes = exchange.raw().getLength() != 0;
        if (hasBytes) refuseOtherThanPart(exchange);
        var checksum = checksum(exchange);
        var account = exchange.who().account().id();
        var upload = uploads.create(account, name, length);
        if (hasBytes) upload = begin(exchange, upload, checksum);
        exchange.set("Location", PATH + "/" + upload.id());
        tell(exchange, upload);
        exchange.empty(201);
    }

    /// A client whose first bytes are refused never learns where its upload is.
    private Upload begin(Exchange exchange, Upload upload, Optional<Checksum> checksum) {
        boolean hasBegun = false;
        try {
            var begun = append(exchange, upload.id(), 0, checksum);
            hasBegun = true;
            return begun;
        } finally {
            if (!hasBegun) forget(upload);
        }
    }

    private void forget(Upload upload) {
        try {
            uploads.end(upload.account(), upload.id());
        } catch (UploadFailure.Unknown _) {
            // Bytes that are no photo have ended it already.
            return;
        }
    }

    private void look(Exchange exchange) throws IOException {
        speakTus(exchange, false);
        var upload = uploads.find(exchange.who().account().id(), id(exchange));
        exchange.set("Upload-Length", Long.toString(upload.size()));
        if (!upload.name().isEmpty())
            exchange.set(
                    "Upload-Metadata",
                    "filename "
                            + Base64.getEncoder()
                                    .encodeToString(
                                            upload.name().getBytes(StandardCharsets.UTF_8)));
        tell(exchange, upload);
        exchange.json(200, Json.upload(upload));
    }

    private void append(Exchange exchange) throws IOException {
        speakTus(exchange, true);
        refuseOtherThanPart(exchange);
        long offset = number(exchange, "Upload-Offset");
        tell(exchange, append(exchange, id(exchange), offset, checksum(exchange)));
        exchange.empty(204);
    }

    private Upload append(
            Exchange exchange, UploadId id, long offset, Optional<Checksum> checksum) {
        long length = exchange.raw().getLength();
        return uploads.append(
                exchange.who().account().id(),
                id,
                new Uploads.Incoming(offset, length, checksum, exchange.body()));
    }

    private void end(Exchange exchange) throws IOException {
        speakTus(exchange, true);
        uploads.end(exchange.who().account().id(), id(exchange));
        exchange.empty(204);
    }

    /// For clients whose network knows no PATCH or DELETE.
    private void overridden(Exchange exchange) throws IOException {
        switch (exchange.header("X-HTTP-Method-Override").orElse("")) {
            case "PATCH" -> append(exchange);
            case "DELETE" -> end(exchange);
            default -> throw new WebFailure.WrongMethod("POST", List.of("GET", "PATCH", "DELETE"));
        }
    }

    private static void tell(Exchange exchange, Upload upload) {
        exchange.set("Cache-Control", "no-store");
        exchange.set("Upload-Offset", Long.toString(upload.offset()));
        exchange.set("Upload-Expires", date(upload.expires()));
        if (upload.offset() == upload.size())
            exchange.set("Safelight-Photo", upload.photo().value());
    }

    private static void speakTus(Exchange exchange, boolean mustSay) {
        exchange.set("Tus-Resumable", VERSION);
        var said = exchange.header("Tus-Resumable").orElse(mustSay ? "" : VERSION);
        if (said.equals(VERSION)) return;
        exchange.set("Tus-Version", VERSION);
        throw new WebFailure.WrongTusVersion(VERSION);
    }

    private static void refuseOtherThanPart(Exchange exchange) {
        if (!exchange.header("Content-Type").orElse("").equalsIgnoreCase(PART))
            throw new WebFailure.WrongMediaType("the bytes as " + PART);
    }

    private static UploadId id(Exchange exchange) {
        var id = exchange.parameter("id");
        if (!Ulids.isUlid(id)) throw new UploadFailure.Unknown();
        return new UploadId(id);
    }

    private static long number(Exchange exchange, String name) {
        var text = exchange.header(name).orElse("");
        if (!text.matches("\\d{1," + DIGITS_MAX + "}"))
            throw new WebFailure.WrongTusHeader(name + " is a number of bytes.");
        return Long.parseLong(text);
    }

    private static Optional<Checksum> checksum(Exchange exchange) {
        var header = exchange.header("Upload-Checksum");
        if (header.isEmpty()) return Optional.empty();
        var words = CHECKSUM.matcher(header.get().strip());
        var kind =
                words.matches()
                        ? Checksum.Kind.byName(words.group(1))
                        : Optional.<Checksum.Kind>empty();
        if (kind.isEmpty())
            throw new WebFailure.WrongTusHeader(
                    "Upload-Checksum is one of "
                            + ALGORITHMS.replace(",", ", ")
                            + ", a space, and the hash in Base64.");
        return Optional.of(new Checksum(kind.get(), words.group(2)));
    }

    /// The file's name in pairs of key and Base64, `filename d29ybGQ=,other`; the rest is not kept.
    private static String name(String metadata) {
        var found = FILE_NAME.matcher(metadata);
        if (!found.find()) return "";
        try {
            return new String(Base64.getDecoder().decode(found.group(1)), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw new WebFailure.WrongTusHeader("Upload-Metadata has values in Base64.");
        }
    }

    private static String date(Instant time) {
        return DATE.format(time.atOffset(ZoneOffset.UTC));
    }
}
