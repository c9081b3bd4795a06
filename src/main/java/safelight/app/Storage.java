package safelight.app;

import java.time.Clock;
import safelight.blobs.Blobs;
import safelight.blobs.files.FileBlobs;
import safelight.catalog.AccountRows;
import safelight.catalog.JobRows;
import safelight.catalog.PhotoRows;
import safelight.catalog.UploadRows;
import safelight.catalog.sql.SqlAccounts;
import safelight.catalog.sql.SqlJobs;
import safelight.catalog.sql.SqlPhotos;
import safelight.catalog.sql.SqlUploads;
import safelight.fleet.Fleet;
import safelight.fleet.sql.SqlFleet;
import safelight.sessions.Sessions;
import safelight.sessions.sql.SqlSessions;
import safelight.sql.Database;

/// The storage that all roles of an installation share: one SQLite file and a folder of blobs.
record Storage(
        Database database,
        AccountRows accounts,
        PhotoRows photos,
        JobRows jobs,
        UploadRows uploads,
        Sessions sessions,
        Fleet fleet,
        Blobs blobs)
        implements AutoCloseable {
    /// Opens it; `owner` brings the schema up to date, others expect it to be.
    static Storage open(Config config, boolean owner, Clock clock) {
        var database = owner ? Database.open(config.database()) : Database.join(config.database());
        return new Storage(
                database,
                new SqlAccounts(database),
                new SqlPhotos(database, clock),
                new SqlJobs(database, clock),
                new SqlUploads(database),
                new SqlSessions(database),
                new SqlFleet(database),
                new FileBlobs(config.blobs(), config.reserve(), clock));
    }

    @Override
    public void close() {
        database.close();
    }
}
