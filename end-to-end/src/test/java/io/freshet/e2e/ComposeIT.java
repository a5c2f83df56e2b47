package io.freshet.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.freshet.e2e.cluster.Repository;
import io.freshet.e2e.http.CacheNode;
import io.freshet.e2e.http.GatewayClient;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** {@code docker compose up} with the images of this build, and then what the README says. */
@Tag("docker")
@ExtendWith(ClusterExtension.class)
@Order(1) // before the stage is started: two of everything would be much for a small machine
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
@Timeout(value = 8, unit = TimeUnit.MINUTES)
class ComposeIT {

    /** The code blocks of the README's example. */
    private static final Pattern EXAMPLE =
            Pattern.compile("<!-- first-refresh:compose -->\\s*```[a-z]*\\n(.*?)```", Pattern.DOTALL);

    /** Pause between two commands, as a person who types. The caches are asked right after the refresh. */
    private static final String UNHURRIED = "curl() { sleep 1; command curl -sS \"$@\"; }\n";

    private final Path logs = Repository.emptyFolder("logs/compose");

    @BeforeAll
    void up() throws Exception {
        run("up", "docker compose up -d --build --wait");
    }

    @AfterAll
    void down() throws Exception {
        run("down", "docker compose logs --no-color; docker compose down --volumes --timeout 5");
    }

    @Test
    @Order(1)
    void the_first_refresh_of_the_readme_works_as_written() throws Exception {
        String output = run("readme", UNHURRIED + example());

        assertThat(output.split("version 1\n", -1))
                .as("version 1 is seen twice in %s", output)
                .hasSize(3);
        assertThat(output.split("version 2, newer\n", -1))
                .as("version 2 is seen twice in %s", output)
                .hasSize(3);
        assertThat(output)
                .contains("202 Accepted")
                .contains("\"status\":\"complete\"")
                .contains("\"progress\":100");
    }

    @Test
    @Order(2)
    void with_three_purge_workers_every_task_is_finished() throws Exception {
        run("scale", "docker compose up -d --wait --no-recreate --scale purge-worker=3");
        assertThat(run("ps", "docker compose ps --quiet purge-worker")).hasLineCount(3);
        GatewayClient gateway = new GatewayClient(URI.create("http://localhost:8080"), "freshet-demo-token");
        CacheNode l1a = new CacheNode("l1-a", URI.create("http://localhost:6081"));
        String url = "http://www.example.com/page.txt";
        assertThat(l1a.get(url).body()).isEqualTo("version 2, newer");
        run("version-3", "echo 'version 3' > deploy/origin/page.txt");

        List<String> tasks = IntStream.range(0, 30)
                .mapToObj(
                        i -> gateway.refresh("url", List.of(url, url + "?" + i)).taskId())
                .toList();

        assertThat(tasks)
                .allSatisfy(
                        taskId -> assertThat(Waiting.finished(gateway, taskId).isComplete())
                                .isTrue());
        assertThat(l1a.get(url).body()).isEqualTo("version 3");
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

    /**
     * Runs a script in the repository's root, under a project name of our own. It must succeed; what it says is kept.
     */
    private String run(String name, String script) throws IOException, InterruptedException {
        Path log = logs.resolve(name + ".log");
        ProcessBuilder bash = new ProcessBuilder("bash", "-euo", "pipefail", "-c", script)
                .directory(Repository.root().toFile())
                .redirectErrorStream(true)
                .redirectOutput(Redirect.to(log.toFile()));
        bash.environment().put("COMPOSE_PROJECT_NAME", "freshet-e2e");
        int exit = bash.start().waitFor();
        String output = Files.readString(log);
        assertThat(exit).as("%s: %s", script, output).isZero();
        return output;
    }
}
