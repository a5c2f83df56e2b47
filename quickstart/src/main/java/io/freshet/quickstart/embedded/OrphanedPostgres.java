package io.freshet.quickstart.embedded;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;

/**
 * Clean-up after a killed process: its Postgres is still running, and its PID file keeps the next one from starting.
 */
public final class OrphanedPostgres {

    private static final String PID_FILE = "postmaster.pid";
    private static final int PATIENCE_SECONDS = 10;

    private OrphanedPostgres() {}

    /**
     * Stops the Postgres that still runs on this folder, if any. Only the owner of the folder's lock may call it.
     *
     * @param folder data folder of a {@link Database}
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

    /** Returns the process if it is a Postgres: after a reboot the PID may belong to another process. */
    private static Optional<ProcessHandle> process(Path file) throws IOException {
        long id = Long.parseLong(Files.readAllLines(file).getFirst().strip());
        return ProcessHandle.of(id)
                .filter(process -> process.info().command().orElse("").endsWith("/postgres"));
    }

    private static void stop(ProcessHandle process) {
        // A smart shutdown waits for clients, all of which are gone.
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
