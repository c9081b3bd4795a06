package safelight.catalog;

import java.sql.Connection;
import java.sql.SQLException;

/// A port that speaks its engine's language.
interface PlantPort {
    void begin(Connection connection) throws SQLException;
}
