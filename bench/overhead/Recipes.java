import java.util.Arrays;
import java.util.Locale;

/// What is measured. Each job's recipe differs a little from all others', so that none finds an
/// earlier one's result.
enum Recipes {
    /// The quickest: a part of the photo.
    CROP("the 1600x1200 middle of it, blur, sharpen") {
        @Override
        String edit(int job) {
            return """
                    "operations":[{"op":"crop","left":%d,"top":%d,"width":1600,"height":1200},\
                    {"op":"blur","sigma":2},{"op":"sharpen","sigma":1,"amount":1}]"""
                    .formatted(job % COLUMNS, job / COLUMNS);
        }

        @Override
        String canonical(int job) {
            return ("crop?left=%d&top=%d&width=1600&height=1200;blur?sigma=2;"
                            + "sharpen?sigma=1&amount=1>jpeg?quality=80")
                    .formatted(job % COLUMNS, job / COLUMNS);
        }
    },
    /// The usual one: all of the photo.
    WHOLE("the whole photo, blur, sharpen") {
        @Override
        String edit(int job) {
            return """
                    "operations":[{"op":"blur","sigma":2},{"op":"sharpen","sigma":1,"amount":%s}]"""
                    .formatted(amount(job));
        }

        @Override
        String canonical(int job) {
            return "blur?sigma=2;sharpen?sigma=1&amount=%s>jpeg?quality=80"
                    .formatted(amount(job));
        }
    },
    /// A slow one, by libvips.
    WEBP("all of it at 1600 px, sharpen, as WebP") {
        @Override
        String edit(int job) {
            return """
                    "operations":[{"op":"resize","width":1600},\
                    {"op":"sharpen","sigma":1,"amount":%s}],"output":{"format":"webp"}"""
                    .formatted(amount(job));
        }

        @Override
        String canonical(int job) {
            return "resize?width=1600&fit=contain;sharpen?sigma=1&amount=%s>webp?quality=80"
                    .formatted(amount(job));
        }
    };

    private static final int COLUMNS = 100;
    final String text;

    Recipes(String text) {
        this.text = text;
    }

    /// As the API takes them.
    abstract String edit(int job);

    /// As the engine takes them.
    abstract String canonical(int job);

    static Recipes of(String name) {
        return Arrays.stream(values()).filter(r -> r.id().equals(name)).findFirst().orElseThrow();
    }

    String id() {
        return name().toLowerCase(Locale.ROOT);
    }

    private static String amount(int job) {
        return String.format(Locale.ROOT, "%.5f", 1 + (job + 1) / 1e5);
    }
}
