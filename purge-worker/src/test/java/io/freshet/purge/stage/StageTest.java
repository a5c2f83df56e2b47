package io.freshet.purge.stage;

import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Tests of workers with a real broker and stand-in nodes. They share a stage; its workers stop after each test. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
public abstract class StageTest {

    protected static final Duration PATIENCE = Duration.ofSeconds(30);

    protected Stage stage;

    @BeforeAll
    void start(@TempDir Path folder) {
        stage = new Stage(folder);
    }

    @AfterAll
    void end() throws InterruptedException {
        stage.close();
    }

    @AfterEach
    void stop_workers() {
        stage.stopWorkers();
        stage.journal.clear();
        stage.events.clear();
    }
}
