package safelight.app;

import com.fasterxml.jackson.databind.JsonNode;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import javax.imageio.ImageIO;
import safelight.base.Digest;
import safelight.imaging.Darkroom;
import safelight.imaging.Format;
import safelight.imaging.Limits;
import safelight.imaging.Operation;
import safelight.imaging.Output;
import safelight.imaging.Recipe;
import safelight.imaging.Source;
import safelight.imaging.Watch;

/// The pictures of a drill and what is done to them. Each intent crops another part out, so that
/// its number can be read off a job, and no result is another's.
final class DrillRecipe {
    /// How many pictures there are; intent n uses picture n modulo this.
    static final int PICTURES = 3;

    private static final int WIDTH_PX = 1600;
    private static final int HEIGHT_PX = 1200;
    private static final int CROP_WIDTH_PX = 1200;
    private static final int CROP_HEIGHT_PX = 900;
    private static final int PLACES = WIDTH_PX - CROP_WIDTH_PX;
    private static final int INTENTS_MAX = PLACES * (HEIGHT_PX - CROP_HEIGHT_PX);
    private static final int SIGMA = 6;
    private static final int CELL_PX = 8;
    private static final int DARK = 0x7f7f7f;
    private static final int LIGHT = 127;

    private DrillRecipe() {}

    /// All of them.
    static List<byte[]> pictures(long seed) throws IOException {
        var all = new ArrayList<byte[]>();
        for (int i = 0; i < PICTURES; i++) all.add(picture(seed, i));
        return all;
    }

    /// A JPEG that is the same for the same seed and number.
    static byte[] picture(long seed, int number) throws IOException {
        var random = new SplittableRandom(seed * PICTURES + number);
        var image = new BufferedImage(WIDTH_PX, HEIGHT_PX, BufferedImage.TYPE_INT_RGB);
        int across = WIDTH_PX / CELL_PX + 1;
        var cells = random.ints((long) across * (HEIGHT_PX / CELL_PX + 1)).toArray();
        for (int y = 0; y < HEIGHT_PX; y++)
            for (int x = 0; x < WIDTH_PX; x++) {
                int cell = cells[(y / CELL_PX) * across + x / CELL_PX] & DARK;
                image.setRGB(x, y, cell + ((x * LIGHT / WIDTH_PX) << 16) + y * LIGHT / HEIGHT_PX);
            }
        var bytes = new ByteArrayOutputStream();
        ImageIO.write(image, "jpg", bytes);
        return bytes.toByteArray();
    }

    /// The body of the request for an intent.
    static String body(int intent, String photo) {
        var crop = crop(intent);
        return """
        {"photo":"%s","operations":[{"op":"crop","left":%d,"top":%d,"width":%d,"height":%d},\
        {"op":"blur","sigma":%d}],"output":{"format":"jpeg","quality":80}}\
        """
                .formatted(photo, crop.left(), crop.top(), crop.width(), crop.height(), SIGMA);
    }

    /// Whose job this is, as the API shows it; -1 if no drill handed it in.
    static int intent(JsonNode job) {
        var crop = job.path("operations").path(0);
        if (!crop.path("op").asText().equals("crop")) return -1;
        int left = crop.path("left").asInt(-1);
        int top = crop.path("top").asInt(-1);
        return left < 0 || left >= PLACES || top < 0 ? -1 : top * PLACES + left;
    }

    /// What an intent's result has to be.
    static Digest expected(Darkroom darkroom, int intent, byte[] picture) {
        var recipe =
                new Recipe(
                        List.of(crop(intent), new Operation.Blur(SIGMA)),
                        new Output(Format.JPEG, 80));
        try (var source = Source.of(picture)) {
            return Digest.of(darkroom.develop(source, recipe, Limits.DEFAULT, Watch.NONE).bytes());
        }
    }

    private static Operation.Crop crop(int intent) {
        if (intent < 0 || intent >= INTENTS_MAX)
            throw new IllegalStateException("no place in the picture for intent " + intent);
        return new Operation.Crop(intent % PLACES, intent / PLACES, CROP_WIDTH_PX, CROP_HEIGHT_PX);
    }
}
