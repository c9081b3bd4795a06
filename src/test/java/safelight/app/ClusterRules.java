package safelight.app;

import io.fabric8.kubernetes.api.model.LabelSelector;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HPAScalingRules;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscaler;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscalerBehavior;
import io.fabric8.kubernetes.api.model.autoscaling.v2.PodsMetricSource;
import io.fabric8.kubernetes.api.model.networking.v1.HTTPIngressPath;
import io.fabric8.kubernetes.api.model.networking.v1.Ingress;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyPort;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import java.net.URI;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import safelight.app.Manifests.Workload;

/// What holds between the manifests: who finds whom, what scales what, what may be disrupted.
final class ClusterRules {
    private static final String UP = "0 Max Percent 100/15 Pods 4/15";
    private static final int HELD_SECONDS = 300;
    private static final String DOWN = HELD_SECONDS + " Max Percent 10/60";

    private final Manifests manifests;
    private final List<String> faults = new ArrayList<>();

    private ClusterRules(Manifests manifests) {
        this.manifests = manifests;
    }

    static List<String> faults(Manifests manifests) {
        var rules = new ClusterRules(manifests);
        rules.services();
        rules.targets();
        rules.web();
        rules.workers();
        rules.disruptions();
        rules.network();
        rules.ingress();
        rules.kustomization();
        rules.ports();
        return rules.faults;
    }

    private void services() {
        manifests
                .all(Service.class)
                .forEach(s -> {
                    var name = "Service " + s.getMetadata().getName();
                    var pods = selected(s.getSpec().getSelector());
                    expect(pods.size() == 1, name, "finds pods");
                    s.getSpec()
                            .getPorts()
                            .forEach(p ->
                                    expect(
                                            hasPort(pods, p.getTargetPort().getStrVal()),
                                            name,
                                            "leads to a port of theirs"));
                    var affinity = s.getSpec().getSessionAffinity();
                    expect(affinity == null || affinity.equals("None"), name, "is not sticky");
                });
    }

    /// Each autoscaler has a target of its own, which leaves the count to it.
    private void targets() {
        var targets =
                Stream.concat(
                                manifests
                                        .all(HorizontalPodAutoscaler.class)
                                        .map(h -> h.getSpec().getScaleTargetRef())
                                        .map(t -> t.getKind() + " " + t.getName()),
                                manifests.scaledObjects().stream()
                                        .map(s -> s.spec().scaleTargetRef())
                                        .map(t -> t.kind() + " " + t.name()))
                        .toList();
        expect(targets.size() == 2, "web and workers", "are scaled");
        expect(new HashSet<>(targets).size() == targets.size(), "a target", "has one autoscaler");
        for (var target : targets) {
            var found =
                    manifests
                            .all(Deployment.class)
                            .filter(d -> target.equals("Deployment " + d.getMetadata().getName()))
                            .toList();
            expect(found.size() == 1, target, "exists");
            found.forEach(d ->
                    expect(d.getSpec().getReplicas() == null, target, "leaves replicas to it"));
        }
    }

    private void web() {
        manifests
                .all(HorizontalPodAutoscaler.class)
                .forEach(h -> {
                    var name = "HorizontalPodAutoscaler " + h.getMetadata().getName();
                    var spec = h.getSpec();
                    expect(
                            spec.getMinReplicas() >= 2
                                    && spec.getMaxReplicas() > spec.getMinReplicas(),
                            name,
                            "has two servers or more");
                    expect(
                            spec.getMetrics().stream()
                                    .filter(m -> m.getType().equals("Resource"))
                                    .anyMatch(m ->
                                            m.getResource().getName().equals("cpu")
                                                    && m.getResource()
                                                                    .getTarget()
                                                                    .getAverageUtilization()
                                                            == 65),
                            name,
                            "aims at 65 % of CPU");
                    spec.getMetrics().stream()
                            .filter(m -> m.getType().equals("Pods"))
                            .forEach(m -> requestsInHand(name, m.getPods()));
                    behavior(name, spec.getBehavior());
                });
    }

    private void requestsInHand(String name, PodsMetricSource metric) {
        var made = manifests.adapter().rules().stream().map(r -> r.name().as()).toList();
        expect(
                made.contains(metric.getMetric().getName()),
                name,
                "asks for a metric that the adapter makes");
        int places = Integer.parseInt(manifests.settings().get("web.places"));
        var aim = metric.getTarget().getAverageValue().getNumericalAmount();
        expect(aim.intValue() * 10 == places * 7, name, "aims at 70 % of web.places");
    }

    private void workers() {
        for (var scaled : manifests.scaledObjects()) {
            var name = "ScaledObject " + scaled.metadata().getName();
            var spec = scaled.spec();
            expect(
                    spec.minReplicaCount() >= 0 && spec.maxReplicaCount() > spec.minReplicaCount(),
                    name,
                    "has room to grow");
            expect(
                    spec.cooldownPeriod() >= HELD_SECONDS,
                    name,
                    "keeps its last worker as long as the others");
            var settings = manifests.settings();
            expect(
                    settings.get("autoscaler.workers-least").equals("" + spec.minReplicaCount())
                            && settings.get("autoscaler.workers-most")
                                    .equals("" + spec.maxReplicaCount()),
                    name,
                    "has the bounds of autoscaler.workers-least and -most");
            expect(
                    spec.fallback().behavior().equals("currentReplicasIfHigher")
                            && spec.fallback().replicas() >= Math.max(1, spec.minReplicaCount()),
                    name,
                    "takes nothing away without a metric");
            behavior(name, spec.advanced().horizontalPodAutoscalerConfig().behavior());
            expect(spec.triggers().size() == 1, name, "has one trigger");
            var trigger = spec.triggers().getFirst();
            expect(
                    trigger.type().equals("prometheus")
                            && trigger.metricType().equals("AverageValue")
                            && trigger.metadata().threshold().equals("1"),
                    name,
                    "starts as many as are wanted");
            expect(
                    "0".equals(trigger.metadata().activationThreshold()),
                    name,
                    "starts at the first job");
            expect(
                    trigger.metadata().ignoreNullValues().equals("false"),
                    name,
                    "takes no missing metric for 0");
            expect(
                    trigger.metadata().query().contains("safelight_workers_desired"),
                    name,
                    "asks Safelight how many");
        }
    }

    private void behavior(String name, HorizontalPodAutoscalerBehavior behavior) {
        expect(UP.equals(rules(behavior.getScaleUp())), name, "grows by 2 times or 4 in 15 s");
        expect(DOWN.equals(rules(behavior.getScaleDown())), name, "shrinks late and slowly");
    }

    private static String rules(HPAScalingRules rules) {
        var policy = Optional.ofNullable(rules.getSelectPolicy()).orElse("Max");
        var text = new StringBuilder(rules.getStabilizationWindowSeconds() + " " + policy);
        rules.getPolicies()
                .forEach(p ->
                        text.append(' ')
                                .append(p.getType())
                                .append(' ')
                                .append(p.getValue())
                                .append('/')
                                .append(p.getPeriodSeconds()));
        return text.toString();
    }

    private void disruptions() {
        var covered = new ArrayList<String>();
        manifests
                .all(PodDisruptionBudget.class)
                .forEach(b -> {
                    var name = "PodDisruptionBudget " + b.getMetadata().getName();
                    var pods = selected(b.getSpec().getSelector().getMatchLabels());
                    pods.forEach(w -> covered.add(w.name()));
                    expect(pods.size() == 1, name, "finds pods");
                    var most = b.getSpec().getMaxUnavailable();
                    expect(
                            b.getSpec().getMinAvailable() == null
                                    && most != null
                                    && !"0%".equals(most.getStrVal())
                                    && !Integer.valueOf(0).equals(most.getIntVal()),
                            name,
                            "lets a node be emptied");
                });
        var names = manifests.workloads().stream().map(Workload::name).sorted().toList();
        expect(
                covered.stream().sorted().toList().equals(names),
                "each workload",
                "has one disruption budget");
    }

    private void network() {
        var policies = manifests.all(NetworkPolicy.class).toList();
        for (var workload : manifests.workloads())
            for (var direction : List.of("Ingress", "Egress"))
                expect(
                        policies.stream()
                                .filter(p -> p.getSpec().getPolicyTypes().contains(direction))
                                .anyMatch(p -> selects(p.getSpec().getPodSelector(), workload)),
                        workload.name(),
                        "is closed for " + direction);
        for (var policy : policies) {
            var name = "NetworkPolicy " + policy.getMetadata().getName();
            var spec = policy.getSpec();
            var own =
                    manifests.workloads().stream()
                            .filter(w -> selects(spec.getPodSelector(), w))
                            .toList();
            expect(!own.isEmpty(), name, "finds pods");
            spec.getIngress().stream()
                    .flatMap(i -> i.getPorts().stream())
                    .forEach(
                            p -> expect(hasPort(own, text(p)), name, "opens a port that there is"));
            spec.getEgress()
                    .forEach(e ->
                            e.getTo().stream()
                                    .filter(t -> t.getPodSelector() != null)
                                    .forEach(t ->
                                            expect(
                                                    e.getPorts().stream()
                                                            .allMatch(p ->
                                                                    hasPort(
                                                                            selected(
                                                                                    t.getPodSelector()
                                                                                            .getMatchLabels()),
                                                                            text(p))),
                                                    name,
                                                    "leads to a port that there is")));
        }
    }

    private static String text(NetworkPolicyPort port) {
        return String.valueOf(port.getPort().getStrVal());
    }

    /// What is not for the public has no way in from there.
    private void ingress() {
        var services = manifests.all(Service.class).map(s -> s.getMetadata().getName()).toList();
        manifests
                .all(Ingress.class)
                .flatMap(i -> i.getSpec().getRules().stream())
                .flatMap(r -> r.getHttp().getPaths().stream())
                .forEach(p -> {
                    var name = "Ingress path " + p.getPath();
                    expect(
                            services.contains(p.getBackend().getService().getName()),
                            name,
                            "leads to a Service");
                    for (var hidden : List.of("/metrics", "/health/ready"))
                        expect(!leadsTo(p, hidden), name, "does not show " + hidden);
                });
    }

    private static boolean leadsTo(HTTPIngressPath path, String wanted) {
        if (path.getPathType().equals("Exact")) return path.getPath().equals(wanted);
        return path.getPath().equals("/") || (wanted + "/").startsWith(path.getPath() + "/");
    }

    private void kustomization() {
        var listed = new HashSet<>(manifests.kustomization().resources());
        listed.add("kustomization.yaml");
        manifests.kustomization().configMapGenerator().forEach(g -> listed.addAll(g.files()));
        var files = new HashSet<>(manifests.texts().keySet());
        files.removeIf(f -> f.contains(".example."));
        expect(listed.equals(files), "kustomization.yaml", "lists every file but examples");
    }

    /// The ports of the settings are the ports of the pods.
    private void ports() {
        var settings = manifests.settings();
        var web = Integer.valueOf(settings.get("web.port"));
        expect(hasPort("safelight-web", web), "web.port", "is the pod's");
        var queue = URI.create(settings.get("queue.url"));
        expect(hasPort("safelight-broker", queue.getPort()), "queue.url", "has the pod's port");
        expect(
                manifests
                        .all(Service.class)
                        .anyMatch(s -> s.getMetadata().getName().equals(queue.getHost())),
                "queue.url",
                "names a Service");
        var broker = Integer.valueOf(settings.get("broker.port"));
        expect(queue.getPort() == broker, "queue.url", "has broker.port");
        var ops = Integer.valueOf(settings.get("ops.port"));
        for (var workload : manifests.workloads()) {
            int own = workload.name().equals("safelight-web") ? web : ops;
            expect(hasPort(workload.name(), own), workload.name(), "shows its health");
            var scraped = workload.pod().getMetadata().getAnnotations();
            expect(
                    scraped.get("prometheus.io/port").equals("" + own),
                    workload.name(),
                    "is scraped where its metrics are");
        }
        for (var key : List.of("web.host", "broker.host", "ops.host"))
            expect("0.0.0.0".equals(settings.get(key)), key, "is for other pods");
    }

    private boolean hasPort(String workload, int number) {
        return manifests.workload(workload).container().getPorts().stream()
                .anyMatch(p -> p.getContainerPort() == number);
    }

    private static boolean hasPort(List<Workload> workloads, String name) {
        return workloads.stream()
                .flatMap(w -> w.container().getPorts().stream())
                .anyMatch(p -> p.getName().equals(name));
    }

    private List<Workload> selected(Map<String, String> labels) {
        return manifests.workloads().stream()
                .filter(w -> w.labels().entrySet().containsAll(labels.entrySet()))
                .toList();
    }

    private static boolean selects(LabelSelector selector, Workload workload) {
        var labels = workload.labels();
        return labels.entrySet().containsAll(selector.getMatchLabels().entrySet())
                && selector.getMatchExpressions().stream()
                        .allMatch(e ->
                                e.getOperator().equals("In")
                                        && e.getValues().contains(labels.get(e.getKey())));
    }

    private void expect(boolean holds, String name, String rule) {
        if (!holds) faults.add("not so: " + name + " " + rule);
    }
}
