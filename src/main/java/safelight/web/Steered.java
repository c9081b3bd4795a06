package safelight.web;

import java.util.List;

/// What the DNS server of this data center says of one of them: where it is, and whether clients
/// are sent there.
public record Steered(
        String name, double latitude, double longitude, boolean isUp, boolean isDrained) {
    /// Where it is asked; blocks for moments only.
    public interface Source {
        /// All data centers that it steers to; none if there is no DNS server, or it does not
        /// answer.
        List<Steered> now();
    }
}
