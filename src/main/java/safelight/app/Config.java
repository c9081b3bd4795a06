package safelight.app;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import safelight.accounts.SessionRules;
import safelight.base.Backoff;
import safelight.base.Bytes;
import safelight.catalog.Job;
import safelight.imaging.Limits;
import safelight.jobs.JobSettings;
import safelight.queue.artemis.BrokerAccess;
import safelight.settings.Setting;
import safelight.settings.Settings;
import safelight.web.WebSettings;
import safelight.webhooks.WebhookSettings;

/// Every setting there is, and the records that the packages want them in.
record Config(Settings settings) {
    static final Setting<Path> DATA =
            Setting.path("data", "data", "Folder of everything that the embedded engines keep");
    static final Setting<String> DATA_CENTER =
            Setting.text("data-center", "local", "Name of the data center that this process is in");
    static final Setting<String> LOG_FORMAT =
            Setting.text("log.format", "text", "`text` for people, `json` for machines");
    static final Setting<String> LOG_LEVEL =
            Setting.text("log.level", "info", "`error`, `warn`, `info` or `debug`");

    private static final Setting<String> WEB_HOST =
            Setting.text("web.host", "127.0.0.1", "Address to listen on; `0.0.0.0` for all");
    private static final Setting<Integer> WEB_PORT =
            Setting.number("web.port", 8080, 0, 65_535, "Port to listen on; 0 for any free one");
    private static final Setting<String> WEB_TRUSTED =
            Setting.text(
                    "web.trusted-proxies",
                    "",
                    "Addresses of load balancers whose X-Forwarded-For is believed, with commas");
    private static final Setting<Integer> WEB_REQUESTS =
            Setting.number(
                    "web.requests-most",
                    1000,
                    1,
                    100_000,
                    "Requests handled at once, the rest 503");
    private static final Setting<Bytes> WEB_JSON =
            Setting.bytes("web.json-most", "1MiB", "Size of a JSON body");
    private static final Setting<Duration> WEB_DRAIN =
            Setting.duration("web.drain", "30s", "Time that requests get to end on stop");
    private static final Setting<Integer> WEB_TARGET =
            Setting.number(
                    "web.places",
                    200,
                    1,
                    100_000,
                    "Requests at once that a load test showed one web server to handle well; the"
                            + " autoscaler keeps below it");
    private static final Setting<Integer> WEB_AGENT =
            Setting.number(
                    "web.agent-port",
                    0,
                    0,
                    65_535,
                    "Port of HAProxy's agent check; 0 for any free one");
    private static final Setting<Duration> WEB_LEAVE =
            Setting.duration(
                    "web.leave",
                    "2s",
                    "On stop, time in which load balancers notice before connections are refused;"
                            + " up to twice that where HAProxy asks the agent");
    private static final Setting<Bytes> PHOTO_SIZE =
            Setting.bytes("photos.size-most", "100MiB", "Size of an upload");
    private static final Setting<Duration> UPLOADS_KEPT =
            Setting.duration(
                    "uploads.kept", "24h", "Time in which a resumable upload has to be finished");
    private static final Setting<Integer> PIXELS_IN =
            Setting.number(
                    "photos.pixels-most",
                    100_000_000,
                    1,
                    1_000_000_000,
                    "Pixels of a photo, frames x pixels of an animation");
    private static final Setting<Integer> PIXELS_OUT =
            Setting.number(
                    "photos.result-pixels-most",
                    100_000_000,
                    1,
                    1_000_000_000,
                    "Pixels of a result");
    private static final Setting<Bytes> RESERVE =
            Setting.bytes(
                    "blobs.reserve",
                    "256MiB",
                    "Room that stays free on the disk for catalog and queue; below it uploads get"
                            + " 507");
    private static final Setting<Duration> JOB_TIME =
            Setting.duration("jobs.time-most", "60s", "Time that a job's operations may take");
    private static final Setting<Duration> JOB_GRACE =
            Setting.duration(
                    "jobs.graceful",
                    "5s",
                    "Time that a stopped operation gets before its process is ended");
    private static final Setting<Integer> JOB_STRIKES =
            Setting.number(
                    "jobs.strikes-most", 3, 1, 20, "Failures of its own after which a job is dead");
    private static final Setting<Integer> JOB_ATTEMPTS =
            Setting.number(
                    "jobs.attempts-most",
                    20,
                    1,
                    Job.Status.HISTORY_MAX,
                    "Starts whose worker was stopped, nobody knows why, after which a job is dead");
    private static final Setting<Duration> JOB_HINDERED =
            Setting.duration(
                    "jobs.hindered-most",
                    "1d",
                    "How long a job waits for storage that fails before it is dead");
    private static final Setting<Integer> BATCH_SIZE =
            Setting.number("jobs.batch-most", 10_000, 1, 100_000, "Photos of one batch");
    private static final Setting<Duration> JOB_PAUSE =
            Setting.duration("jobs.pause-first", "1s", "Wait after a first failure; doubles");
    private static final Setting<Duration> JOB_PAUSE_MOST =
            Setting.duration("jobs.pause-most", "1m", "Longest wait between attempts");
    private static final Setting<Duration> SWEEP =
            Setting.duration("jobs.sweep", "15s", "How often lost jobs are looked for");
    private static final Setting<Duration> IDLE =
            Setting.duration("sessions.idle", "7d", "A sign-in ends so long after its last use");
    private static final Setting<Duration> ABSOLUTE =
            Setting.duration("sessions.absolute", "30d", "A sign-in ends so long after it began");
    private static final Setting<Integer> TRIES_ADDRESS =
            Setting.number(
                    "sessions.tries-per-address",
                    20,
                    1,
                    1_000_000,
                    "Sign-ins tried from one address in a window");
    private static final Setting<Integer> TRIES_EMAIL =
            Setting.number(
                    "sessions.tries-per-email",
                    10,
                    1,
                    1_000_000,
                    "Sign-ins tried for one e-mail in a window; a success starts anew");
    private static final Setting<Duration> TRIES_WINDOW =
            Setting.duration("sessions.window", "1m", "Length of that window");
    private static final double MEMORY_SHARE = 0.75;
    private static final Setting<Integer> SLOTS =
            Setting.number(
                    "worker.slots", 0, 0, 1024, "Operations at once; 0 for one on each core");
    private static final Setting<Bytes> WORKER_MEMORY =
            Setting.bytes(
                    "worker.memory",
                    "0",
                    "Memory that a worker's operations may take together, by what is known of them"
                            + " before; 0 for three quarters of the machine's");
    private static final Setting<Duration> WORKER_DRAIN =
            Setting.duration("worker.drain", "30s", "Time that jobs in hand get to end on stop");

    private static final Setting<String> QUEUE_URL =
            Setting.text(
                    "queue.url",
                    "",
                    "Address of the broker, such as `tcp://10.0.0.5:61616`, or of several that"
                            + " share the jobs, with commas; empty for that of the data folder");
    private static final Setting<String> QUEUE_USER =
            Setting.text("queue.user", "safelight", "Who signs in there");
    private static final Setting<String> QUEUE_PASSWORD =
            Setting.secret("queue.password", "With which password; `broker` asks for the same");
    private static final Setting<String> BROKER_HOST =
            Setting.text("broker.host", "127.0.0.1", "Address that `broker` listens on");
    private static final Setting<Integer> BROKER_PORT =
            Setting.number(
                    "broker.port", 61_616, 0, 65_535, "Port of `broker`; 0 for any free one");
    private static final Setting<String> OPS_HOST =
            Setting.text(
                    "ops.host",
                    "127.0.0.1",
                    "Address of health and metrics of worker, broker and dns");
    private static final Setting<Integer> OPS_PORT =
            Setting.number(
                    "ops.port",
                    0,
                    0,
                    65_535,
                    "Port of health and metrics of worker, broker and dns; 0 for none");

    /// All of them, in the order of docs/settings.md.
    static final List<Setting<?>> ALL =
            Stream.of(
                            own(),
                            Webhooking.ALL.stream(),
                            OpenLimits.ALL.stream(),
                            Autoscaling.ALL.stream(),
                            Engines.ALL.stream(),
                            DnsConfig.ALL.stream(),
                            Centers.ALL.stream())
                    .<Setting<?>>flatMap(all -> all)
                    .toList();

    private static Stream<Setting<?>> own() {
        return Stream.of(
                DATA,
                DATA_CENTER,
                LOG_FORMAT,
                LOG_LEVEL,
                WEB_HOST,
                WEB_PORT,
                WEB_TRUSTED,
                WEB_REQUESTS,
                WEB_JSON,
                WEB_DRAIN,
                WEB_LEAVE,
                WEB_TARGET,
                WEB_AGENT,
                PHOTO_SIZE,
                UPLOADS_KEPT,
                PIXELS_IN,
                PIXELS_OUT,
                RESERVE,
                JOB_TIME,
                JOB_GRACE,
                JOB_STRIKES,
                JOB_ATTEMPTS,
                JOB_HINDERED,
                BATCH_SIZE,
                JOB_PAUSE,
                JOB_PAUSE_MOST,
                SWEEP,
                IDLE,
                ABSOLUTE,
                TRIES_ADDRESS,
                TRIES_EMAIL,
                TRIES_WINDOW,
                SLOTS,
                WORKER_MEMORY,
                WORKER_DRAIN,
                QUEUE_URL,
                QUEUE_USER,
                QUEUE_PASSWORD,
                BROKER_HOST,
                BROKER_PORT,
                OPS_HOST,
                OPS_PORT);
    }

    /// @throws safelight.settings.SettingsWrong if one is wrong, or several do not fit each other
    static Config read(
            Optional<Path> file, Map<String, String> environment, Map<String, String> options) {
        var config = new Config(Settings.of(ALL, file, environment, options));
        // Not only by who needs them, later.
        Settings.together("jobs.*", config::jobs);
        Settings.together("autoscaler.*", () -> config.autoscaling().web(1));
        Settings.together("autoscaler.*", () -> config.autoscaling().workers(1));
        return config;
    }

    /// As the same sources are now.
    Config again() {
        return new Config(settings.again());
    }

    /// The settings file, if there is one.
    Optional<Path> file() {
        return settings.file();
    }

    Path data() {
        return settings.get(DATA).toAbsolutePath().normalize();
    }

    Path database() {
        return data().resolve("catalog.db");
    }

    Path blobs() {
        return data().resolve("blobs");
    }

    Autoscaling autoscaling() {
        return new Autoscaling(settings);
    }

    WebhookSettings webhooks() {
        return new Webhooking(settings).read();
    }

    DnsConfig dns() {
        return new DnsConfig(settings);
    }

    Engines engines() {
        return new Engines(settings);
    }

    Centers centers() {
        return new Centers(settings);
    }

    /// The broker that is set; empty for that of the data folder.
    Optional<BrokerAccess> queue() {
        var url = settings.get(QUEUE_URL);
        return url.isEmpty()
                ? Optional.empty()
                : Optional.of(
                        new BrokerAccess(
                                url, settings.get(QUEUE_USER), settings.get(QUEUE_PASSWORD)));
    }

    String brokerHost() {
        return settings.get(BROKER_HOST);
    }

    int brokerPort() {
        return settings.get(BROKER_PORT);
    }

    /// Empty if it is to be made up.
    Optional<String> brokerPassword() {
        return Optional.of(settings.get(QUEUE_PASSWORD)).filter(s -> !s.isEmpty());
    }

    String opsHost() {
        return settings.get(OPS_HOST);
    }

    int opsPort() {
        return settings.get(OPS_PORT);
    }

    int webPlaces() {
        return settings.get(WEB_TARGET);
    }

    int agentPort() {
        return settings.get(WEB_AGENT);
    }

    Duration webLeave() {
        return settings.get(WEB_LEAVE);
    }

    String dataCenter() {
        return settings.get(DATA_CENTER);
    }

    Bytes reserve() {
        return settings.get(RESERVE);
    }

    Bytes photoMost() {
        return settings.get(PHOTO_SIZE);
    }

    Duration uploadsKept() {
        return settings.get(UPLOADS_KEPT);
    }

    Duration sweepEvery() {
        return settings.get(SWEEP);
    }

    Duration workerDrain() {
        return settings.get(WORKER_DRAIN);
    }

    Bytes workerMemory() {
        var given = settings.get(WORKER_MEMORY);
        return given.count() > 0 ? given : Machine.memory(MEMORY_SHARE);
    }

    int slots() {
        int given = settings.get(SLOTS);
        return given > 0 ? given : Runtime.getRuntime().availableProcessors();
    }

    Limits limits() {
        return new Limits(settings.get(PIXELS_IN), settings.get(PIXELS_OUT));
    }

    JobSettings jobs() {
        return new JobSettings(
                settings.get(JOB_TIME),
                settings.get(JOB_GRACE),
                settings.get(JOB_STRIKES),
                settings.get(JOB_ATTEMPTS),
                settings.get(JOB_HINDERED),
                settings.get(BATCH_SIZE),
                new OpenLimits(settings).most(settings.get(BATCH_SIZE)),
                new Backoff(settings.get(JOB_PAUSE), settings.get(JOB_PAUSE_MOST)));
    }

    SessionRules sessions() {
        return new SessionRules(
                settings.get(IDLE),
                settings.get(ABSOLUTE),
                settings.get(TRIES_ADDRESS),
                settings.get(TRIES_EMAIL),
                settings.get(TRIES_WINDOW));
    }

    WebSettings web() {
        return new WebSettings(
                settings.get(WEB_HOST),
                settings.get(WEB_PORT),
                names(settings.get(WEB_TRUSTED)),
                settings.get(WEB_REQUESTS),
                settings.get(PHOTO_SIZE),
                settings.get(WEB_JSON),
                settings.get(WEB_DRAIN));
    }

    private static Set<String> names(String text) {
        return Arrays.stream(text.split(",", -1))
                .map(String::strip)
                .filter(s -> !s.isEmpty())
                .collect(Collectors.toSet());
    }
}
