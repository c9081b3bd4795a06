package safelight.dns;

import safelight.base.Failure;
import safelight.base.Problem;

/// What the DNS role refuses, or cannot do.
public final class DnsFailure extends Failure {
    private static final long serialVersionUID = 1L;

    private DnsFailure(Problem problem) {
        super(problem);
    }

    private DnsFailure(Problem problem, Throwable cause) {
        super(problem, cause);
    }

    /// Nobody would be left to answer with.
    public static DnsFailure lastOne(String dataCenter) {
        return new DnsFailure(
                Problem.of(
                        "SL-DNS-01",
                        409,
                        "Last data center",
                        "%s is the last data center that is not drained; --force drains it."
                                .formatted(dataCenter)));
    }

    /// Not one of those that are set.
    public static DnsFailure unknownDataCenter(String dataCenter, String known) {
        return new DnsFailure(
                Problem.of(
                        "SL-DNS-02",
                        404,
                        "Unknown data center",
                        "There is no data center '%s'; there are %s."
                                .formatted(dataCenter, known)));
    }

    /// The file of drains is not what was written.
    public static DnsFailure adminFile(String complaint, Throwable cause) {
        return new DnsFailure(Problem.of("SL-DNS-03", 500, "Drains unreadable", complaint), cause);
    }
}
