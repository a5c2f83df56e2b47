package io.freshet.task.storage;

import java.time.Duration;

/** Something to be done again and again once the database is there. It may fail; it is done again. */
public interface Chore {

    /** The pause between two runs. */
    Duration every();

    void run();
}
