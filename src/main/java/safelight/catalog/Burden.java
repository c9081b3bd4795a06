package safelight.catalog;

/// Work that is open: how many jobs, what they cost together (see {@link Job.Weight}), and the
/// bytes of their photos. As a limit, the most of each.
public record Burden(long jobs, long cost, long bytes) {
    /// No work.
    public static final Burden NONE = new Burden(0, 0, 0);

    /// A limit on the number alone.
    public static Burden ofJobs(long jobs) {
        return new Burden(jobs, Long.MAX_VALUE, Long.MAX_VALUE);
    }

    /// One job.
    public static Burden of(Job.Weight weight) {
        return new Burden(1, weight.cost(), weight.bytes());
    }

    /// Of these jobs together.
    public static Burden of(Iterable<Job> jobs) {
        var sum = NONE;
        for (var job : jobs) sum = sum.plus(of(job.order().weight()));
        return sum;
    }

    /// Both together.
    public Burden plus(Burden other) {
        return new Burden(jobs + other.jobs, cost + other.cost, bytes + other.bytes);
    }

    /// Whether nothing of it passes the limit.
    public boolean isWithin(Burden most) {
        return jobs <= most.jobs && cost <= most.cost && bytes <= most.bytes;
    }

    /// What of it passes the limit.
    public Burden above(Burden most) {
        return new Burden(
                Math.max(0, jobs - most.jobs),
                Math.max(0, cost - most.cost),
                Math.max(0, bytes - most.bytes));
    }
}
