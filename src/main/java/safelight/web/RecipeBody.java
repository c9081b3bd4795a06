package safelight.web;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.function.Function;
import safelight.catalog.Photo;
import safelight.imaging.BadRecipe;
import safelight.imaging.Format;
import safelight.imaging.Operation;
import safelight.imaging.Operations;
import safelight.imaging.Output;
import safelight.imaging.Recipe;

/// `operations` and `output` of a body: what is wrong with them is noted there. Without a format, a
/// result has its photo's own, if this installation can write it, or one that shows as much. A
/// watermark's photo is named by its id there, and by its digest from then on.
record RecipeBody(
        List<Operation> operations,
        Optional<Format> format,
        int quality,
        boolean lossless,
        boolean bestEffort,
        Set<String> encodes) {
    private static final List<String> FIELDS =
            List.of("format", "quality", "lossless", "bestEffort");

    /// Copies the lists.
    RecipeBody {
        operations = List.copyOf(operations);
        encodes = Set.copyOf(encodes);
    }

    /// `photos` finds the caller's photos by what may be their ids.
    static RecipeBody read(
            JsonBody body, Formats formats, Function<String, Optional<Photo>> photos) {
        var encodes = formats.encodes();
        var operations = operations(body, photos);
        var output = body.get("output").filter(node -> isOutput(body, node));
        return new RecipeBody(
                operations,
                output.flatMap(node -> format(body, node, encodes)),
                output.map(node -> quality(body, node)).orElse(Output.QUALITY_DEFAULT),
                output.map(node -> claim(body, node, "lossless")).orElse(false),
                output.map(node -> claim(body, node, "bestEffort")).orElse(false),
                encodes);
    }

    /// The recipe for this photo.
    Recipe recipe(Photo photo) {
        var written = format.orElseGet(() -> own(photo));
        if (lossless && !photo.format().equals(Format.JPEG.id()))
            throw BadRecipe.at(
                    "/output/lossless",
                    "Only JPEG photos can be edited without loss; this one is "
                            + photo.format()
                            + ".");
        return new Recipe(operations, output(written));
    }

    private Output output(Format written) {
        try {
            return new Output(written, quality, lossless, bestEffort);
        } catch (BadRecipe e) {
            throw e.under("/output");
        }
    }

    private Format own(Photo photo) {
        return Format.byId(photo.format())
                .filter(format -> encodes.contains(format.id()))
                .orElseGet(() -> nearest(photo));
    }

    private Format nearest(Photo photo) {
        boolean moves = photo.frames().here() > 1 && encodes.contains(Format.WEBP.id());
        return moves ? Format.WEBP : Format.JPEG;
    }

    private static List<Operation> operations(
            JsonBody body, Function<String, Optional<Photo>> photos) {
        var list = new ArrayList<Operation>();
        var given = body.get("operations");
        if (given.isEmpty()) return list;
        if (!given.get().isArray()) {
            body.wrong("/operations", "This is an array of operations.");
            return list;
        }
        if (given.get().size() > Recipe.OPERATIONS_MAX) {
            body.wrong(
                    "/operations",
                    "A job has at most %d operations, not %d."
                            .formatted(Recipe.OPERATIONS_MAX, given.get().size()));
            return list;
        }
        for (int i = 0; i < given.get().size(); i++)
            operation(body, given.get().get(i), "/operations/" + i, photos).ifPresent(list::add);
        return list;
    }

    private static Optional<Operation> operation(
            JsonBody body, JsonNode node, String where, Function<String, Optional<Photo>> photos) {
        if (!node.isObject() || !node.path("op").isTextual()) {
            body.wrong(
                    where + (node.isObject() ? "/op" : ""),
                    "An operation is like {\"op\": \"blur\", \"sigma\": 2}.");
            return Optional.empty();
        }
        var values = JsonBody.values(node);
        values.remove("op");
        if (values.get("photo") instanceof String id) {
            var photo = photos.apply(id);
            if (photo.isEmpty()) {
                body.wrong(where + "/photo", "There is no such photo.");
                return Optional.empty();
            }
            values.put("photo", photo.get().digest().hex());
        }
        try {
            return Optional.of(Operations.read(node.get("op").textValue(), values));
        } catch (BadRecipe e) {
            e.under(where).problem().faults().forEach(f -> body.wrong(f.pointer(), f.detail()));
            return Optional.empty();
        }
    }

    private static boolean isOutput(JsonBody body, JsonNode node) {
        if (!node.isObject()) {
            body.wrong("/output", "The output is like {\"format\": \"jpeg\", \"quality\": 80}.");
            return false;
        }
        for (var name : (Iterable<String>) node::fieldNames)
            if (!FIELDS.contains(name))
                body.wrong(
                        "/output/" + name,
                        "There is no such field; there are " + String.join(", ", FIELDS) + ".");
        return true;
    }

    private static Optional<Format> format(
            JsonBody body, JsonNode output, SortedSet<String> encodes) {
        if (!output.hasNonNull("format")) return Optional.empty();
        var format =
                Format.byId(output.get("format").asText()).filter(f -> encodes.contains(f.id()));
        if (format.isEmpty())
            body.wrong(
                    "/output/format",
                    "This installation writes " + String.join(", ", encodes) + ".");
        return format;
    }

    private static boolean claim(JsonBody body, JsonNode output, String name) {
        if (!output.hasNonNull(name)) return false;
        if (!output.get(name).isBoolean()) body.wrong("/output/" + name, "This is true or false.");
        return output.get(name).asBoolean();
    }

    private static int quality(JsonBody body, JsonNode output) {
        if (!output.hasNonNull("quality")) return Output.QUALITY_DEFAULT;
        var node = output.get("quality");
        if (node.isInt() && node.intValue() >= 1 && node.intValue() <= 100) return node.intValue();
        body.wrong("/output/quality", "The quality is a whole number from 1 to 100.");
        return Output.QUALITY_DEFAULT;
    }
}
