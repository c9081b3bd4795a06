package safelight.drill;

/// What a drill does to a running installation. A worker is two processes: one that watches, and
/// one that does the photo work.
public enum Fault {
    /// `kill -9` of a web server.
    KILL_WEB("kill-web", false),
    /// `kill -9` of both processes of a worker.
    KILL_WORKER("kill-worker", false),
    /// `kill -9` of the process that watches; the other one is to end what it has and leave.
    KILL_WATCHER("kill-watcher", false),
    /// `kill -9` of the process that does the photo work.
    KILL_PHOTO_WORK("kill-photo-work", false),
    /// `kill -9` of the broker.
    KILL_BROKER("kill-broker", false),
    /// SIGSTOP of a web server, later SIGCONT.
    STOP_WEB("stop-web", true),
    /// SIGSTOP of both processes of a worker, later SIGCONT.
    STOP_WORKER("stop-worker", true),
    /// SIGSTOP of the broker, later SIGCONT.
    STOP_BROKER("stop-broker", true),
    /// Nothing passes between a web server and the broker.
    CUT_WEB("cut-web", true),
    /// Nothing passes between a worker and the broker.
    CUT_WORKER("cut-worker", true),
    /// What a worker sends does not reach the broker; what the broker sends arrives.
    CUT_TO_BROKER("cut-to-broker", true),
    /// What the broker sends does not reach a worker; what the worker sends arrives.
    CUT_FROM_BROKER("cut-from-broker", true),
    /// Requests reach a web server, and its answers do not reach the clients.
    CUT_ANSWERS("cut-answers", true),
    /// All connections to the broker break at once.
    BREAK_LINES("break-lines", false),
    /// The disk of catalog, sessions and leases is full.
    FILL_CATALOG("fill-catalog", true),
    /// The disk of the photos' bytes is full.
    FILL_BLOBS("fill-blobs", true),
    /// The disk of the broker's journal is full.
    FILL_JOURNAL("fill-journal", true);

    private final String label;
    private final boolean lasts;

    Fault(String label, boolean lasts) {
        this.label = label;
        this.lasts = lasts;
    }

    /// Its name in reports.
    public String label() {
        return label;
    }

    /// Whether it goes on until it is undone.
    public boolean lasts() {
        return lasts;
    }

    /// Whether it needs a small disk of its own, which not everybody may mount.
    public boolean fillsDisk() {
        return this == FILL_CATALOG || this == FILL_BLOBS || this == FILL_JOURNAL;
    }

    /// Whether jobs in hand are cut off by it, to run again elsewhere.
    public boolean endsJobs() {
        return this == KILL_WORKER || this == KILL_PHOTO_WORK;
    }
}
