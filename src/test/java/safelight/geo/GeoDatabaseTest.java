package safelight.geo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GeoDatabaseTest {
    @TempDir private Path folder;

    @Test
    void everySchemaIsRead() throws Exception {
        var places =
                read(
                        Map.of(
                                "10.1.0.0/16", MmdbFile.city(48.1, 11.6),
                                "10.2.0.0/16", Map.of("latitude", 52.5, "longitude", 13.4),
                                "10.3.0.0/16", Map.of("latitude", "-33.9", "longitude", "151.2"),
                                "10.4.0.0/16", Map.of("country", Map.of("iso_code", "JP")),
                                "10.5.0.0/16", Map.of("country_code", "BR"),
                                "10.6.0.0/16", Map.of("continent", Map.of("code", "AF")),
                                "2001:db8::/32", MmdbFile.city(1.3, 103.8)));

        assertThat(places.get("10.1.0.0/16")).isEqualTo(new Place(48.1, 11.6));
        assertThat(places.get("10.2.0.0/16")).isEqualTo(new Place(52.5, 13.4));
        assertThat(places.get("10.3.0.0/16")).isEqualTo(new Place(-33.9, 151.2));
        assertThat(places.get("10.4.0.0/16")).isEqualTo(new Place(35.5, 138));
        assertThat(places.get("10.5.0.0/16")).isEqualTo(new Place(-20, -47));
        assertThat(places.get("10.6.0.0/16")).isEqualTo(new Place(2, 21));
        assertThat(places.get("2001:db8:0:0:0:0:0:0/32")).isEqualTo(new Place(1.3, 103.8));
    }

    @Test
    void fileThatSaysNothingOfPlacesIsRefused() throws Exception {
        var database = new MmdbFile("Test-ASN");
        database.add("10.0.0.0/8", Map.of("autonomous_system_number", 64_500));
        var file = folder.resolve("asn.mmdb");
        database.write(file);

        assertThatThrownBy(() -> GeoDatabase.read(file, (net, place) -> {}))
                .isInstanceOf(GeoDatabase.Damaged.class)
                .hasMessageContaining("where it is");
    }

    @Test
    void damagedFilesAreRefusedWhereverTheyAreCut() throws Exception {
        var database = new MmdbFile("Test-City");
        database.add("10.0.0.0/8", MmdbFile.city(48.1, 11.6));
        var whole = folder.resolve("whole.mmdb");
        database.write(whole);
        var bytes = Files.readAllBytes(whole);
        for (int cut : List.of(0, 10, bytes.length / 2, bytes.length - 20)) {
            var file = folder.resolve("cut" + cut);
            Files.write(file, java.util.Arrays.copyOf(bytes, cut));

            assertThatThrownBy(() -> GeoDatabase.read(file, (net, place) -> {}))
                    .as("cut at %d", cut)
                    .isInstanceOf(GeoDatabase.Damaged.class);
        }
    }

    @Test
    void compiledTableComesBackUnderItsKeyAlone() throws Exception {
        var builder = new PrefixTableBuilder(0);
        builder.paint(Prefix.parse("10.0.0.0/8").orElseThrow(), 1);
        var file = new TableFile(folder.resolve("table"));
        file.write("key", new TableFile.Compiled(builder.build(), List.of("a", "b")));

        var read = file.read("key").orElseThrow();

        assertThat(read.meanings()).containsExactly("a", "b");
        assertThat(read.table().find(0x0a000001)).isEqualTo(1 << 8 | 8);
        assertThat(file.read("another")).isEmpty();
    }

    @Test
    void damagedTableFileIsAsIfItWereNotThere() throws Exception {
        var path = folder.resolve("table");
        new TableFile(path).write("key", new TableFile.Compiled(PrefixTable.of(0), List.of("a")));
        var bytes = Files.readAllBytes(path);
        for (int cut = 0; cut < bytes.length; cut++) {
            Files.write(path, java.util.Arrays.copyOf(bytes, cut));

            assertThat(new TableFile(path).read("key")).as("cut at %d", cut).isEmpty();
        }
    }

    @Test
    void distancesAreThoseOfTheGlobe() {
        var berlin = new Place(52.52, 13.405);
        var sydney = new Place(-33.87, 151.21);

        assertThat(berlin.kilometersTo(sydney)).isCloseTo(16_090, within(30.0));
        assertThat(new Place(0, 179.5).kilometersTo(new Place(0, -179.5)))
                .isCloseTo(111.2, within(0.5));
    }

    @Test
    void builtInTableKnowsContinents() {
        var places = new TreeMap<String, Place>();
        BuiltIn.read((net, place) -> places.put(net.toString(), place));

        assertThat(places.get("2.0.0.0/8")).isEqualTo(new Place(50, 10));
        assertThat(places).hasSizeGreaterThan(100);
    }

    private Map<String, Place> read(Map<String, Map<String, ?>> networks) throws Exception {
        var database = new MmdbFile("Test-City");
        for (var entry : networks.entrySet()) database.add(entry.getKey(), entry.getValue());
        var file = folder.resolve("test.mmdb");
        database.write(file);
        var places = new TreeMap<String, Place>();
        GeoDatabase.read(file, (net, place) -> places.put(net.toString(), place));
        return places;
    }
}
