/// Engine: blobs in any S3 bucket.
@NullMarked
package safelight.blobs.s3;

import org.jspecify.annotations.NullMarked;
