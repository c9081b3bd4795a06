package safelight.jobs;

import java.time.Clock;
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
    private final Clock clock;

    /// Wires it.
    public Renditions(PhotoRows rows, Blobs blobs, Jobs jobs, Clock clock) {
        this.rows = rows;
        this.blobs = blobs;
        this.jobs = jobs;
        this.clock = clock;
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
                        Optional.of(key(photo, recipe)),
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

    /// One job for all who ask; a new one after an hour, in case the last one failed.
    private String key(Photo photo, Recipe recipe) {
        long hour = clock.instant().getEpochSecond() / Duration.ofHours(1).toSeconds();
        return "thumbnail:" + photo.id() + ":" + recipe.canonical() + ":" + hour;
    }

    private Optional<Made> find(Photo photo, Recipe recipe) {
        return rows.anyRendition(photo.digest(), recipe.canonical())
                .map(Rendition::digest)
                .flatMap(d -> blobs.find(d).map(b -> new Made(d, b)));
    }
}
