package io.freshet.e2e.cluster;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Extracted jar of a service and, once it has run for the first time, the archive of its loaded classes. Both together
 * halve the processor time of a start, of which a run has dozens.
 */
final class FastStart {

    private static final Logger log = LoggerFactory.getLogger(FastStart.class);
    private static final Map<Service, FastStart> ALL = new ConcurrentHashMap<>();
    private static final Path JAVA_BIN = Path.of(System.getProperty("java.home"), "bin");

    private final Path jar;
    private final Path archive;
    private final AtomicBoolean archived;

    private FastStart(Path jar, Path archive) {
        this.jar = jar;
        this.archive = archive;
        this.archived = new AtomicBoolean(Files.exists(archive));
    }

    static FastStart of(Service service) {
        return ALL.computeIfAbsent(service, FastStart::extract);
    }

    private static FastStart extract(Service service) {
        Path executable = Repository.executable(service);
        try {
            // A new build has a new folder; an archive is valid for one build only.
            String name = service.module() + "/"
                    + Files.getLastModifiedTime(executable).toMillis();
            Path folder = Repository.folder("services").resolve(name);
            Path jar = folder.resolve("service.jar");
            if (!Files.exists(jar)) {
                Repository.emptyFolder("services/" + service.module());
                run(
                        JAVA_BIN.resolve("java").toString(),
                        "-Djarmode=tools",
                        "-jar",
                        executable.toString(),
                        "extract",
                        "--destination",
                        folder.toString());
                Files.move(folder.resolve(executable.getFileName()), jar);
            }
            return new FastStart(jar, folder.resolve("classes.jsa"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Returns the JVM's arguments that start the service, without settings of the heap and the like. */
    List<String> arguments() {
        List<String> arguments = new ArrayList<>();
        arguments.add(Files.exists(archive) ? "-XX:SharedArchiveFile=" + archive : "-XX:+RecordDynamicDumpInfo");
        arguments.addAll(List.of("-jar", jar.toString()));
        return arguments;
    }

    /** Archives the classes of a process that has started with these arguments, unless there is an archive. */
    void started(ProcessHandle process) {
        if (!archived.compareAndSet(false, true)) {
            return;
        }
        Path unfinished = archive.resolveSibling("unfinished.jsa");
        try {
            run(
                    JAVA_BIN.resolve("jcmd").toString(),
                    Long.toString(process.pid()),
                    "VM.cds",
                    "dynamic_dump",
                    unfinished.toString());
            Files.move(unfinished, archive, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException | IllegalStateException e) {
            log.warn("{} starts without an archive of its classes", jar, e);
        }
    }

    private static void run(String... command) {
        try {
            Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(Redirect.PIPE)
                    .start();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (process.waitFor() != 0) {
                throw new IllegalStateException(Stream.of(command).toList() + ": " + output);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
