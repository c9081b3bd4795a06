package safelight.app;

import java.time.Clock;
import java.util.List;
import java.util.Optional;
import safelight.blobs.Blobs;
import safelight.catalog.AccountRows;
import safelight.catalog.BatchRows;
import safelight.catalog.JobRows;
import safelight.catalog.PhotoRows;
import safelight.catalog.UploadRows;
import safelight.catalog.WebhookRows;
import safelight.fleet.Fleet;
import safelight.observe.Health;
import safelight.replication.DataCenters;
import safelight.sessions.Sessions;

/// The storage that all roles of an installation share, on the engines that are set, and what this
/// data center shares with others, if there are any. `checks` say what is wrong with it, `chores`
/// are to be done now and then.
record Storage(
        Catalog catalog,
        Sessions sessions,
        Fleet fleet,
        Blobs blobs,
        Optional<Sharing> sharing,
        List<Health.Check> checks,
        List<Runnable> chores,
        Running parts)
        implements AutoCloseable {
    /// Opens it, and waits for engines that are not up yet; `owner` brings the schema up to date,
    /// others expect it to be.
    ///
    /// @throws safelight.base.Failure if an engine does not come up in time, or its schema does not
    ///   fit
    static Storage open(Config config, boolean owner, Clock clock) {
        var parts = new Running();
        try {
            return new StorageOpening(config, owner, clock, parts).open();
        } catch (RuntimeException e) {
            parts.close();
            throw e;
        }
    }

    /// The catalog's rows, all in one engine.
    record Catalog(
            AccountRows accounts,
            PhotoRows photos,
            JobRows jobs,
            BatchRows batches,
            UploadRows uploads,
            WebhookRows webhooks) {}

    /// The same with other sessions.
    Storage with(Sessions others) {
        return new Storage(catalog, others, fleet, blobs, sharing, checks, chores, parts);
    }

    /// The same with other rows of jobs.
    Storage with(JobRows others) {
        var rows =
                new Catalog(
                        catalog.accounts,
                        catalog.photos,
                        others,
                        catalog.batches,
                        catalog.uploads,
                        catalog.webhooks);
        return new Storage(rows, sessions, fleet, blobs, sharing, checks, chores, parts);
    }

    /// Whether it is the name of another data center that is known.
    boolean isElsewhere(String dataCenter) {
        return sharing.filter(s -> s.site().peers().names().contains(dataCenter)).isPresent();
    }

    /// What people see of all data centers.
    DataCenters centers() {
        return sharing.map(Sharing::dataCenters).orElseGet(DataCenters::alone);
    }

    AccountRows accounts() {
        return catalog.accounts;
    }

    PhotoRows photos() {
        return catalog.photos;
    }

    JobRows jobs() {
        return catalog.jobs;
    }

    BatchRows batches() {
        return catalog.batches;
    }

    UploadRows uploads() {
        return catalog.uploads;
    }

    WebhookRows webhooks() {
        return catalog.webhooks;
    }

    @Override
    public void close() {
        parts.close();
    }
}
