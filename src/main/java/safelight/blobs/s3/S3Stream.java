package safelight.blobs.s3;

import java.io.IOException;
import java.io.InputStream;
import software.amazon.awssdk.core.ResponseInputStream;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;

/// An object's bytes on their way. Closed before the end, it cuts the connection: to keep it, the
/// rest of the object would have to come first.
final class S3Stream extends InputStream {
    private final ResponseInputStream<GetObjectResponse> in;
    private boolean isAtEnd;

    S3Stream(ResponseInputStream<GetObjectResponse> in) {
        this.in = in;
    }

    @Override
    public int read() throws IOException {
        int one = in.read();
        isAtEnd |= one < 0;
        return one;
    }

    @Override
    public int read(byte[] to, int offset, int length) throws IOException {
        int count = in.read(to, offset, length);
        isAtEnd |= count < 0;
        return count;
    }

    @Override
    public void close() throws IOException {
        if (isAtEnd) in.close();
        else in.abort();
    }
}
