package safelight.imaging;

import java.util.EnumSet;
import java.util.Set;

/// A finished picture: its encoded bytes (owned by the receiver) and what they hold: `frames` of
/// the photo's `photoFrames`.
@SuppressWarnings("ArrayRecordComponent") // the bytes change hands, nobody compares them
public record Developed(byte[] bytes, Format format, Size size, int frames, int photoFrames) {
    /// Of a photo that is no animation.
    public Developed(byte[] bytes, Format format, Size size) {
        this(bytes, format, size, 1, 1);
    }

    /// What the result does not show of the photo.
    public Set<Flag> flags() {
        return Flag.of(photoFrames, frames);
    }

    /// Something that a result does not show.
    public enum Flag {
        /// The photo is an animation, and the result its first frame.
        FIRST_FRAME("first-frame");

        private final String id;

        Flag(String id) {
            this.id = id;
        }

        /// Of a result with so many of a photo's frames.
        public static Set<Flag> of(int photoFrames, int frames) {
            return frames < photoFrames ? EnumSet.of(FIRST_FRAME) : EnumSet.noneOf(Flag.class);
        }

        /// The name in the API.
        public String id() {
            return id;
        }
    }
}
