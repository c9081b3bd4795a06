package safelight.imaging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.JarURLConnection;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// The broken JPEGs of TwelveMonkeys' tests, and our own.
class BrokenJpegTest {
    private static final Planar PLANAR = Planar.open();

    private static byte[] develop(byte[] photo, String output) {
        try (var source = Source.of(photo)) {
            var recipe = Recipe.parse("blur?sigma=1>" + output);
            return PLANAR.develop(source, recipe, Limits.DEFAULT, Watch.NONE).bytes();
        }
    }

    static List<String> broken() throws IOException {
        var one = BrokenJpegTest.class.getResource("/broken-jpeg/broken-sos-before-sof.jpg");
        var jar = ((JarURLConnection) one.openConnection()).getJarFile();
        var names =
                jar.stream()
                        .map(entry -> "/" + entry.getName())
                        .filter(name -> name.matches("/broken-jpeg/.*\\.jpe?g"))
                        .toList();
        assertThat(names).hasSize(16);
        return names;
    }

    @ParameterizedTest
    @MethodSource("broken")
    void brokenPhotoIsDevelopedOrRefusedWithASentence(String name) throws IOException {
        var photo = VipsTest.resource(name);

        for (var output :
                List.of(
                        "jpeg?quality=80",
                        "png?quality=80",
                        "jpeg?quality=80&bestEffort=true",
                        "png?quality=80&bestEffort=true")) {
            try {
                assertThat(Pictures.decoded(develop(photo, output)).getWidth())
                        .as(name + " to " + output)
                        .isPositive();
            } catch (BadPhoto e) {
                assertThat(e.problem().detail()).as(name + " to " + output).endsWith(".");
            }
        }
    }

    @Test
    void bestEffortLosesNoneThatIsDevelopedWithout() throws IOException {
        for (var name : broken()) {
            var photo = VipsTest.resource(name);
            boolean whole = isDeveloped(photo, "jpeg?quality=80");
            boolean some = isDeveloped(photo, "jpeg?quality=80&bestEffort=true");
            assertThat(some || !whole).as(name).isTrue();
        }
    }

    @Test
    void whatIsLeftOfATruncatedPhotoIsShown() {
        var picture = Pictures.photolike(320, 240, 3);
        var whole = Pictures.encoded(picture, "jpeg");
        var most = Arrays.copyOf(whole, whole.length * 3 / 4);

        assertThatThrownBy(() -> develop(most, "png?quality=80")).isInstanceOf(BadPhoto.class);
        var shown = Pictures.decoded(develop(most, "png?quality=80&bestEffort=true"));

        var all = Pictures.decoded(develop(whole, "png?quality=80"));
        assertThat(
                        Pictures.difference(
                                shown.getSubimage(0, 0, 320, 80), all.getSubimage(0, 0, 320, 80)))
                .isLessThan(4);
        assertThat(shown.getHeight()).isEqualTo(240);
    }

    private static boolean isDeveloped(byte[] photo, String output) {
        try {
            develop(photo, output);
            return true;
        } catch (BadPhoto _) {
            return false;
        }
    }
}
