/// Port: accounts, tokens, photos and jobs; the outbox too.
@NullMarked
package safelight.catalog;

import org.jspecify.annotations.NullMarked;
