package safelight.drill;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// What happened in a drill, in a file of JSON lines and in memory. Thread-safe.
public final class History implements AutoCloseable {
    private static final String KIND = "event";
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Map<String, Class<? extends Event>> KINDS =
            Stream.of(
                            Event.Begun.class,
                            Event.Skipped.class,
                            Event.Intended.class,
                            Event.Accepted.class,
                            Event.Retried.class,
                            Event.Refused.class,
                            Event.Ended.class,
                            Event.Started.class,
                            Event.Left.class,
                            Event.Struck.class,
                            Event.Healed.class,
                            Event.Found.class,
                            Event.Kept.class,
                            Event.Expected.class,
                            Event.Uploading.class,
                            Event.Uploaded.class,
                            Event.Resolved.class,
                            Event.Served.class,
                            Event.ReadBack.class,
                            Event.LoggedOut.class,
                            Event.Shown.class,
                            Event.Severed.class,
                            Event.Noticed.class,
                            Event.Mended.class,
                            Event.Level.class)
                    .collect(Collectors.toMap(Class::getSimpleName, Function.identity()));

    private final FileChannel file;
    private final List<Event> events = new ArrayList<>();

    /// Begins a new one in this file.
    public History(Path path) throws IOException {
        this.file = FileChannel.open(path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    }

    /// Adds an event. What a client wants and what it is promised is on the disk when this returns:
    /// the history must not forget what a client was promised.
    public synchronized void add(Event event) {
        try {
            var line = ByteBuffer.wrap((text(event) + "\n").getBytes(StandardCharsets.UTF_8));
            while (line.hasRemaining()) file.write(line);
            if (isPromise(event)) file.force(false);
        } catch (IOException e) {
            throw new UncheckedIOException("the history cannot be written", e);
        }
        events.add(event);
    }

    private static boolean isPromise(Event event) {
        return event instanceof Event.Intended
                || event instanceof Event.Accepted
                || event instanceof Event.Uploading
                || event instanceof Event.Uploaded;
    }

    /// What was added so far.
    public synchronized List<Event> events() {
        return List.copyOf(events);
    }

    @Override
    public synchronized void close() throws IOException {
        file.force(true);
        file.close();
    }

    /// The events of a file.
    ///
    /// @throws IOException if a line is not an event
    public static List<Event> read(Path path) throws IOException {
        var events = new ArrayList<Event>();
        for (var line : Files.readAllLines(path)) events.add(event(line));
        return events;
    }

    static String text(Event event) throws JsonProcessingException {
        var line = JSON.createObjectNode().put(KIND, event.getClass().getSimpleName());
        line.setAll(JSON.<ObjectNode>valueToTree(event));
        return JSON.writeValueAsString(line);
    }

    private static Event event(String line) throws IOException {
        if (!(JSON.readTree(line) instanceof ObjectNode node))
            throw new IOException("not an event: " + line);
        var kind = KINDS.get(node.path(KIND).asText());
        if (kind == null) throw new IOException("not an event: " + line);
        node.remove(KIND);
        return JSON.treeToValue(node, kind);
    }
}
