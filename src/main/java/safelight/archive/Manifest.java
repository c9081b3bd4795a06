package safelight.archive;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.EnumMap;
import java.util.Map;
import safelight.base.Digest;

/// What an archive says of itself: which release made it and when, how much it holds, and the
/// SHA-256 of each file of rows. It is written last, so a folder without one is no archive.
record Manifest(String release, Instant created, Totals totals, Map<Kind, Digest> sums) {
    static final String FILE = "manifest.json";

    private static final String FORMAT = "safelight-archive";
    private static final int VERSION = 1;

    /// Copies the sums.
    Manifest {
        sums = Map.copyOf(sums);
    }

    byte[] bytes() {
        var node =
                JsonNodeFactory.instance
                        .objectNode()
                        .put("format", FORMAT)
                        .put("version", VERSION)
                        .put("safelight", release)
                        .put("created", created.toString());
        for (var kind : Kind.values()) file(node, kind);
        node.withObject("/photos").put("hidden", totals.hidden());
        node.withObject("/jobs").put("open", totals.open());
        node.putObject("blobs")
                .put("count", totals.blobs())
                .put("bytes", totals.bytes())
                .put("missing", totals.missing())
                .put("damaged", totals.damaged());
        return (node.toPrettyString() + "\n").getBytes(java.nio.charset.StandardCharsets.UTF_8);
    }

    private void file(ObjectNode node, Kind kind) {
        node.putObject(kind.word())
                .put("file", kind.fileName())
                .put("lines", totals.rows(kind))
                .put("sha256", sums.getOrDefault(kind, Digest.of(new byte[0])).hex());
    }

    /// @throws ArchiveFailure.Unfit if there is none that this release understands
    static Manifest read(Path folder) {
        var file = folder.resolve(FILE);
        try {
            return parse(new Fields(LinesIn.MAPPER.readTree(Files.readAllBytes(file))));
        } catch (JsonProcessingException | IllegalArgumentException e) {
            throw new ArchiveFailure.Unfit(
                    "%s is damaged: %s.".formatted(file, LinesIn.firstLine(e)));
        } catch (IOException e) {
            throw new ArchiveFailure.Unusable("read", file, e);
        }
    }

    private static Manifest parse(Fields all) {
        if (!all.text("format").equals(FORMAT))
            throw new ArchiveFailure.Unfit("This is the manifest of something else.");
        if (all.number("version") != VERSION)
            throw new ArchiveFailure.Unfit(
                    "The archive has version %d of the format, and was made by Safelight %s; this"
                                    .formatted(all.number("version"), all.text("safelight"))
                            + " release reads version "
                            + VERSION
                            + ". Import it with that release.");
        var sums = new EnumMap<Kind, Digest>(Kind.class);
        for (var kind : Kind.values())
            sums.put(kind, new Digest(all.object(kind.word()).text("sha256")));
        return new Manifest(all.text("safelight"), all.instant("created"), totals(all), sums);
    }

    private static Totals totals(Fields all) {
        var blobs = all.object("blobs");
        return new Totals(
                all.object("accounts").number("lines"),
                all.object("tokens").number("lines"),
                all.object("photos").number("lines"),
                all.object("photos").number("hidden"),
                all.object("jobs").number("lines"),
                all.object("jobs").number("open"),
                blobs.number("count"),
                blobs.number("bytes"),
                blobs.number("missing"),
                blobs.number("damaged"));
    }
}
