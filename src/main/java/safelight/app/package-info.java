/// main, command line (picocli), wiring: the one package that knows every engine.
@NullMarked
package safelight.app;

import org.jspecify.annotations.NullMarked;
