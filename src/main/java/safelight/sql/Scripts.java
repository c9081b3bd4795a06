package safelight.sql;

import java.io.IOException;
import java.io.InputStream;
import java.io.Reader;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.List;
import java.util.stream.Stream;
import org.flywaydb.core.api.ResourceProvider;
import org.flywaydb.core.api.resource.LoadableResource;
import org.jspecify.annotations.Nullable;

/// The migrations by name, so that Flyway does not scan the class path, which costs time and fails
/// in jars without directory entries.
final class Scripts implements ResourceProvider {
    private final String place;
    private final List<String> names;

    Scripts(String place, List<String> names) {
        this.place = place;
        this.names = names;
    }

    // Flyway's interface wants null for what is not there.
    @Override
    public @Nullable LoadableResource getResource(String name) {
        return names.contains(name) ? new Script(place + "/" + name, name) : null;
    }

    @Override
    public Collection<LoadableResource> getResources(String prefix, String[] suffixes) {
        return names.stream()
                .filter(name -> name.startsWith(prefix))
                .filter(name -> Stream.of(suffixes).anyMatch(name::endsWith))
                .<LoadableResource>map(name -> new Script(place + "/" + name, name))
                .toList();
    }

    private static final class Script extends LoadableResource {
        private final String path;
        private final String name;

        Script(String path, String name) {
            this.path = path;
            this.name = name;
        }

        @Override
        public Reader read() {
            try (InputStream in = Scripts.class.getClassLoader().getResourceAsStream(path)) {
                if (in == null) throw new IllegalStateException("no " + path + " in the jar");
                return new StringReader(new String(in.readAllBytes(), StandardCharsets.UTF_8));
            } catch (IOException e) {
                throw new UncheckedIOException("cannot read " + path, e);
            }
        }

        @Override
        public String getAbsolutePath() {
            return path;
        }

        @Override
        public String getAbsolutePathOnDisk() {
            return path;
        }

        @Override
        public String getFilename() {
            return name;
        }

        @Override
        public String getRelativePath() {
            return name;
        }
    }
}
