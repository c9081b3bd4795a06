package safelight.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.api.model.Secret;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import safelight.settings.Setting;
import tools.jackson.core.JacksonException;

/// The manifests in ops/kubernetes: typed, and held to what makes them safe to run. The rules
/// themselves are tested with faults that are planted in the files' text.
class KubernetesManifestsTest {
    @Test
    void everyObjectHasAType() throws IOException {
        assertThat(Manifests.read().unknownKinds()).isEmpty();
    }

    @Test
    void manifestsKeepTheRules() throws IOException {
        assertThat(faults(Manifests.read())).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "web.yaml | minReadySeconds: | minReadySecond:",
                "web.yaml | maxReplicas: 20 | maxReplicas: \"20\"",
                "web.yaml | port: \"8080\" | port: 8080",
                "web.yaml | minReadySeconds: 5 | every: 5",
                "web.yaml | averageUtilization | utilization",
                "broker.yaml | whenScaled | whenScale",
                "network.yaml | podSelector | pods",
                "ingress.example.yaml | pathType | kindOfPath",
                "secret.example.yaml | stringData | strings",
                "worker.yaml | ignoreNullValues: \"false\" | ignoreNullValues: false",
                "worker.yaml | fallback: | fallbacks:",
                "worker.yaml | threshold: \"1\" | threshold: 1",
                "kustomization.yaml | resources | resource"
            })
    void unknownFieldsAndWrongTypesAreRefused(String file, String from, String to) {
        assertThatThrownBy(() -> faults(planted(file, from, to)))
                .isInstanceOf(JacksonException.class);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "web.yaml | /health/ready | /health/live | asks /health/ready",
                "web.yaml | port: http | port: https | asks",
                "web.yaml | containerPort: 8080 | containerPort: 8081 | web.port is the pod's",
                "web.yaml | GracePeriodSeconds: 55 | GracePeriodSeconds: 40 | time to drain",
                "safelight.yaml | drain: 30s | drain: 45s | time to drain",
                "safelight.yaml | drain: 65s | drain: 80s | time to drain",
                "web.yaml | seconds: 10 | seconds: 1 | serves while the proxies hear",
                "web.yaml | runAsNonRoot: true | runAsNonRoot: false | is not root",
                "web.yaml | RuntimeDefault | Unconfined | seccomp",
                "web.yaml | drop: [ALL] | drop: [CHOWN] | drops all",
                "web.yaml | RootFilesystem: true | RootFilesystem: false | cannot write its image",
                "web.yaml | enableServiceLinks: false | enableServiceLinks: true | variables of Ser",
                "web.yaml | memory: 768Mi | memory: 512Mi | room for the heap",
                "web.yaml | memory: 256Mi | memory: 1Gi | no more memory than its limit",
                "web.yaml | cpu: 500m | pods: 1 | requests cpu",
                "web.yaml | image: safelight:0.1.0 | image: safelight:0.1 | image of this release",
                "web.yaml | mountPath: /tmp | mountPath: /temp | can write data",
                "web.yaml | name: tmp\\n              mount | name: temp\\n              mount | mounts volumes that it has",
                "web.yaml | sizeLimit: 4Gi | medium: Memory | bounds its folders",
                "web.yaml | args: [web, | args: [serve, | runs its role",
                "web.yaml | averageUtilization: 65 | averageUtilization: 90 | aims at 65",
                "web.yaml | stabilizationWindowSeconds: 300 | stabilizationWindowSeconds: 0 | late",
                "web.yaml | minReplicas: 2 | minReplicas: 1 | two servers",
                "web.yaml | minReplicas: 2 | minReplicas: 0 | two servers",
                "web.yaml | name: safelight_web_requests_in_hand | name: x | adapter makes",
                "web.yaml | revisionHistoryLimit: 5 | replicas: 3 | leaves replicas to it",
                "web.yaml | maxUnavailable: 25% | maxUnavailable: 0 | lets a node be emptied",
                "web.yaml | sessionAffinity: None | sessionAffinity: ClientIP | is not sticky",
                "worker.yaml | currentReplicasIfHigher | static | takes nothing away",
                "worker.yaml | Values: \"false\" | Values: \"true\" | missing metric for 0",
                "safelight.yaml | workers-most: 50 | workers-most: 4 | has the bounds",
                "safelight.yaml | workers-least: 1 | workers-least: 0 | has the bounds",
                "worker.yaml | minReplicaCount: 1 | minReplicaCount: 0 | has the bounds",
                "worker.yaml | minReplicaCount: 1 | minReplicaCount: 50 | room to grow",
                "worker.yaml | cooldownPeriod: 300 | cooldownPeriod: 60 | keeps its last worker",
                "worker.yaml | replicas: 2 | replicas: 0 | takes nothing away",
                "worker.yaml | Threshold: \"0\" | Threshold: \"1\" | starts at the first job",
                "worker.yaml | AverageValue | Value | as many as are wanted",
                "worker.yaml | name: safelight-worker | name: safelight-web | one autoscaler",
                "broker.yaml | containerPort: 8081 | containerPort: 8082 | shows its health",
                "worker.yaml | io/port: \"8081\" | io/port: \"8080\" | is scraped where",
                "safelight.yaml | places: 60 | places: 200 | aims at 70",
                "safelight.yaml | port: 61616 | port: 5672 | has broker.port",
                "safelight.yaml | host: 0.0.0.0 | host: 127.0.0.1 | is for other pods",
                "broker.yaml | containerPort: 61616 | containerPort: 5672 | has the pod's port",
                "network.yaml | port: http | port: web | opens a port that there is",
                "network.yaml | component: broker | component: brokers | finds pods",
                "ingress.example.yaml | path: /ui | path: / | does not show /metrics",
                "ingress.example.yaml | path: /errors | path: /health | does not show /health/ready",
                "kustomization.yaml | - network.yaml | - network.yml | lists every file",
                "service-account.yaml | name: safelight | name: other | service account",
                "safelight.yaml | trusted-proxies | trusted-proxy | unknown setting web.trusted-proxy",
                "safelight.yaml | user: safelight | password: open | secret in the open",
                "safelight.yaml | redis://redis | redis://me:open@redis | secret in the open",
                "secret.example.yaml | SAFELIGHT_S3_SECRET | SAFELIGHT_S3_SECRETS | no setting",
                "secret.example.yaml | CHANGE-ME | hunter2 | is no placeholder"
            })
    void plantIsFound(String file, String from, String to, String fault) throws IOException {
        assertThat(faults(planted(file, from, to))).anyMatch(f -> f.contains(fault));
    }

    @Test
    void workersMayGoToZeroWithBothBounds() throws IOException {
        var files =
                Manifests.read(
                        Map.of(
                                "worker.yaml",
                                change("minReplicaCount: 1", "minReplicaCount: 0"),
                                "safelight.yaml",
                                change("workers-least: 1", "workers-least: 0")));

        assertThat(faults(files)).isEmpty();
    }

    @Test
    void rolesReadTheSettings() {
        var config =
                Config.read(
                        Optional.of(Path.of("ops/kubernetes/safelight.yaml")), Map.of(), Map.of());

        assertThat(config.engines().keepsDataHere()).isFalse();
        assertThat(config.web().host()).isEqualTo("0.0.0.0");
        assertThat(config.queue()).isPresent();
    }

    @Test
    void rolesAreCommands() {
        assertThat(Main.commands(Plugs.REAL).getSubcommands())
                .containsKeys("web", "worker", "broker");
    }

    @Test
    void imageRunsWithTheFlagsOfTheLauncher() {
        var launcher = ImageFiles.launcher();
        int begin = launcher.indexOf("flags=(") + "flags=(".length();
        var flags = launcher.substring(begin, launcher.indexOf("\n)", begin)).strip();

        assertThat(ImageFiles.options().lines().filter(l -> !l.startsWith("#")))
                .containsExactly(flags.split("\\s+"));
        assertThat(ImageFiles.containerfile())
                .contains("-XX:AOTCacheOutput=/opt/safelight/safelight.aot")
                .contains("\"-XX:AOTCache=/opt/safelight/safelight.aot\"")
                .contains("USER 10001:10001");
    }

    @Test
    void imageIsThisRelease() throws IOException {
        var images = Manifests.read().kustomization().images();

        assertThat(images)
                .extracting(Manifests.Kustomization.Image::name)
                .containsExactly("safelight");
        assertThat(ImageFiles.pom())
                .contains("<version>%s</version>".formatted(images.getFirst().newTag()));
    }

    private static Manifests planted(String file, String from, String to) throws IOException {
        return Manifests.read(Map.of(file, change(from, to)));
    }

    private static UnaryOperator<String> change(String from, String to) {
        return text -> {
            var old = from.replace("\\n", "\n");
            assertThat(text).contains(old);
            return text.replace(old, to.replace("\\n", "\n"));
        };
    }

    private static List<String> faults(Manifests manifests) {
        return Stream.of(
                        PodRules.faults(manifests),
                        ClusterRules.faults(manifests),
                        settingFaults(manifests),
                        secretFaults(manifests))
                .flatMap(List::stream)
                .toList();
    }

    private static List<String> settingFaults(Manifests manifests) {
        var known = known();
        return manifests.settings().entrySet().stream()
                .flatMap(e -> {
                    if (!known.contains(e.getKey()))
                        return Stream.of("unknown setting " + e.getKey());
                    boolean isSecret =
                            e.getKey().matches(".*(password|secret|key-id)")
                                    || e.getValue().matches(".*://[^/]*@.*");
                    return isSecret
                            ? Stream.of("secret in the open: " + e.getKey())
                            : Stream.empty();
                })
                .toList();
    }

    private static List<String> secretFaults(Manifests manifests) {
        var variables =
                known().stream().map(KubernetesManifestsTest::variable).collect(Collectors.toSet());
        return manifests
                .all(Secret.class)
                .flatMap(s -> s.getStringData().entrySet().stream())
                .flatMap(e -> {
                    if (!variables.contains(e.getKey()))
                        return Stream.of(e.getKey() + " is the variable of no setting");
                    return e.getValue().equals("CHANGE-ME")
                            ? Stream.empty()
                            : Stream.of(e.getKey() + " is no placeholder");
                })
                .toList();
    }

    private static Set<String> known() {
        return Config.ALL.stream().map(Setting::key).collect(Collectors.toSet());
    }

    private static String variable(String key) {
        return "SAFELIGHT_" + key.toUpperCase(java.util.Locale.ROOT).replaceAll("[.-]", "_");
    }
}
