package safelight.jobs;

import java.time.Duration;
import java.util.Optional;
import safelight.base.Digest;
import safelight.blobs.Blob;
import safelight.blobs.Blobs;
import safelight.catalog.Job;
import safelight.catalog.Photo;
import safelight.catalog.PhotoRows;
import safelight.catalog.Rendition;
import safelight.imaging.Recipe;

/// Pictures that are made on demand, such as thumbnails: found if somebody asked before, else made
/// by a worker while the caller waits. Web servers decode no pixels themselves. Thread-safe.
public final class Renditions {
    private final PhotoRows rows;
    private final Blobs blobs;
    private final Jobs jobs;

    /// Wires it.
    public Renditions(PhotoRows rows, Blobs blobs, Jobs jobs) {
        this.rows = rows;
        this.blobs = blobs;
        this.jobs = jobs;
    }

    /// A picture that is there.
    public record Made(Digest digest, Blob blob) {}

    /// The photo after `recipe`, made within `wait` if need be.
    ///
    /// @throws JobFailure.NotYet if it takes longer, or cannot be made
    public Made of(Photo photo, Recipe recipe, Duration wait, String request)
            throws InterruptedException {
        var known = find(photo, recipe);
        if (known.isPresent()) return known.get();
        var wanted =
                new Jobs.Wanted(
                        photo,
                        recipe,
                        Job.Purpose.THUMBNAIL,
                        Job.Priority.INTERACTIVE,
                        Optional.of("thumbnail:" + photo.id() + ":" + recipe.canonical()),
                        request);
        var job = jobs.await(jobs.accept(wanted), wait);
        if (job.status().state() == Job.State.FAILED)
            throw new JobFailure.CannotBeMade(job.status().error());
        return find(photo, recipe).orElseThrow(JobFailure.NotYet::new);
    }

    /// The blob of this digest, if it is there.
    public Optional<Blob> blob(Digest digest) {
        return blobs.find(digest);
    }

    private Optional<Made> find(Photo photo, Recipe recipe) {
        return rows.anyRendition(photo.digest(), recipe.canonical())
                .map(Rendition::digest)
                .flatMap(d -> blobs.find(d).map(b -> new Made(d, b)));
    }
}
