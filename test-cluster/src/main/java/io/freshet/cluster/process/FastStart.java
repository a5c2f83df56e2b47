package io.freshet.cluster.process;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.CheckedInputStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Extracted jar of a service with an archive of its classes (CDS). Both together halve the processor time of a start,
 * of which a run has dozens. They are made at the first start of a build and kept.
 */
final class FastStart {

    private static final Logger log = LoggerFactory.getLogger(FastStart.class);
    private static final String JAVA =
            Path.of(System.getProperty("java.home"), "bin", "java").toString();

    private static final Path SERVICES = Repository.root().resolve("target/services");

    private final Service service;
    private final Path output;

    /** @param output file that gets the output of the programs that make the archive */
    FastStart(Service service, Path output) {
        this.service = service;
        this.output = output;
    }

    /**
     * Returns the arguments of a JVM that start the service.
     *
     * @param options of that JVM; an archive suits JVMs with the same options only
     * @param environment of that JVM
     */
    List<String> arguments(List<String> options, Map<String, String> environment) {
        Path folder = folder();
        Path jar = folder.resolve("service.jar");
        Path archive = folder.resolve("classes.jsa");
        if (!Files.exists(archive)) {
            make(folder, jar, archive, options, environment);
        }
        List<String> arguments = new ArrayList<>(options);
        if (Files.exists(archive)) {
            arguments.add("-XX:SharedArchiveFile=" + archive);
        }
        arguments.addAll(List.of("-jar", jar.toString()));
        return arguments;
    }

    /** One at a time, also if end-to-end and benchmark run at once. One lock: waiting for several could deadlock. */
    private void make(Path folder, Path jar, Path archive, List<String> options, Map<String, String> environment) {
        synchronized (FastStart.class) {
            try (FileChannel file = FileChannel.open(SERVICES.resolve("lock"), CREATE, WRITE);
                    FileLock _ = file.lock()) {
                if (!Files.exists(jar)) {
                    extract(folder, jar);
                }
                if (!Files.exists(archive)) {
                    archive(jar, archive, options, environment);
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /**
     * Returns a folder for this build of the service. Builds are reproducible, so the time of a jar is always the same.
     */
    private Path folder() {
        CRC32 checksum = new CRC32();
        try (InputStream in = new CheckedInputStream(Files.newInputStream(Repository.executable(service)), checksum)) {
            in.transferTo(OutputStream.nullOutputStream());
            return Files.createDirectories(
                    SERVICES.resolve(service.module() + "-" + Long.toHexString(checksum.getValue())));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void extract(Path folder, Path jar) {
        Path executable = Repository.executable(service);
        List<String> command = List.of(
                JAVA,
                "-Djarmode=tools",
                "-jar",
                executable.toString(),
                "extract",
                "--force",
                "--destination",
                folder.toString());
        try {
            if (run(command, Map.of()) != 0) {
                throw new IllegalStateException(command + " failed: see " + output);
            }
            Files.move(folder.resolve(executable.getFileName()), jar, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Starts the service up to the point at which it would listen. Without an archive it starts all the same. */
    private void archive(Path jar, Path archive, List<String> options, Map<String, String> environment) {
        Path unfinished = archive.resolveSibling("unfinished.jsa");
        List<String> command = new ArrayList<>(List.of(JAVA, "-XX:ArchiveClassesAtExit=" + unfinished));
        command.addAll(options);
        command.addAll(List.of("-Dspring.context.exit=onRefresh", "-jar", jar.toString()));
        try {
            if (run(command, environment) == 0 && Files.exists(unfinished)) {
                Files.move(unfinished, archive, StandardCopyOption.ATOMIC_MOVE);
            } else {
                log.warn("{} starts without an archive of its classes: see {}", service.module(), output);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private int run(List<String> command, Map<String, String> environment) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(Repository.folder("services").toFile())
                .redirectErrorStream(true)
                .redirectOutput(Redirect.appendTo(output.toFile()));
        builder.environment().putAll(environment);
        try {
            return builder.start().waitFor();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
