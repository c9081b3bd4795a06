package safelight.imaging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.EnumSet;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// With the libraries that this host really has: the system's, and the fetched one if there is one.
class VipsShelfTest {
    private static final List<Vips> ALL = Vips.all();

    static Stream<Vips> each() {
        return ALL.stream();
    }

    private static Developed develop(Darkroom darkroom, byte[] photo, String recipe) {
        try (var source = Source.of(photo)) {
            return darkroom.develop(source, Recipe.parse(recipe), Limits.DEFAULT, Watch.NONE);
        }
    }

    @Test
    void newestComesFirst() {
        assertThat(VipsLibrary.newer("8.18.7", "8.14.1")).isNegative();
        assertThat(VipsLibrary.newer("8.9.0", "8.14.1")).isPositive();
        assertThat(VipsLibrary.newer("8.14.1", "8.14.1")).isZero();
        assertThat(ALL).isSortedAccordingTo((a, b) -> VipsLibrary.newer(a.version(), b.version()));
    }

    @ParameterizedTest
    @MethodSource("each")
    void eachReadsWhatItSaysAndNothingElse(Vips vips) {
        for (var format : Format.values()) {
            var sample = Samples.of(format);
            if (vips.decodes().contains(format))
                assertThat(develop(vips, sample, ">png?quality=80").bytes()).isNotEmpty();
            else
                assertThatThrownBy(() -> develop(vips, sample, ">png?quality=80"))
                        .as("%s by %s", format, vips.version())
                        .isInstanceOf(BadPhoto.class);
        }
    }

    @ParameterizedTest
    @MethodSource("each")
    void eachWritesWhatItSays(Vips vips) {
        var photo = Pictures.encoded(Pictures.photolike(64, 48, 2), "png");
        for (var format : vips.encodes()) {
            var written = develop(vips, photo, ">" + format.id() + "?quality=80").bytes();
            try (var source = Source.of(written)) {
                assertThat(Header.read(source, Limits.DEFAULT).format()).isEqualTo(format);
            }
        }
    }

    @Test
    void togetherTheyReadWhateverOneOfThemReads() {
        var shelf = VipsShelf.of(ALL);
        var read = EnumSet.noneOf(Format.class);
        ALL.forEach(vips -> read.addAll(vips.decodes()));

        assertThat(shelf.decodes()).isEqualTo(read);
        for (var format : read)
            assertThat(develop(shelf, Samples.of(format), ">jpeg?quality=80").bytes())
                    .as(format.id())
                    .isNotEmpty();
    }

    @Test
    void engineNamesAllThatShapeResults() {
        var shelf = VipsShelf.of(ALL);

        assertThat(shelf.engine()).contains("libvips-" + ALL.getFirst().version());
        for (var vips : ALL)
            if (!ALL.getFirst().decodes().containsAll(vips.decodes()))
                assertThat(shelf.engine()).contains("libvips-" + vips.version());
    }
}
