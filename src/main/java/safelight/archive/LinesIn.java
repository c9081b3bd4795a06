package safelight.archive;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;

/// Reads a file of rows, some at a time.
final class LinesIn {
    static final JsonMapper MAPPER =
            JsonMapper.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();

    private static final int BATCH = 200;

    private LinesIn() {}

    /// Gives all rows to `use`, in batches; returns how many there were.
    ///
    /// @throws ArchiveFailure.Unfit if a line is not what it should be
    static <T> long each(Path file, Function<Fields, T> parse, Consumer<List<T>> use) {
        long line = 0;
        try (var in = new BufferedInputStream(Files.newInputStream(file));
                MappingIterator<JsonNode> nodes = MAPPER.readerFor(JsonNode.class).readValues(in)) {
            var batch = new ArrayList<T>();
            while (nodes.hasNextValue()) {
                line++;
                batch.add(parsed(file, line, nodes.nextValue(), parse));
                if (batch.size() < BATCH) continue;
                use.accept(List.copyOf(batch));
                batch.clear();
            }
            if (!batch.isEmpty()) use.accept(List.copyOf(batch));
            return line;
        } catch (JsonProcessingException e) {
            throw damaged(file, line, e);
        } catch (IOException e) {
            throw new ArchiveFailure.Unusable("read", file, e);
        }
    }

    private static <T> T parsed(Path file, long line, JsonNode node, Function<Fields, T> parse) {
        try {
            return parse.apply(new Fields(node));
        } catch (IllegalArgumentException | ArithmeticException e) {
            throw damaged(file, line, e);
        }
    }

    private static ArchiveFailure damaged(Path file, long line, Exception cause) {
        return new ArchiveFailure.Unfit(
                "%s is damaged at row %d: %s.".formatted(file, line, firstLine(cause)));
    }

    static String firstLine(Exception e) {
        return String.valueOf(e.getMessage()).lines().findFirst().orElse("");
    }
}
