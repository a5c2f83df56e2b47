package io.freshet.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.freshet.e2e.stage.Repository;
import io.freshet.e2e.stage.Stages;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/** {@code docker compose up} with the images of this build, and then what the README says. */
@EnabledIfSystemProperty(
        named = "freshet.platform",
        matches = "docker",
        disabledReason = "docker compose belongs to the stage with Docker")
@Order(1) // before the stage is started: two of everything would be much for a small machine
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
@Timeout(value = 8, unit = TimeUnit.MINUTES)
class ComposeIT {

    /** The code blocks of the README's example. */
    private static final Pattern EXAMPLE =
            Pattern.compile("<!-- first-refresh:compose -->\\s*```[a-z]*\\n(.*?)```", Pattern.DOTALL);

    private static final Path LOG = Repository.folder("logs").resolve("compose.log");

    @BeforeAll
    void up() throws Exception {
        Stages.missing().ifPresent(Assumptions::abort);
        Files.deleteIfExists(LOG);
        assertThat(run("docker compose up -d --build --wait")).isZero();
    }

    @AfterAll
    void down() throws Exception {
        if (Stages.missing().isEmpty()) {
            run("docker compose logs --no-color; docker compose down --volumes --timeout 5");
        }
    }

    @Test
    @Order(1)
    void the_first_refresh_of_the_readme_works_as_written() throws Exception {
        assertThat(run(example())).as("see %s", LOG).isZero();
        assertThat(Files.readString(LOG)).contains("version 1", "version 2", "complete");
    }

    @Test
    @Order(2)
    void with_three_purge_workers_it_works_too() throws Exception {
        assertThat(run("docker compose up -d --wait --no-recreate --scale purge-worker=3"))
                .isZero();
        assertThat(run("[ $(docker compose ps --quiet purge-worker | wc -l) = 3 ]"))
                .isZero();

        assertThat(run(example())).as("see %s", LOG).isZero();
    }

    /** Everything that a reader is told to type, one after the other. */
    private static String example() throws IOException {
        Matcher matcher = EXAMPLE.matcher(Files.readString(Repository.root().resolve("README.md")));
        List<String> blocks = new ArrayList<>();
        while (matcher.find()) {
            blocks.add(matcher.group(1));
        }
        assertThat(blocks)
                .as("blocks of README.md after <!-- first-refresh:compose -->")
                .isNotEmpty();
        return String.join("\n", blocks);
    }

    /** Runs a script as somebody types it, under a project name of our own; everything it says goes to the log. */
    private static int run(String script) throws IOException, InterruptedException {
        Files.writeString(LOG, "\n$ " + script + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        ProcessBuilder bash = new ProcessBuilder("bash", "-euo", "pipefail", "-c", script)
                .directory(Repository.root().toFile())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(LOG.toFile()));
        bash.environment().put("COMPOSE_PROJECT_NAME", "freshet-e2e");
        return bash.start().waitFor();
    }
}
