/// Role: HTTP in, JSON and pages out; holds nothing between requests.
@NullMarked
package safelight.web;

import org.jspecify.annotations.NullMarked;
