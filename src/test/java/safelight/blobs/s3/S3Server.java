package safelight.blobs.s3;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import org.gaul.s3proxy.S3Proxy;
import org.gaul.s3proxy.auth.AuthenticationType;
import org.gaul.s3proxy.nio2blob.FilesystemNio2BlobStore;
import org.slf4j.LoggerFactory;

/// A real S3 server in this process: S3Proxy over a folder, on a free port of loopback, with one
/// bucket. It can be stopped and started again with what it keeps.
public final class S3Server implements AutoCloseable {
    private static final String BUCKET = "photos";
    private static final String KEY_ID = "AKIATEST";
    private static final String SECRET = "not/a+real secret";

    private final Path folder;
    private S3Proxy proxy;
    private int port;

    private S3Server(Path folder) {
        this.folder = folder;
    }

    /// Runs when this returns; everything is kept in `folder`.
    public static S3Server start(Path folder) throws IOException {
        ((Logger) LoggerFactory.getLogger("org.gaul")).setLevel(Level.OFF);
        Files.createDirectories(folder.resolve(BUCKET));
        var server = new S3Server(folder);
        server.start();
        return server;
    }

    /// Starts it again after {@link #stop}, at the same address.
    public void start() throws IOException {
        proxy =
                S3Proxy.builder()
                        .endpoint(URI.create("http://127.0.0.1:" + port))
                        .awsAuthentication(AuthenticationType.AWS_V2_OR_V4, KEY_ID, SECRET)
                        .blobStore(new FilesystemNio2BlobStore(folder.toString()))
                        .build();
        try {
            proxy.start();
        } catch (Exception e) {
            throw new IOException("S3Proxy does not start", e);
        }
        port = proxy.getPort();
    }

    /// Ends it; what it keeps stays.
    public void stop() throws IOException {
        try {
            proxy.stop();
        } catch (Exception e) {
            throw new IOException("S3Proxy does not stop", e);
        }
    }

    /// Where it answers, without a slash at the end.
    public String url() {
        return "http://127.0.0.1:" + port;
    }

    /// The way into its bucket; keys begin with `prefix`.
    public S3Access access(String prefix) {
        return new S3Access(URI.create(url()), "us-east-1", BUCKET, prefix, KEY_ID, SECRET, true);
    }

    /// The way into its bucket.
    public S3Access access() {
        return access("");
    }

    @Override
    public void close() throws IOException {
        stop();
    }
}
