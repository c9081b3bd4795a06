package safelight.jobs;

import java.util.List;
import safelight.base.JobId;

/// Which part of the common work one of several equal servers does: the one at place `rank` of
/// `count`. That two of them see each other differently for a while does no harm, since whatever is
/// done twice has one effect.
public record Share(int rank, int count) {
    /// Everything.
    public static final Share ALL = new Share(0, 1);

    /// Refuses places that do not exist.
    public Share {
        if (rank < 0 || rank >= count)
            throw new IllegalArgumentException("no place %d of %d".formatted(rank, count));
    }

    /// The share of `own` among `all` that are alive; everything if it is not among them.
    public static Share of(String own, List<String> all) {
        int rank = all.stream().sorted().distinct().toList().indexOf(own);
        return rank < 0 ? ALL : new Share(rank, (int) all.stream().distinct().count());
    }

    /// Whether this job is in it.
    public boolean has(JobId job) {
        return Math.floorMod(job.value().hashCode(), count) == rank;
    }
}
