package io.freshet.task.storage;

import java.time.Duration;

/** A job that runs periodically once the database is ready. If a run fails, the next one tries again. */
public interface PeriodicJob {

    /** Returns the pause between two runs. */
    Duration interval();

    void run();
}
