package io.freshet.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.freshet.cluster.http.Accepted;
import io.freshet.cluster.http.CacheNode;
import io.freshet.cluster.http.GatewayClient;
import io.freshet.cluster.http.Task;
import io.freshet.cluster.process.Repository;
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
import org.junit.jupiter.api.parallel.ResourceLock;

/**
 * Tests of what only containers show: the images of this build start and are healthy under {@code docker compose up},
 * the README's example works, and containers that are frozen, killed and replaced keep what they must.
 */
@Tag("docker")
@Order(Order.DEFAULT + 28)
@ResourceLock("network interfaces")
@ExtendWith(OnlyWithDocker.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
@Timeout(value = 8, unit = TimeUnit.MINUTES)
class ComposeIT {

    /** The code blocks of the README's example. */
    private static final Pattern EXAMPLE =
            Pattern.compile("<!-- first-refresh:compose -->\\s*```[a-z]*\\n(.*?)```", Pattern.DOTALL);

    /** Pause between two commands, as a person who types. The caches are asked right after the refresh. */
    private static final String UNHURRIED = "curl() { sleep 1; command curl -sS \"$@\"; }\n";

    private static final String PAGE = "http://www.example.com/page.txt";
    private static final String PUSHED = "http://www.example.com/pushed.txt";

    private final GatewayClient gateway = new GatewayClient(URI.create("http://localhost:8080"), "freshet-demo-token");
    private final CacheNode l2 = new CacheNode("l2-a", URI.create("http://localhost:6080"));
    private final CacheNode l1a = new CacheNode("l1-a", URI.create("http://localhost:6081"));
    private final CacheNode l1b = new CacheNode("l1-b", URI.create("http://localhost:6082"));
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
    void first_refresh_of_the_readme_works_as_written() throws Exception {
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
    void pushed_page_is_cached_in_l2_and_served_to_an_edge_node() throws Exception {
        run("pushed", "echo 'pushed' > deploy/origin/pushed.txt");

        Task task = Waiting.finished(gateway, gateway.push(List.of(PUSHED)).taskId());

        assertThat(task).matches(Task::isComplete);
        assertThat(l2.get(PUSHED)).matches(copy -> copy.hit() && copy.body().equals("pushed"));
        assertThat(l1b.get(PUSHED).body()).isEqualTo("pushed");
    }

    @Test
    @Order(3)
    void thirty_tasks_are_completed_by_three_workers() throws Exception {
        run("scale", "docker compose up -d --wait --no-recreate --scale purge-worker=3");
        assertThat(run("ps", "docker compose ps --quiet purge-worker")).hasLineCount(3);
        assertThat(l1a.get(PAGE).body()).isEqualTo("version 2, newer");
        publish("version 3");

        List<String> tasks = IntStream.range(0, 30)
                .mapToObj(i ->
                        gateway.refresh("url", List.of(PAGE, PAGE + "?" + i)).taskId())
                .toList();

        assertThat(tasks)
                .allSatisfy(
                        taskId -> assertThat(Waiting.finished(gateway, taskId)).matches(Task::isComplete));
        assertThat(l1a.get(PAGE).body()).isEqualTo("version 3");
    }

    @Test
    @Order(4)
    void frozen_node_catches_up_though_all_workers_were_killed_meanwhile() throws Exception {
        assertThat(l1b.get(PAGE).body()).isEqualTo("version 3");
        run("freeze", "docker compose pause l1-b");
        publish("version 4");
        String taskId = gateway.refresh("url", List.of(PAGE)).taskId();
        Task waiting = Waiting.task(
                gateway,
                taskId,
                "names the frozen node",
                task -> task.laggingNodes().equals(List.of("l1-b")));
        assertThat(waiting.status()).isEqualTo("running");
        assertThat(l1a.get(PAGE).body()).isEqualTo("version 4");

        run(
                "kill-workers",
                "docker compose kill purge-worker"
                        + " && docker compose up -d --wait --no-recreate --no-deps --scale purge-worker=3 purge-worker");
        run("unfreeze", "docker compose unpause l1-b");

        assertThat(Waiting.complete(gateway, taskId).laggingNodes()).isEmpty();
        assertThat(l1b.get(PAGE).body()).isEqualTo("version 4");
    }

    @Test
    @Order(5)
    void killed_broker_database_and_services_find_everything_in_their_volumes() throws Exception {
        String before = gateway.refresh("url", List.of(PAGE)).taskId();
        Waiting.complete(gateway, before);

        run("kill", "docker compose kill kafka postgres gateway-service task-service push-worker");
        run(
                "start",
                "docker compose up -d --wait --no-recreate --scale purge-worker=3"
                        + " || { docker compose ps -a; docker compose logs --tail 100 kafka; exit 1; }");

        assertThat(gateway.task(before)).matches(Task::isComplete);
        publish("version 5");
        // A broker that has just started may not acknowledge in time.
        String after = Waiting.eventually("a refresh is accepted")
                .until(
                        () -> gateway.post(
                                "/v1/refreshes", GatewayClient.refreshOf("url", List.of(PAGE)), "after-kill"),
                        answer -> answer.status() == 202)
                .as(202, Accepted.class)
                .taskId();
        Waiting.complete(gateway, after);
        assertThat(l1a.get(PAGE).body()).isEqualTo("version 5");
        assertThat(l1b.get(PAGE).body()).isEqualTo("version 5");
    }

    private void publish(String content) throws Exception {
        run("publish", "echo '" + content + "' > deploy/origin/page.txt");
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
