package safelight.dns;

import safelight.geo.PrefixTable;

/// All that an answer depends on, swapped whole when anything changes. Immutable.
record Snapshot(PrefixTable table, Names names, ZoneText zone) {}
