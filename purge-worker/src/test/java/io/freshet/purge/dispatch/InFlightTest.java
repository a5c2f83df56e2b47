package io.freshet.purge.dispatch;

import static io.freshet.purge.stage.Stage.tier;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.freshet.contracts.NodeState;
import io.freshet.contracts.Selector;
import io.freshet.contracts.TaskId;
import io.freshet.contracts.message.RefreshCommand;
import io.freshet.purge.stage.Stage;
import io.freshet.purge.stage.StandInNode;
import io.micrometer.core.instrument.MeterRegistry;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.context.ConfigurableApplicationContext;

/** The bound of the worker's memory: permits for purges in flight. */
class InFlightTest {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private Stage stage;

    @BeforeEach
    void start(@TempDir Path folder) {
        stage = new Stage(folder);
    }

    @AfterEach
    void end() throws InterruptedException {
        stage.close();
    }

    @Test
    void purges_in_flight_are_limited_and_all_are_sent_in_the_end() {
        StandInNode l2 = stage.node("a2");
        ConfigurableApplicationContext worker = stage.worker(
                Clock.systemUTC(),
                tier("l2", l2) + tier("l1", stage.node("a1"), stage.node("b1")),
                Map.of(
                        "freshet.delivery.purges-in-flight", "300",
                        "freshet.nodes.slow-timeout", "60s",
                        "freshet.nodes.stall-timeout", "30s"));
        stage.awaitState(NodeState.IN_SYNC, "a2", "a1", "b1");
        CountDownLatch fetch = l2.hold();
        RefreshCommand first = stage.publish(refresh(1, 200));
        stage.publish(refresh(2, 200));
        stage.awaitMissing(first, "a2", "a1", "b1");
        assertThat(inFlight(worker))
                .as("one chunk of 64 objects for up to two nodes at once: an account has half of the permits")
                .isEqualTo(128);
        fetch.countDown();
        // A set, since what stood behind a stalled one may come twice.
        await().atMost(PATIENCE).until(() -> Set.copyOf(stage.journal).size() == 3 * 400);
        await().until(() -> inFlight(worker) == 0);
    }

    private static double inFlight(ConfigurableApplicationContext worker) {
        return worker.getBean(MeterRegistry.class)
                .get("freshet.purges.in.flight")
                .gauge()
                .value();
    }

    private static RefreshCommand refresh(int number, int objects) {
        List<String> urls = IntStream.range(0, objects)
                .mapToObj(i -> "http://www.example.com/" + number + '/' + i)
                .toList();
        return new RefreshCommand(
                new TaskId(number), "acme", "www.example.com", Selector.URL, urls, false, Instant.now(), null);
    }
}
