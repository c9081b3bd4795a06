package safelight.drill;

import java.util.List;

/// One line of a drill's history. An intent is one piece of work that a client wants done once; its
/// number is in the recipe, so that a job shows whose it is. -1 stands for a job that no drill
/// hands in. `atMs` counts from 1970.
public sealed interface Event {
    /// When it was.
    long atMs();

    /// The drill begins, without these guarantees.
    record Begun(long atMs, long seed, long seconds, List<String> without) implements Event {
        /// Copies the names.
        public Begun {
            without = List.copyOf(without);
        }
    }

    /// A kind of fault that cannot be had here, and why.
    record Skipped(long atMs, String fault, String why) implements Event {}

    /// A client is about to hand in a job. On the disk before the request is sent.
    record Intended(long atMs, int intent, String key) implements Event {}

    /// A 202 has come. On the disk before the client goes on.
    record Accepted(long atMs, int intent, String job) implements Event {}

    /// A request came to nothing, and is sent again with the same key.
    record Retried(long atMs, int intent, String why) implements Event {}

    /// A request was refused in a way that no retry mends.
    record Refused(long atMs, int intent, int status, String why) implements Event {}

    /// A client saw the job's end.
    record Ended(long atMs, int intent, String job, String state) implements Event {}

    /// A worker was seen with the job in hand.
    record Started(long atMs, String job, int attempt, String worker) implements Event {}

    /// It was not seen with it any more.
    record Left(long atMs, String job, int attempt) implements Event {}

    /// A fault struck; `lastingMs` is 0 for what is over at once.
    record Struck(long atMs, String fault, String victim, long lastingMs) implements Event {}

    /// Every fault was undone.
    record Healed(long atMs) implements Event {}

    /// A job as it stands in the end; `digest` is that of the bytes that its result sends, empty if
    /// there are none.
    record Found(long atMs, String job, int intent, String state, boolean dead, String digest)
            implements Event {}

    /// A photo that names `job` as its origin, in the end.
    record Kept(long atMs, String photo, String job, String digest) implements Event {}

    /// What an undisturbed run of the intent's recipe gives.
    record Expected(long atMs, int intent, String digest) implements Event {}

    /// A client is about to upload the picture of an intent. On the disk before the request is
    /// sent.
    record Uploading(long atMs, int intent) implements Event {}

    /// A data center has taken the upload in. On the disk before the client goes on.
    record Uploaded(long atMs, int intent, String photo, String dataCenter) implements Event {}

    /// A client's resolver said where to go, and for how long.
    record Resolved(long atMs, int client, String dataCenter, long ttlSeconds) implements Event {}

    /// A request of a client; `status` is 0 if no answer came. `atMs` is when it was sent.
    record Served(long atMs, int client, String dataCenter, String what, int status, long tookMs)
            implements Event {}

    /// An acknowledged photo was read and compared; `fault` is empty if it was right. `isLast`: in
    /// the end, when everything has to be everywhere.
    record ReadBack(long atMs, String photo, String dataCenter, String fault, boolean isLast)
            implements Event {}

    /// A data center did not know a login that was never ended.
    record LoggedOut(long atMs, int client, String dataCenter) implements Event {}

    /// What a data center says of itself: so many blobs have not arrived, the oldest one for so
    /// long; and how long ago it has heard the other one.
    record Shown(long atMs, String dataCenter, int waiting, long lagMs, long heardMs)
            implements Event {}

    /// A data center was cut off.
    record Severed(long atMs, String dataCenter, String cut, long lastingMs) implements Event {}

    /// No DNS answer of the others names it any more.
    record Noticed(long atMs, String dataCenter) implements Event {}

    /// What cut it off is undone.
    record Mended(long atMs, String dataCenter) implements Event {}

    /// Everybody is answered as before the cut, and nothing waits to be copied.
    record Level(long atMs) implements Event {}
}
