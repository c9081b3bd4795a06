package safelight.web;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import org.eclipse.jetty.http.HttpException;
import org.eclipse.jetty.http.MultiPart;
import org.eclipse.jetty.http.MultiPartConfig;
import org.eclipse.jetty.http.MultiPartFormData;
import org.eclipse.jetty.io.Content;
import safelight.accounts.Accounts;
import safelight.base.Bytes;
import safelight.base.PhotoId;
import safelight.base.Ulids;
import safelight.blobs.BlobFailure;
import safelight.catalog.Account;
import safelight.catalog.Job;
import safelight.catalog.Photo;
import safelight.imaging.Format;
import safelight.imaging.Operation;
import safelight.imaging.Output;
import safelight.imaging.Recipe;
import safelight.jobs.Jobs;
import safelight.jobs.Renditions;
import safelight.photos.PhotoFailure;
import safelight.photos.Photos;
import safelight.web.Route.Access;

/// Upload, list, look at and delete photos; thumbnails and the profile picture.
final class PhotoCalls {
    private static final Duration THUMBNAIL_WAIT = Duration.ofSeconds(4);
    private static final int AVATAR_PX = 256;
    private static final int THUMBNAIL_PX = 512;
    private static final int PARTS_MAX = 8;
    private static final String FORM = "multipart/form-data that is complete";
    private static final int FORM_EXTRA = 1 << 20;

    private final Accounts accounts;
    private final Photos photos;
    private final Jobs jobs;
    private final Renditions renditions;
    private final Bytes photoMost;
    private final Path temporary;

    PhotoCalls(
            Accounts accounts,
            Photos photos,
            Jobs jobs,
            Renditions renditions,
            Bytes photoMost,
            Path temporary) {
        this.accounts = accounts;
        this.photos = photos;
        this.jobs = jobs;
        this.renditions = renditions;
        this.photoMost = photoMost;
        this.temporary = temporary;
    }

    List<Route> routes() {
        return List.of(
                new Route("POST", "/api/v1/photos", Access.SIGNED_IN, this::upload),
                new Route("GET", "/api/v1/photos", Access.SIGNED_IN, this::list),
                new Route("GET", "/api/v1/photos/{id}", Access.SIGNED_IN, this::photo),
                new Route("DELETE", "/api/v1/photos/{id}", Access.SIGNED_IN, this::delete),
                new Route("GET", "/api/v1/photos/{id}/content", Access.SIGNED_IN, this::content),
                new Route(
                        "GET", "/api/v1/photos/{id}/thumbnail", Access.SIGNED_IN, this::thumbnail),
                new Route("PUT", "/api/v1/account/avatar", Access.SIGNED_IN, this::setAvatar),
                new Route("GET", "/api/v1/account/avatar", Access.SIGNED_IN, this::avatar));
    }

    private void upload(Exchange exchange) throws IOException {
        var account = exchange.who().account().id();
        var photo = receive(exchange, (name, in) -> photos.upload(account, name, in));
        exchange.set("Location", "/api/v1/photos/" + photo.id());
        exchange.json(201, Json.photo(photo));
    }

    private void list(Exchange exchange) throws IOException {
        var page = Paging.request(exchange);
        var account = exchange.who().account().id();
        exchange.json(200, Paging.json(() -> photos.list(account, page), "photos", Json::photo));
    }

    private void photo(Exchange exchange) throws IOException {
        exchange.json(200, Json.photo(find(exchange)));
    }

    private void delete(Exchange exchange) throws IOException {
        photos.delete(exchange.who().account().id(), find(exchange).id());
        exchange.empty(204);
    }

    private void content(Exchange exchange) throws IOException {
        var photo = find(exchange);
        BlobAnswer.send(
                exchange,
                new BlobAnswer.Piece(
                        photos.content(photo), photo.digest(), photo.format(), photo.name(), true));
    }

    private void thumbnail(Exchange exchange) throws IOException, InterruptedException {
        var photo = find(exchange);
        var format = photo.format().equals(Format.PNG.id()) ? Format.PNG : Format.JPEG;
        var recipe =
                new Recipe(
                        photo.widthPx() <= THUMBNAIL_PX && photo.heightPx() <= THUMBNAIL_PX
                                ? List.of()
                                : List.of(box(THUMBNAIL_PX, Operation.Fit.CONTAIN)),
                        new Output(format, Output.QUALITY_DEFAULT));
        var made = renditions.of(photo, recipe, THUMBNAIL_WAIT, exchange.id());
        BlobAnswer.send(
                exchange,
                new BlobAnswer.Piece(made.blob(), made.digest(), format.id(), photo.name(), true));
    }

    private void setAvatar(Exchange exchange) throws IOException {
        var account = exchange.who().account().id();
        var photo = receive(exchange, (name, in) -> photos.uploadHidden(account, name, in));
        var recipe =
                new Recipe(
                        List.of(box(AVATAR_PX, Operation.Fit.COVER)),
                        new Output(Format.JPEG, Output.QUALITY_DEFAULT));
        var job =
                jobs.accept(
                        new Jobs.Wanted(
                                photo,
                                recipe,
                                Job.Purpose.AVATAR,
                                Job.Priority.INTERACTIVE,
                                Optional.empty(),
                                exchange.id()));
        photos.forgetHidden(photo);
        exchange.set("Location", "/api/v1/jobs/" + job.id());
        exchange.json(202, Json.job(job, Optional.empty()));
    }

    private void avatar(Exchange exchange) throws IOException {
        // Who asks is known by a copy, perhaps, and wants to see what was uploaded just now.
        var digest =
                accounts.find(exchange.who().account().id())
                        .flatMap(Account::avatar)
                        .orElseThrow(WebFailure.NoAvatar::new);
        var blob = renditions.blob(digest).orElseThrow(WebFailure.NoAvatar::new);
        BlobAnswer.send(
                exchange, new BlobAnswer.Piece(blob, digest, Format.JPEG.id(), "avatar", false));
    }

    private Photo find(Exchange exchange) {
        var id = exchange.parameter("id");
        if (!Ulids.isUlid(id)) throw new PhotoFailure.Unknown();
        return photos.find(exchange.who().account().id(), new PhotoId(id));
    }

    /// What becomes of the bytes that come in.
    @FunctionalInterface
    private interface Taker {
        Photo take(String name, InputStream in);
    }

    private Photo receive(Exchange exchange, Taker taker) throws IOException {
        var type = exchange.header("Content-Type").orElse("");
        boolean isForm = type.toLowerCase(Locale.ROOT).startsWith("multipart/form-data");
        if (exchange.raw().getLength() > photoMost.count() + (isForm ? FORM_EXTRA : 0))
            throw new BlobFailure.TooLarge(photoMost);
        return isForm
                ? receiveForm(exchange, type, taker)
                : taker.take(name(exchange), exchange.body());
    }

    private Photo receiveForm(Exchange exchange, String type, Taker taker) throws IOException {
        var boundary = MultiPart.extractBoundary(type);
        if (boundary == null || boundary.isEmpty()) throw new WebFailure.WrongMediaType(FORM);
        var bounds =
                new MultiPartConfig.Builder()
                        .location(temporary)
                        .maxMemoryPartSize(0)
                        .maxParts(PARTS_MAX)
                        .maxPartSize(photoMost.count() + 1)
                        .maxSize(photoMost.count() + FORM_EXTRA)
                        .build();
        try (var parts =
                MultiPartFormData.getParts(exchange.source(), exchange.raw(), type, bounds)) {
            var file = parts.getFirst("file");
            if (file == null)
                throw new WebFailure.WrongBody("/file", "The form has no part called 'file'.");
            var name = file.getFileName() == null ? "" : file.getFileName();
            try (var in = Content.Source.asInputStream(file.createContentSource())) {
                return taker.take(name, in);
            }
        } catch (HttpException.RuntimeException e) {
            hangUp(exchange);
            throw new WebFailure.WrongMediaType(FORM);
        } catch (EOFException e) {
            hangUp(exchange);
            throw new BlobFailure.SourceBroken(e);
        } catch (CompletionException | IllegalStateException e) {
            hangUp(exchange);
            if (e instanceof IllegalStateException || e.getCause() instanceof IllegalStateException)
                throw new BlobFailure.TooLarge(photoMost);
            throw new BlobFailure.SourceBroken(e);
        }
    }

    /// Jetty closes the connection of a form that it could not read; the client has to know, or it
    /// sends its next request there.
    private static void hangUp(Exchange exchange) {
        exchange.set("Connection", "close");
    }

    private static String name(Exchange exchange) {
        try {
            return exchange.header("X-File-Name")
                    .map(n -> URLDecoder.decode(n.replace("+", "%2B"), StandardCharsets.UTF_8))
                    .orElse("");
        } catch (IllegalArgumentException e) {
            throw new WebFailure.WrongParameter("X-File-Name is a percent-encoded name.");
        }
    }

    private static Operation box(int sidePx, Operation.Fit fit) {
        return new Operation.Resize(Optional.of(sidePx), Optional.of(sidePx), fit);
    }
}
