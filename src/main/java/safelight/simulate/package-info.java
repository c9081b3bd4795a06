/// The rules of scaling, and those of HPA and KEDA, on traffic traces.
@NullMarked
package safelight.simulate;

import org.jspecify.annotations.NullMarked;
