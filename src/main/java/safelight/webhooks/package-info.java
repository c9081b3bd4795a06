/// Tells receivers that jobs and batches have ended: signed, again and again, and to public
/// addresses only.
@NullMarked
package safelight.webhooks;

import org.jspecify.annotations.NullMarked;
