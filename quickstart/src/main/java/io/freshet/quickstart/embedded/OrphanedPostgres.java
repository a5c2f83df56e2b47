package io.freshet.quickstart.embedded;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;

/**
 * Clears up after a process that was killed: its Postgres lives on, without an owner, and so does the file that names it, which keeps the
 * next one from starting.
 */
public final class OrphanedPostgres {

    private static final String PID_FILE = "postmaster.pid";
    private static final int PATIENCE_SECONDS = 10;

    private OrphanedPostgres() {}

    /**
     * Stops the Postgres that still runs on this folder, if there is one. Only whoever owns the folder may call it.
     *
     * @param folder where a {@link Database} keeps its data
     */
    public static void stop(Path folder) {
        Path file = folder.resolve(PID_FILE);
        try {
            if (Files.exists(file)) {
                process(file).ifPresent(OrphanedPostgres::stop);
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot clear up " + file, e);
        }
    }

    /** The number may long belong to another process: after a reboot, or in another container. */
    private static Optional<ProcessHandle> process(Path file) throws IOException {
        long id = Long.parseLong(Files.readAllLines(file).getFirst().strip());
        return ProcessHandle.of(id)
                .filter(process -> process.info().command().orElse("").endsWith("/postgres"));
    }

    private static void stop(ProcessHandle process) {
        // It waits for its clients to leave, who are gone.
        process.destroy();
        process.onExit()
                .orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS)
                .exceptionally(_ -> kill(process))
                .join();
    }

    private static ProcessHandle kill(ProcessHandle process) throws CompletionException {
        process.destroyForcibly();
        return process.onExit().join();
    }
}
