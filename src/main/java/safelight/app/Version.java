package safelight.app;

import java.util.Optional;

/// This release.
final class Version {
    /// As the jar's manifest says; `development` outside a jar.
    static final String CURRENT =
            Optional.ofNullable(Version.class.getPackage().getImplementationVersion())
                    .orElse("development");

    private Version() {}
}
