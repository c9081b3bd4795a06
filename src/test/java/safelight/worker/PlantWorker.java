package safelight.worker;

import safelight.web.WebSettings;

/// A role that knows another one.
final class PlantWorker {
    int port(WebSettings settings) {
        return settings.port();
    }
}
