package io.freshet.quickstart.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import io.freshet.quickstart.FreePorts;
import java.io.BufferedReader;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KilledProcessTest {

    private final List<Integer> ports = FreePorts.find(3);

    @TempDir
    Path folder;

    @Test
    void start_after_a_kill_finds_all_written_data() throws Exception {
        Path kafka = folder.resolve("kafka");
        Path postgres = folder.resolve("postgres");
        startAndKill();
        assertThat(postgres.resolve("postmaster.pid")).exists();
        ProcessHandle stray = strayPostgres(postgres);

        OrphanedPostgres.stop(postgres);
        assertThat(stray.isAlive()).isFalse();
        try (Broker broker = Broker.start(kafka, ports.get(0), ports.get(1));
                Database database = Database.start(postgres, ports.get(2))) {
            assertThat(Records.read(broker)).containsExactly("one");
            assertThat(Rows.read(database)).containsExactly("one");
            Records.write(broker, "two");
            assertThat(Records.read(broker)).containsExactly("one", "two");
        }
    }

    private void startAndKill() throws Exception {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        ProcessToKill.class.getName(),
                        folder.toString(),
                        ports.get(0).toString(),
                        ports.get(1).toString(),
                        ports.get(2).toString())
                .redirectError(new File(folder.toFile(), "errors"))
                .start();
        try (BufferedReader output = process.inputReader()) {
            assertThat(output.lines().anyMatch(ProcessToKill.READY::equals))
                    .as(() -> "wrote what it should; its errors: " + errors())
                    .isTrue();
        } finally {
            process.destroyForcibly().onExit().join();
        }
    }

    private String errors() {
        try {
            return Files.readString(folder.resolve("errors"));
        } catch (java.io.IOException e) {
            return e.toString();
        }
    }

    private static ProcessHandle strayPostgres(Path postgres) throws Exception {
        String id = Files.readAllLines(postgres.resolve("postmaster.pid")).getFirst();
        ProcessHandle process = ProcessHandle.of(Long.parseLong(id)).orElseThrow();
        assertThat(process.isAlive()).isTrue();
        return process;
    }
}
