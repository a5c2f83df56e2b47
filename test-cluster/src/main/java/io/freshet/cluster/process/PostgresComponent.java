package io.freshet.cluster.process;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** PostgreSQL from Maven Central, with a folder that survives a stop. */
final class PostgresComponent implements Component {

    private final Path folder;
    private final Path log;
    private final int port;
    private @Nullable EmbeddedPostgres running;

    PostgresComponent(Path folder, Path log, int port) {
        this.folder = folder;
        this.log = log;
        this.port = port;
    }

    @Override
    public void start() {
        if (running != null) {
            return;
        }
        try {
            running = EmbeddedPostgres.builder()
                    .setOverrideWorkingDirectory(folder.resolve("binaries").toFile())
                    .setDataDirectory(folder.resolve("data"))
                    .setCleanDataDirectory(false)
                    // Off by default here, and on by default in PostgreSQL: a commit must outlive a kill, and cost
                    // what it costs.
                    .setServerConfig("synchronous_commit", "on")
                    .setServerConfig("fsync", "on")
                    .setPort(port)
                    .setPGStartupWait(Duration.ofMinutes(2))
                    .setOutputRedirector(Redirect.appendTo(log.toFile()))
                    .setErrorRedirector(Redirect.appendTo(log.toFile()))
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void stop() {
        EmbeddedPostgres database = running;
        if (database != null) {
            try {
                database.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            running = null;
        }
    }

    @Override
    public Optional<ProcessHandle> process() {
        return postmaster();
    }

    @Override
    public void kill() {
        postmaster().ifPresent(ProcessHandle::destroyForcibly);
        stop();
    }

    /** Its children end when they miss it. */
    private Optional<ProcessHandle> postmaster() {
        try (Stream<String> lines = Files.lines(folder.resolve("data/postmaster.pid"))) {
            return lines.findFirst().flatMap(pid -> ProcessHandle.of(Long.parseLong(pid.strip())));
        } catch (IOException _) {
            return Optional.empty(); // it does not run
        }
    }

    @Override
    public void close() {
        stop();
    }
}
