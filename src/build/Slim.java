import java.io.BufferedOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Collections;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.Label;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;

/// Takes out of the libraries' classes the names of local variables, which only a debugger reads and
/// every process keeps in memory, and out of the jar the entries for folders. Line numbers stay, and
/// so do our own classes. `java -cp asm.jar Slim.java JAR`
final class Slim {
    private static final int FASTER = 5;

    private Slim() {}

    public static void main(String[] arguments) throws IOException {
        var jar = Path.of(arguments[0]);
        var slim = jar.resolveSibling(jar.getFileName() + ".slim");
        try (var in = new ZipFile(jar.toFile());
                var out =
                        new ZipOutputStream(
                                new BufferedOutputStream(Files.newOutputStream(slim)))) {
            out.setLevel(FASTER);
            for (var entry : Collections.list(in.entries())) {
                if (entry.isDirectory()) continue;
                var name = entry.getName();
                var bytes = in.getInputStream(entry).readAllBytes();
                var copy = new ZipEntry(name);
                copy.setTimeLocal(entry.getTimeLocal());
                out.putNextEntry(copy);
                out.write(isLibrary(name) ? withoutVariables(bytes) : bytes);
                out.closeEntry();
            }
        }
        Files.move(slim, jar, StandardCopyOption.ATOMIC_MOVE);
    }

    private static boolean isLibrary(String name) {
        return name.endsWith(".class")
                && !name.startsWith("safelight/")
                && !name.endsWith("module-info.class");
    }

    private static byte[] withoutVariables(byte[] bytes) {
        var writer = new ClassWriter(0);
        new ClassReader(bytes).accept(new Methods(writer), 0);
        return writer.toByteArray();
    }

    private static final class Methods extends ClassVisitor {
        Methods(ClassWriter writer) {
            super(Opcodes.ASM9, writer);
        }

        @Override
        public MethodVisitor visitMethod(
                int access, String name, String type, String signature, String[] exceptions) {
            var next = super.visitMethod(access, name, type, signature, exceptions);
            return new MethodVisitor(Opcodes.ASM9, next) {
                @Override
                public void visitLocalVariable(
                        String name, String type, String signature, Label from, Label to, int i) {}
            };
        }
    }
}
