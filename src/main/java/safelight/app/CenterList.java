package safelight.app;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/// The data centers of one host and where they are: the file `data-centers` in the data folder. The
/// order of its lines gives each its loopback address, so a line stays where it is. Who wants one
/// more adds a line; asks the running `up` by `data-centers.add`.
record CenterList(Path folder) {
    private static final String NAME = "data-centers";
    private static final String ASKED = "data-centers.add";

    /// Cities near the usual names, so that trying it out needs no coordinates.
    private static final Map<String, String> PLACES =
            Map.of(
                    "us-east", "38.9/-77.0",
                    "us-central", "41.3/-95.9",
                    "us-west", "45.6/-121.2",
                    "sa-east", "-23.5/-46.6",
                    "eu-west", "53.3/-6.3",
                    "eu-central", "50.1/8.7",
                    "ap-south", "19.1/72.9",
                    "ap-southeast", "1.4/103.8",
                    "ap-northeast", "35.7/139.7");

    /// One data center: its name, and words `at=`, `weight=`, `bias=` as `dns.data-centers` has
    /// them.
    record Entry(String name, String words) {
        String line() {
            return "name=" + name + " " + words;
        }
    }

    /// Whether an `up` of several data centers has used the folder.
    boolean exists() {
        return Files.exists(file());
    }

    /// All that were ever there, in the order of their addresses.
    List<Entry> read() throws IOException {
        if (!exists()) return List.of();
        return Files.readAllLines(file()).stream()
                .filter(line -> !line.isBlank())
                .map(DnsConfig::words)
                .map(w -> entry(w.needed("name"), Optional.of(w)))
                .toList();
    }

    /// Adds those of `names` that are not there, and takes over what the settings say of all of
    /// `names`. Returns all that are there.
    ///
    /// @throws CannotStart if nobody knows where one of them is
    List<Entry> add(List<String> names, DnsConfig settings) throws IOException {
        var all = new ArrayList<>(read());
        for (var name : names) {
            var given = settings.site(name);
            int at = all.stream().map(Entry::name).toList().indexOf(name);
            if (at < 0) all.add(entry(name, given));
            else if (given.isPresent()) all.set(at, entry(name, given));
        }
        var text = all.stream().map(e -> e.line() + "\n").collect(Collectors.joining());
        Files.createDirectories(folder);
        write(NAME, text);
        return List.copyOf(all);
    }

    /// Asks the running `up` to run all of these.
    void ask(List<String> names) throws IOException {
        write(ASKED, String.join("\n", names) + "\n");
    }

    /// What was asked for since the last time; empty if nothing was.
    Optional<List<String>> asked() throws IOException {
        var file = folder.resolve(ASKED);
        if (!Files.exists(file)) return Optional.empty();
        var names = Files.readAllLines(file);
        Files.delete(file);
        return Optional.of(names);
    }

    private void write(String name, String text) throws IOException {
        var fresh = folder.resolve(name + ".new");
        Files.writeString(fresh, text);
        Files.move(fresh, folder.resolve(name), StandardCopyOption.ATOMIC_MOVE);
    }

    private static Entry entry(String name, Optional<Words> given) {
        var at =
                given.flatMap(w -> w.one("at"))
                        .or(() -> Optional.ofNullable(PLACES.get(name)))
                        .orElseThrow(() ->
                                new CannotStart(
                                        "Where is '%s'? Say it in dns.data-centers, like"
                                                        .formatted(name)
                                                + " 'name=%s at=52.4/4.9'.".formatted(name)));
        var words = new StringBuilder("at=" + at);
        for (var key : List.of("weight", "bias"))
            given.flatMap(w -> w.one(key)).ifPresent(v -> words.append(" " + key + "=" + v));
        return new Entry(name, words.toString());
    }

    private Path file() {
        return folder.resolve(NAME);
    }
}
