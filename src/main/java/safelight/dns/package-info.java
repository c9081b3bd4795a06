/// Role: an authoritative DNS server that answers with the nearest healthy data center.
@NullMarked
package safelight.dns;

import org.jspecify.annotations.NullMarked;
