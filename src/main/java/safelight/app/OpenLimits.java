package safelight.app;

import java.util.List;
import safelight.base.Bytes;
import safelight.catalog.Burden;
import safelight.jobs.JobSettings;
import safelight.settings.Setting;
import safelight.settings.Settings;

/// How much work may be open, as the settings want it.
record OpenLimits(Settings settings) {
    private static final int MILLION = 1_000_000;
    private static final int COST_MOST = 2_000_000_000;

    /// Costs are counted in thousandths.
    private static final long UNITS = 1_000;

    private static final Setting<Integer> ALONE =
            Setting.number("jobs.open-most", 1000, 1, MILLION, "Open jobs of an account");
    private static final Setting<Integer> ALONE_COST =
            Setting.number(
                    "jobs.open-cost-most",
                    200_000,
                    1,
                    COST_MOST,
                    "Megapixels x operations of an account's open jobs; a single job is never too"
                            + " many");
    private static final Setting<Bytes> ALONE_BYTES =
            Setting.bytes("jobs.open-bytes-most", "50GiB", "Size of the photos of these jobs");
    private static final Setting<Integer> BATCHES =
            Setting.number(
                    "jobs.batch-open-most",
                    20_000,
                    1,
                    10 * MILLION,
                    "Open jobs that an account has in batches, besides others; at least one batch"
                            + " always fits");
    private static final Setting<Integer> BATCHES_COST =
            Setting.number(
                    "jobs.batch-open-cost-most",
                    5 * MILLION,
                    1,
                    COST_MOST,
                    "Megapixels x operations of an account's open jobs in batches; a single batch"
                            + " is never too many");
    private static final Setting<Bytes> BATCHES_BYTES =
            Setting.bytes(
                    "jobs.batch-open-bytes-most", "1024GiB", "Size of the photos of these jobs");
    private static final Setting<Integer> ALL_JOBS =
            Setting.number(
                    "jobs.all-waiting-most",
                    5 * MILLION,
                    1,
                    100 * MILLION,
                    "Jobs of all accounts that wait for a worker");
    private static final Setting<Integer> ALL_COST =
            Setting.number(
                    "jobs.all-waiting-cost-most",
                    1_000 * MILLION,
                    1,
                    COST_MOST,
                    "Megapixels x operations of these jobs");
    private static final Setting<Bytes> ALL_BYTES =
            Setting.bytes(
                    "jobs.all-waiting-bytes-most", "102400GiB", "Size of the photos of these jobs");

    static final List<Setting<?>> ALL =
            List.of(
                    ALONE,
                    ALONE_COST,
                    ALONE_BYTES,
                    BATCHES,
                    BATCHES_COST,
                    BATCHES_BYTES,
                    ALL_JOBS,
                    ALL_COST,
                    ALL_BYTES);

    /// A batch of `batchMost` photos always fits.
    JobSettings.OpenMost most(int batchMost) {
        return new JobSettings.OpenMost(
                burden(settings.get(ALONE), ALONE_COST, ALONE_BYTES),
                burden(Math.max(settings.get(BATCHES), batchMost), BATCHES_COST, BATCHES_BYTES),
                burden(settings.get(ALL_JOBS), ALL_COST, ALL_BYTES));
    }

    private Burden burden(long jobs, Setting<Integer> cost, Setting<Bytes> bytes) {
        return new Burden(jobs, settings.get(cost) * UNITS, settings.get(bytes).count());
    }
}
