package safelight.app;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscaler;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscalerBehavior;
import io.fabric8.kubernetes.api.model.networking.v1.Ingress;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.cfg.CoercionAction;
import tools.jackson.databind.cfg.CoercionInputShape;
import tools.jackson.databind.cfg.MapperConfig;
import tools.jackson.databind.cfg.MutableCoercionConfig;
import tools.jackson.databind.introspect.Annotated;
import tools.jackson.databind.introspect.JacksonAnnotationIntrospector;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.type.LogicalType;

/// Everything in ops/kubernetes, in the types of a Kubernetes client. A field that Kubernetes does
/// not know, or a number where it wants a text, is refused.
record Manifests(Map<String, String> texts, List<HasMetadata> objects) {
    private static final Path FOLDER = Path.of("ops/kubernetes");
    private static final Map<String, Class<? extends HasMetadata>> KINDS =
            Map.ofEntries(
                    Map.entry("v1/Namespace", Namespace.class),
                    Map.entry("v1/Secret", Secret.class),
                    Map.entry("v1/Service", Service.class),
                    Map.entry("v1/ServiceAccount", ServiceAccount.class),
                    Map.entry("apps/v1/Deployment", Deployment.class),
                    Map.entry("apps/v1/StatefulSet", StatefulSet.class),
                    Map.entry(
                            "autoscaling/v2/HorizontalPodAutoscaler",
                            HorizontalPodAutoscaler.class),
                    Map.entry("policy/v1/PodDisruptionBudget", PodDisruptionBudget.class),
                    Map.entry("networking.k8s.io/v1/NetworkPolicy", NetworkPolicy.class),
                    Map.entry("networking.k8s.io/v1/Ingress", Ingress.class));
    private static final JsonMapper STRICT =
            JsonMapper.builder()
                    .annotationIntrospector(new NoExtras())
                    .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                    .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
                    .withCoercionConfig(LogicalType.Textual, Manifests::fromTextAlone)
                    .build();

    private static void fromTextAlone(MutableCoercionConfig text) {
        for (var other :
                List.of(
                        CoercionInputShape.Integer,
                        CoercionInputShape.Float,
                        CoercionInputShape.Boolean)) text.setCoercion(other, CoercionAction.Fail);
    }

    /// The client's models swallow fields that they do not know; here they may not.
    private static final class NoExtras extends JacksonAnnotationIntrospector {
        private static final long serialVersionUID = 1;

        @Override
        public Boolean hasAnySetter(MapperConfig<?> config, Annotated annotated) {
            return false;
        }
    }

    /// A Deployment or StatefulSet.
    record Workload(String kind, String name, Map<String, String> selects, PodTemplateSpec pod) {
        Container container() {
            return pod.getSpec().getContainers().getFirst();
        }

        Map<String, String> labels() {
            return pod.getMetadata().getLabels();
        }
    }

    /// KEDA's custom resource, as far as it is used here.
    record ScaledObject(String apiVersion, String kind, ObjectMeta metadata, Spec spec) {
        record Spec(
                Target scaleTargetRef,
                Integer pollingInterval,
                Integer minReplicaCount,
                Integer maxReplicaCount,
                Integer cooldownPeriod,
                Fallback fallback,
                Advanced advanced,
                List<Trigger> triggers) {}

        record Target(String apiVersion, String kind, String name) {}

        record Fallback(Integer failureThreshold, Integer replicas, String behavior) {}

        record Advanced(HpaConfig horizontalPodAutoscalerConfig) {}

        record HpaConfig(HorizontalPodAutoscalerBehavior behavior) {}

        record Trigger(String type, String metricType, Prometheus metadata) {}

        record Prometheus(
                String serverAddress,
                String query,
                String threshold,
                String activationThreshold,
                String ignoreNullValues) {}
    }

    /// kustomization.yaml, as far as it is used here.
    record Kustomization(
            String apiVersion,
            String kind,
            String namespace,
            List<String> resources,
            List<Generator> configMapGenerator,
            List<Image> images) {
        record Generator(String name, List<String> files) {}

        record Image(String name, String newTag) {}
    }

    /// The rules of prometheus-adapter, as far as they are used here.
    record AdapterRules(List<Rule> rules) {
        record Rule(String seriesQuery, Resources resources, Naming name, String metricsQuery) {}

        record Resources(Map<String, Resource> overrides) {}

        record Resource(String resource) {}

        record Naming(String as) {}
    }

    /// The files as they are, or after `edits` have changed the text of those that they name.
    static Manifests read(Map<String, UnaryOperator<String>> edits) throws IOException {
        var texts = new LinkedHashMap<String, String>();
        try (var files = Files.list(FOLDER)) {
            for (var file : files.sorted().toList()) {
                var text = Files.readString(file);
                var key = file.getFileName().toString();
                texts.put(key, edits.getOrDefault(key, UnaryOperator.identity()).apply(text));
            }
        }
        var objects = new ArrayList<HasMetadata>();
        for (var text : texts.values()) {
            for (var document : documents(text)) typed(document).ifPresent(objects::add);
        }
        return new Manifests(texts, objects);
    }

    static Manifests read() throws IOException {
        return read(Map.of());
    }

    <T extends HasMetadata> Stream<T> all(Class<T> type) {
        return objects.stream().filter(type::isInstance).map(type::cast);
    }

    /// The custom resources, whose types no model has.
    List<ScaledObject> scaledObjects() {
        return texts.values().stream()
                .flatMap(t -> documents(t).stream())
                .filter(d -> kind(d).equals("keda.sh/v1alpha1/ScaledObject"))
                .map(d -> STRICT.convertValue(d, ScaledObject.class))
                .toList();
    }

    Kustomization kustomization() {
        return only("kustomization.yaml", Kustomization.class);
    }

    AdapterRules adapter() {
        return only("prometheus-adapter.example.yaml", AdapterRules.class);
    }

    /// The settings, key to text.
    Map<String, String> settings() {
        var flat = new LinkedHashMap<String, String>();
        flatten("", documents(texts.get("safelight.yaml")).getFirst(), flat);
        return flat;
    }

    List<Workload> workloads() {
        return Stream.concat(
                        all(Deployment.class)
                                .map(d ->
                                        new Workload(
                                                d.getKind(),
                                                d.getMetadata().getName(),
                                                d.getSpec().getSelector().getMatchLabels(),
                                                d.getSpec().getTemplate())),
                        all(StatefulSet.class)
                                .map(s ->
                                        new Workload(
                                                s.getKind(),
                                                s.getMetadata().getName(),
                                                s.getSpec().getSelector().getMatchLabels(),
                                                s.getSpec().getTemplate())))
                .toList();
    }

    Workload workload(String name) {
        return workloads().stream().filter(w -> w.name().equals(name)).findFirst().orElseThrow();
    }

    private <T> T only(String file, Class<T> type) {
        return STRICT.convertValue(documents(texts.get(file)).getFirst(), type);
    }

    private static List<Map<?, ?>> documents(String text) {
        var found = new ArrayList<Map<?, ?>>();
        for (var document : new Load(LoadSettings.builder().build()).loadAllFromString(text))
            found.add((Map<?, ?>) document);
        return found;
    }

    private static Optional<HasMetadata> typed(Map<?, ?> document) {
        var type = Optional.ofNullable(KINDS.get(kind(document)));
        return type.map(t -> STRICT.convertValue(document, t));
    }

    private static String kind(Map<?, ?> document) {
        return document.get("apiVersion") + "/" + document.get("kind");
    }

    /// Whether each document is of a kind that is read with a type.
    List<String> unknownKinds() {
        return texts.entrySet().stream()
                .filter(e -> !e.getKey().matches("(safelight|kustomization|prometheus-.*)\\.yaml"))
                .flatMap(e -> documents(e.getValue()).stream())
                .map(Manifests::kind)
                .filter(k -> !KINDS.containsKey(k))
                .filter(k -> !k.equals("keda.sh/v1alpha1/ScaledObject"))
                .toList();
    }

    private static void flatten(String path, Object node, Map<String, String> into) {
        if (node instanceof Map<?, ?> map)
            map.forEach((key, value) ->
                    flatten(path.isEmpty() ? "" + key : path + "." + key, value, into));
        else into.put(path, String.valueOf(node));
    }
}
