package safelight.app;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Probe;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.Volume;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import safelight.app.Manifests.Workload;

/// What holds for every pod: probes, time to drain, rights, room, and where it gets its settings.
final class PodRules {
    private static final Set<String> ROLES = Set.of("web", "worker", "broker");
    private static final int LEAVE_SECONDS = 5;
    private static final Pattern SECONDS = Pattern.compile("(\\d+)s");
    private static final Pattern HEAP_MIB = Pattern.compile("-Xmx(\\d+)m");

    private final Manifests manifests;
    private final List<String> faults = new ArrayList<>();

    private PodRules(Manifests manifests) {
        this.manifests = manifests;
    }

    static List<String> faults(Manifests manifests) {
        var rules = new PodRules(manifests);
        manifests.workloads().forEach(rules::check);
        return rules.faults;
    }

    private void check(Workload workload) {
        var name = workload.name();
        expect(workload.pod().getSpec().getContainers().size() == 1, name, "has one container");
        command(workload);
        probes(workload);
        stop(workload);
        rights(workload);
        resources(workload);
        mounts(workload);
        surroundings(workload);
        expect(
                workload.labels().entrySet().containsAll(workload.selects().entrySet()),
                name,
                "selects its own pods");
    }

    private void command(Workload workload) {
        var container = workload.container();
        var arguments = Optional.ofNullable(container.getArgs()).orElse(List.of());
        var role = workload.name().replace("safelight-", "");
        expect(
                arguments.equals(List.of(role, "--config", "/etc/safelight/safelight.yaml")),
                workload.name(),
                "runs its role with the settings");
        expect(ROLES.contains(role), workload.name(), "is a role");
        expect(container.getCommand().isEmpty(), workload.name(), "leaves the entry to the image");
        expect(
                role.equals(workload.labels().get("app.kubernetes.io/component")),
                workload.name(),
                "is labelled by its role");
    }

    private void probes(Workload workload) {
        var container = workload.container();
        var name = workload.name();
        probe(name, container, container.getStartupProbe(), "startup", "/health/live");
        probe(name, container, container.getReadinessProbe(), "readiness", "/health/ready");
        // A broker without its journal has to be started again.
        var alive = name.equals("safelight-broker") ? "/health/ready" : "/health/live";
        probe(name, container, container.getLivenessProbe(), "liveness", alive);
    }

    private void probe(String name, Container container, Probe probe, String which, String path) {
        expect(probe != null, name, "has a " + which + " probe");
        if (probe == null) return;
        var ports = container.getPorts().stream().map(p -> p.getName()).toList();
        expect(
                path.equals(probe.getHttpGet().getPath())
                        && ports.contains(probe.getHttpGet().getPort().getStrVal()),
                name,
                "asks " + path + " for " + which);
    }

    /// The kubelet kills after the grace period, and the sleep of preStop counts into it.
    private void stop(Workload workload) {
        var name = workload.name();
        long grace = workload.pod().getSpec().getTerminationGracePeriodSeconds();
        var lifecycle = Optional.ofNullable(workload.container().getLifecycle());
        long leave = lifecycle.map(l -> l.getPreStop().getSleep().getSeconds()).orElse(0L);
        long drain =
                Stream.of("leave", "drain")
                        .map(s ->
                                manifests.settings().get(workload.container().getName() + "." + s))
                        .filter(Objects::nonNull)
                        .mapToLong(PodRules::seconds)
                        .sum();
        expect(grace > leave + drain, name, "has time to drain");
        if (name.equals("safelight-web"))
            expect(leave >= LEAVE_SECONDS, name, "serves while the proxies hear of it");
    }

    private static long seconds(String text) {
        var matcher = SECONDS.matcher(text);
        if (!matcher.matches()) throw new IllegalArgumentException("not seconds: " + text);
        return Long.parseLong(matcher.group(1));
    }

    private void rights(Workload workload) {
        var name = workload.name();
        var pod = workload.pod().getSpec();
        var own = workload.container().getSecurityContext();
        expect(pod.getSecurityContext().getRunAsNonRoot(), name, "is not root");
        expect(pod.getSecurityContext().getRunAsUser() > 0, name, "has a user by number");
        expect(
                "RuntimeDefault".equals(pod.getSecurityContext().getSeccompProfile().getType()),
                name,
                "has a seccomp profile");
        expect(
                Boolean.FALSE.equals(own.getAllowPrivilegeEscalation()),
                name,
                "gains no privileges");
        expect(
                Boolean.TRUE.equals(own.getReadOnlyRootFilesystem()),
                name,
                "cannot write its image");
        expect(
                own.getCapabilities().getDrop().equals(List.of("ALL")),
                name,
                "drops all capabilities");
        expect(
                Boolean.FALSE.equals(pod.getAutomountServiceAccountToken()),
                name,
                "has no token of the cluster");
        expect(
                Boolean.FALSE.equals(pod.getEnableServiceLinks()),
                name,
                "gets no variables of Services");
        expect(
                manifests
                        .all(ServiceAccount.class)
                        .anyMatch(a ->
                                a.getMetadata().getName().equals(pod.getServiceAccountName())
                                        && !a.getAutomountServiceAccountToken()),
                name,
                "has the service account");
    }

    private void resources(Workload workload) {
        var name = workload.name();
        var own = workload.container().getResources();
        for (var resource : List.of("cpu", "memory"))
            expect(own.getRequests().containsKey(resource), name, "requests " + resource);
        var limit = Optional.ofNullable(own.getLimits()).map(l -> l.get("memory"));
        expect(limit.isPresent(), name, "limits memory");
        if (limit.isEmpty()) return;
        own.getLimits()
                .forEach((resource, most) ->
                        expect(
                                amount(own.getRequests(), resource)
                                                .compareTo(most.getNumericalAmount())
                                        <= 0,
                                name,
                                "requests no more " + resource + " than its limit"));
        var heap = new BigDecimal(heapMib()).multiply(new BigDecimal(1 << 20));
        expect(limit.get().getNumericalAmount().compareTo(heap) > 0, name, "has room for the heap");
    }

    private static BigDecimal amount(Map<String, Quantity> of, String resource) {
        return Optional.ofNullable(of.get(resource))
                .map(Quantity::getNumericalAmount)
                .orElse(BigDecimal.ZERO);
    }

    private static int heapMib() {
        var found = HEAP_MIB.matcher(ImageFiles.options());
        if (!found.find()) throw new IllegalStateException("no -Xmx in java.options");
        return Integer.parseInt(found.group(1));
    }

    private void mounts(Workload workload) {
        var name = workload.name();
        var paths = new ArrayList<String>();
        for (var mount : workload.container().getVolumeMounts()) {
            paths.add(mount.getMountPath());
            expect(
                    volumes(workload).anyMatch(mount.getName()::equals),
                    name,
                    "mounts volumes that it has");
        }
        var data = manifests.settings().get("data");
        expect(
                paths.containsAll(List.of("/tmp", "/etc/safelight", data)),
                name,
                "has settings, and can write data and /tmp");
        for (var volume : workload.pod().getSpec().getVolumes())
            if (volume.getEmptyDir() != null)
                expect(volume.getEmptyDir().getSizeLimit() != null, name, "bounds its folders");
    }

    private Stream<String> volumes(Workload workload) {
        var claims =
                manifests
                        .all(io.fabric8.kubernetes.api.model.apps.StatefulSet.class)
                        .filter(s -> s.getMetadata().getName().equals(workload.name()))
                        .flatMap(s -> s.getSpec().getVolumeClaimTemplates().stream())
                        .map(c -> c.getMetadata().getName());
        var own = workload.pod().getSpec().getVolumes().stream().map(Volume::getName);
        return Stream.concat(claims, own);
    }

    /// ConfigMap, Secret and image.
    private void surroundings(Workload workload) {
        var name = workload.name();
        var kustomization = manifests.kustomization();
        var generator = kustomization.configMapGenerator().getFirst();
        workload.pod().getSpec().getVolumes().stream()
                .filter(v -> v.getConfigMap() != null)
                .forEach(v ->
                        expect(
                                v.getConfigMap().getName().equals(generator.name()),
                                name,
                                "mounts the settings"));
        var secret = manifests.all(Secret.class).findFirst().orElseThrow();
        expect(
                workload.container().getEnvFrom().stream()
                        .allMatch(e ->
                                e.getSecretRef() != null
                                        && e.getSecretRef()
                                                .getName()
                                                .equals(secret.getMetadata().getName())),
                name,
                "takes secrets from the Secret");
        expect(workload.container().getEnv().isEmpty(), name, "has no variables inline");
        var image = kustomization.images().getFirst();
        expect(
                workload.container().getImage().equals(image.name() + ":" + image.newTag()),
                name,
                "has the image of this release");
    }

    private void expect(boolean holds, String name, String rule) {
        if (!holds) faults.add("not so: " + name + " " + rule);
    }
}
