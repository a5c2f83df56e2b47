package io.freshet.quickstart.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import io.freshet.quickstart.FreePorts;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DatabaseTest {

    @TempDir
    Path folder;

    private final int port = FreePorts.find(1).getFirst();

    @Test
    void rows_survive_a_restart() throws Exception {
        try (Database database = Database.start(folder, port)) {
            Rows.write(database, "one");
        }
        try (Database database = Database.start(folder, port)) {
            Rows.write(database, "two");
            assertThat(Rows.read(database)).containsExactly("one", "two");
        }
    }

    @Test
    void committed_rows_are_synced_to_disk() throws Exception {
        try (Database database = Database.start(folder, port)) {
            assertThat(Rows.setting(database, "fsync")).isEqualTo("on");
            assertThat(Rows.setting(database, "synchronous_commit")).isEqualTo("on");
            assertThat(Rows.setting(database, "full_page_writes")).isEqualTo("on");
        }
    }

    @Test
    void stale_pid_file_that_names_another_process_is_removed_and_the_process_is_kept() throws Exception {
        try (Database database = Database.start(folder, port)) {
            Rows.write(database, "one");
        }
        Process bystander = new ProcessBuilder("sleep", "600").start();
        try {
            Files.writeString(
                    folder.resolve("postmaster.pid"), bystander.pid() + "\n" + folder + "\n0\n" + port + "\n\n\n");
            OrphanedPostgres.stop(folder);
            try (Database database = Database.start(folder, port)) {
                assertThat(Rows.read(database)).containsExactly("one");
            }
            assertThat(bystander.isAlive()).isTrue();
        } finally {
            bystander.destroy();
        }
    }
}
