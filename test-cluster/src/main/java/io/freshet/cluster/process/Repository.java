package io.freshet.cluster.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Objects;
import java.util.stream.Stream;

/** The working copy that is under test: its built files, and a place for temporary ones of the module that runs it. */
public final class Repository {

    private static final Path HERE = Path.of("").toAbsolutePath();
    private static final Path ROOT = findRoot();
    private static final Path TARGET = (HERE.equals(ROOT) ? ROOT.resolve("end-to-end") : HERE).resolve("target");

    private Repository() {}

    public static Path root() {
        return ROOT;
    }

    /** The executable jar of a service, as {@code package} leaves it. */
    static Path executable(Service service) {
        return executable(service.module());
    }

    /** The executable jar of a module, as {@code package} leaves it. */
    static Path executable(String module) {
        Path target = ROOT.resolve(module).resolve("target");
        try (Stream<Path> files = Files.exists(target) ? Files.list(target) : Stream.empty()) {
            return files.filter(file -> file.getFileName().toString().endsWith("-exec.jar"))
                    .max(Comparator.comparing(Path::toString))
                    .orElseThrow(() -> new IllegalStateException(
                            "no " + module + "-*-exec.jar in " + target + ": build it first (./mvnw package)"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A folder below {@code target}. */
    public static Path folder(String name) {
        try {
            return Files.createDirectories(TARGET.resolve(name));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Returns the empty folder for all files of one platform. */
    public static Path emptyFolder(String name) {
        Path folder = TARGET.resolve(name);
        try {
            deleteAll(folder);
            return Files.createDirectories(folder);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void deleteAll(Path folder) throws IOException {
        if (Files.exists(folder)) {
            try (Stream<Path> files = Files.walk(folder)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
    }

    private static Path findRoot() {
        return Stream.iterate(HERE, Objects::nonNull, Path::getParent)
                .filter(folder -> Files.exists(folder.resolve("mvnw")))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("no working copy around " + HERE));
    }
}
