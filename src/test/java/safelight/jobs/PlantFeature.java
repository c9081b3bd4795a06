package safelight.jobs;

import safelight.blobs.files.FileBlobs;

/// A feature that knows an engine.
final class PlantFeature {
    long room(FileBlobs blobs) {
        return blobs.roomLeft();
    }
}
