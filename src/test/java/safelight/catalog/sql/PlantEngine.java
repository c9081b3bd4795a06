package safelight.catalog.sql;

import safelight.fleet.sql.SqlFleet;

/// An engine that knows another one.
final class PlantEngine {
    String name(SqlFleet fleet) {
        return fleet.toString();
    }
}
