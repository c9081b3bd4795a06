import java.awt.Color;
import java.awt.GradientPaint;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;

/// A temporary folder, the processes that were started for a bench, and a client of the Safelight
/// among them. Closing ends every process, by its handle, with all that it started.
final class Site implements AutoCloseable {
    private static final Pattern READY = Pattern.compile("is ready at (\\S+)");
    /// The first start after a build also trains the AOT cache.
    private static final Duration START_MOST = Duration.ofMinutes(5);
    private static final Duration STOP_MOST = Duration.ofSeconds(30);

    final Path folder;
    private final List<Process> started = new ArrayList<>();
    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private String url = "";
    private String cookie = "";

    Site(String name) throws IOException {
        folder = Files.createTempDirectory("safelight-" + name);
        // `up` runs PostgreSQL and others as users of their own.
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
        Runtime.getRuntime().addShutdownHook(new Thread(this::stopAll));
    }

    /// Starts a process whose output goes to `<name>.log` of the folder.
    Process start(String name, Map<String, String> environment, String... command)
            throws IOException {
        var builder = new ProcessBuilder(command).redirectErrorStream(true)
                .redirectOutput(folder.resolve(name + ".log").toFile());
        builder.environment().putAll(environment);
        return add(builder.start());
    }

    /// Ends this process too when the bench ends.
    synchronized Process add(Process process) {
        started.add(process);
        return process;
    }

    /// Starts `./safelight ROLE` on the folder's data; returns before it is ready.
    Process safelight(String name, String role, String... options) throws IOException {
        var command = new ArrayList<>(List.of("./safelight", role, "--data",
                folder.resolve("data").toString()));
        command.addAll(List.of(options));
        return start(name, Map.of(), command.toArray(String[]::new));
    }

    /// What the process says that it is ready at.
    String ready(String name, Process process) throws IOException, InterruptedException {
        var log = folder.resolve(name + ".log");
        for (long end = System.nanoTime() + START_MOST.toNanos(); System.nanoTime() < end; ) {
            var match = READY.matcher(Files.readString(log));
            if (match.find()) return match.group(1);
            if (!process.isAlive()) break;
            Thread.sleep(50);
        }
        var said = Files.readAllLines(log).stream().filter(l -> !l.startsWith("\t")).toList();
        throw new IOException(name + " did not start: "
                + String.join("\n", said.subList(Math.max(0, said.size() - 10), said.size())));
    }

    /// From now on the client talks to this server, as an account of its own.
    void signUp(String server) throws IOException, InterruptedException {
        url = server;
        var body = "{\"email\":\"bench@example.org\",\"password\":\"correct horse battery\"}";
        var answer = http.send(HttpRequest.newBuilder(URI.create(url + "/api/v1/accounts"))
                .POST(BodyPublishers.ofString(body)).build(), BodyHandlers.ofString());
        cookie = answer.headers().firstValue("Set-Cookie").orElseThrow(() ->
                new IllegalStateException("no sign-up: " + answer.body())).replaceFirst(";.*", "");
    }

    /// From now on the client talks to this server, which knows its account and session.
    void signIn(String server) {
        url = server;
    }

    /// The answer to a call of the API; 429 and 503 are asked again.
    String ask(String method, String path, byte[] body) throws IOException, InterruptedException {
        var request = request(path)
                .method(method, body.length == 0
                        ? BodyPublishers.noBody() : BodyPublishers.ofByteArray(body)).build();
        while (true) {
            var answer = http.send(request, BodyHandlers.ofString());
            if (answer.statusCode() < 400) return answer.body();
            if (answer.statusCode() != 429 && answer.statusCode() != 503)
                throw new IOException(method + " " + path + ": " + answer.body());
            Thread.sleep(100);
        }
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create(url + "/api/v1" + path))
                .header("Cookie", cookie).timeout(Duration.ofMinutes(1));
    }

    String get(String path) throws IOException, InterruptedException {
        return ask("GET", path, new byte[0]);
    }

    String upload(byte[] photo) throws IOException, InterruptedException {
        return field("id", ask("POST", "/photos", photo));
    }

    /// Hands in an edit of `photo`; returns the job's id.
    String submit(String photo, String operations, String priority)
            throws IOException, InterruptedException {
        return submitEdit(photo, "\"operations\":[" + operations + "]", priority);
    }

    /// Hands in an edit: the fields of an order that say what is to be done.
    String submitEdit(String photo, String edit, String priority)
            throws IOException, InterruptedException {
        var order = "{\"photo\":\"%s\",%s,\"priority\":\"%s\"}"
                .formatted(photo, edit, priority);
        return field("id", ask("POST", "/jobs", order.getBytes(StandardCharsets.UTF_8)));
    }

    /// Hands in the same edit of all these photos; returns the id of the last job.
    String submitAll(List<String> photos, String edit, String priority)
            throws IOException, InterruptedException {
        var order = "{\"photos\":[\"%s\"],%s,\"priority\":\"%s\"}"
                .formatted(String.join("\",\"", photos), edit, priority);
        var batch = field("id", ask("POST", "/batches", order.getBytes(StandardCharsets.UTF_8)));
        return field("id", get("/jobs?limit=1&batch=" + batch));
    }

    /// Waits until this job has ended, as `Prefer: wait` does: without asking time and again.
    void await(String job) throws IOException, InterruptedException {
        String state;
        do {
            var answer = http.send(request("/jobs/" + job).header("Prefer", "wait=30").build(),
                    BodyHandlers.ofString());
            if (answer.statusCode() != 200) throw new IOException("job " + job + ": " + answer.body());
            state = field("state", answer.body());
        } while (state.equals("queued") || state.equals("running"));
    }

    boolean isAny(String state) throws IOException, InterruptedException {
        return get("/jobs?limit=1&state=" + state).contains("\"id\"");
    }

    static String field(String name, String json) {
        var match = Pattern.compile("\"" + name + "\":\"?([^\",}]+)").matcher(json);
        if (!match.find()) throw new IllegalStateException("no " + name + " in " + json);
        return match.group(1);
    }

    /// User and system time of a process, in milliseconds; 0 if it is gone.
    static double cpuMs(ProcessHandle process) {
        try {
            var stat = Files.readString(Path.of("/proc/" + process.pid() + "/stat"));
            var fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
            return 10.0 * (Long.parseLong(fields[11]) + Long.parseLong(fields[12]));
        } catch (IOException e) {
            return 0;
        }
    }

    static String commandLine(ProcessHandle process) {
        try {
            return Files.readString(Path.of("/proc/" + process.pid() + "/cmdline"))
                    .replace('\0', ' ');
        } catch (IOException e) {
            return "";
        }
    }

    static int freePort() throws IOException {
        try (var socket = new ServerSocket(0, 1, java.net.InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    /// A JPEG of this size with soft areas, edges and grain, as photos have.
    static byte[] picture(int width, int height, long seed) throws IOException {
        var random = new Random(seed);
        var image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        var pen = image.createGraphics();
        pen.setPaint(new GradientPaint(0, 0, new Color(40, 90, 160), width, height,
                new Color(230, 200, 150)));
        pen.fillRect(0, 0, width, height);
        for (int i = 0; i < 300; i++) {
            pen.setColor(new Color(random.nextInt(256), random.nextInt(256), random.nextInt(256), 90));
            pen.fillOval(random.nextInt(width), random.nextInt(height),
                    random.nextInt(width / 6) + 4, random.nextInt(height / 6) + 4);
        }
        pen.dispose();
        var pixels = image.getRGB(0, 0, width, height, null, 0, width);
        for (int i = 0; i < pixels.length; i++) {
            int grain = random.nextInt(9) - 4;
            pixels[i] = level(pixels[i] >> 16, grain) << 16 | level(pixels[i] >> 8, grain) << 8
                    | level(pixels[i], grain);
        }
        image.setRGB(0, 0, width, height, pixels, 0, width);
        var writer = ImageIO.getImageWritersByFormatName("jpeg").next();
        var quality = writer.getDefaultWriteParam();
        quality.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
        quality.setCompressionQuality(0.9f);
        var bytes = new ByteArrayOutputStream();
        try (var out = ImageIO.createImageOutputStream(bytes)) {
            writer.setOutput(out);
            writer.write(null, new IIOImage(image, null, null), quality);
        } finally {
            writer.dispose();
        }
        return bytes.toByteArray();
    }

    private static int level(int channel, int grain) {
        return Math.clamp((channel & 255) + grain, 0, 255);
    }

    @Override
    public void close() throws IOException {
        stopAll();
        try (var files = Files.walk(folder)) {
            for (var file : files.sorted(Comparator.reverseOrder()).toList())
                Files.deleteIfExists(file);
        }
    }

    /// Ends one process, with all that it started.
    synchronized void stop(Process process) {
        started.remove(process);
        end(process);
    }

    private synchronized void stopAll() {
        started.reversed().forEach(this::end);
        started.clear();
    }

    private void end(Process process) {
        var all = process.descendants().toList();
        process.destroy();
        try {
            if (process.waitFor(STOP_MOST.toSeconds(), TimeUnit.SECONDS)) return;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        process.destroyForcibly();
        all.forEach(ProcessHandle::destroyForcibly);
    }
}
