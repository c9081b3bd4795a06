package safelight.platform.haproxy;

import java.util.Map;
import java.util.stream.Collectors;

/// The text of haproxy.cfg. It always says what the runtime socket was told last, so that a reload
/// or a crash of HAProxy loses nothing. Why each line is as it is: docs/adr/0011.
final class Configuration {
    /// The backend of all web servers.
    static final String BACKEND = "web";

    private static final String BUSY =
            """
            {"type":"/errors/SL-PLATFORM-02","title":"No web server is ready","status":503,\
            "detail":"No web server can answer now. Try again in a moment.",\
            "code":"SL-PLATFORM-02"}\
            """;
    private static final String LATE =
            """
            {"type":"/errors/SL-PLATFORM-03","title":"The web server did not answer","status":504,\
            "detail":"The web server did not answer in time.","code":"SL-PLATFORM-03"}\
            """;
    private static final String LOST =
            """
            {"type":"/errors/SL-PLATFORM-04","title":"The web server was lost","status":502,\
            "detail":"The web server went away while it answered. Whether it had done what was \
            asked is not known.","code":"SL-PLATFORM-04"}\
            """;
    private static final String TEXT =
            """
            # Written by Safelight whenever the web servers change. Do not edit.
            global
                log stderr format raw daemon notice
                maxconn 4000
                no strict-limits
                hard-stop-after ${HARD_STOP}s
                stats socket unix@${ADMIN} mode 600 level admin expose-fd listeners
                stats timeout 10s

            defaults
                mode http
                log global
                option dontlognull
                timeout connect 2s
                timeout client 60s
                timeout server 60s
                timeout http-request 15s
                timeout http-keep-alive 60s
                timeout queue 5s
                timeout check 5s
                http-error status 502 content-type application/problem+json string '${LOST}'
                http-error status 503 content-type application/problem+json string '${BUSY}' \
            hdr Retry-After 2
                http-error status 504 content-type application/problem+json string '${LATE}'

            frontend safelight
                bind ${BIND}
                option idle-close-on-response
                http-request del-header Forwarded
                http-request del-header X-Forwarded-Host
                http-request set-header X-Forwarded-For %[src]
                http-request set-header X-Forwarded-Proto http
                default_backend ${BACKEND}

            backend ${BACKEND}
                balance random(2)
                http-reuse safe
                option redispatch 1
                retries 3
                retry-on conn-failure empty-response
                http-request disable-l7-retry if !{ method GET HEAD OPTIONS } \
            !{ req.hdr(Idempotency-Key) -m found }
                http-request set-timeout server 1h if { path /api/v1/events }
                option httpchk
                http-check send meth GET uri /health/ready ver HTTP/1.1 hdr Host safelight
                http-check expect status 200
                default-server weight 100 check inter 500ms fall 2 rise 1
                default-server agent-check agent-inter 500ms
            ${SLOTS}

            frontend figures
                bind ${STATS}
                http-request use-service prometheus-exporter if { path /metrics }
                stats enable
                stats uri /
                stats refresh 5s
            """;

    private Configuration() {}

    static String of(HaproxySettings settings, String admin, Map<String, Slots.Use> uses) {
        var slots =
                uses.entrySet().stream()
                        .map(e -> slot(e.getKey(), e.getValue()))
                        .collect(Collectors.joining("\n"));
        // The texts are our own, so nothing in them looks like a placeholder.
        return TEXT.replace("${HARD_STOP}", "" + settings.drainMost().toSeconds())
                .replace("${ADMIN}", admin)
                .replace("${BUSY}", BUSY)
                .replace("${LATE}", LATE)
                .replace("${LOST}", LOST)
                .replace("${BIND}", settings.bind())
                .replace("${STATS}", settings.stats())
                .replace("${BACKEND}", BACKEND)
                .replace("${SLOTS}", slots);
    }

    /// Every slot has an agent, if only at the port of nobody: one that has none in the file can
    /// get none later. An agent that does not answer says nothing.
    private static String slot(String name, Slots.Use use) {
        var shown = use.open() ? use : Slots.Use.NONE;
        var agent = shown.agent().orElse(Endpoint.NONE);
        return "    server %s %s agent-addr %s agent-port %d%s"
                .formatted(
                        name,
                        shown.server(),
                        agent.address(),
                        agent.port(),
                        use.open() ? "" : " disabled");
    }
}
