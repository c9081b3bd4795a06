/// Data centers: blobs copied between them, read through, repaired; who is lost and who is back.
@NullMarked
package safelight.replication;

import org.jspecify.annotations.NullMarked;
