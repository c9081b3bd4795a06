package safelight.sql;

import org.postgresql.Driver;

/// Where a PostgreSQL database is and how to get in: a JDBC URL, whose parameters go before
/// Safelight's own, and how many `connections` this process opens at most. Its text form keeps the
/// password and the URL's parameters to itself.
public record PostgresAccess(String url, String user, String password, int connections) {
    private static final int CONNECTIONS_MAX = 1_000;

    /// Refuses other databases' URLs, and no connections.
    public PostgresAccess {
        if (Driver.parseURL(url, null) == null)
            throw new IllegalArgumentException("not a URL like jdbc:postgresql://host/database");
        if (connections < 1 || connections > CONNECTIONS_MAX)
            throw new IllegalArgumentException("no pool of " + connections + " connections");
    }

    /// The URL without its parameters.
    String place() {
        int parameters = url.indexOf('?');
        return parameters < 0 ? url : url.substring(0, parameters);
    }

    @Override
    public String toString() {
        return user + " at " + place();
    }
}
