/// Sign-up, sign-in, tokens, profile picture.
@NullMarked
package safelight.accounts;

import org.jspecify.annotations.NullMarked;
