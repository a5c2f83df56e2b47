package io.freshet.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.freshet.cluster.Pages;
import io.freshet.cluster.TestCluster;
import io.freshet.cluster.http.GatewayClient;
import io.freshet.cluster.http.Task;
import io.freshet.cluster.process.Service;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

/** An origin that slows down gets fewer requests at a time. */
@ClusterTest
@Order(Order.DEFAULT + 15)
class SlowingOriginIT {

    /** Requests in flight per domain by default. */
    private static final int MAX_IN_FLIGHT = 16;

    private static final int OBJECTS = 500;

    private final TestCluster cluster;
    private final GatewayClient gateway;

    SlowingOriginIT(TestCluster cluster) {
        this.cluster = cluster;
        this.gateway = cluster.gateway();
    }

    /** The worker remembers the latency of the domain's origin. */
    @BeforeAll
    @AfterAll
    static void worker_knows_nothing_of_the_origin(TestCluster cluster) {
        cluster.restart(Service.PUSH_WORKER);
    }

    @Test
    void origin_that_slows_down_is_asked_for_less_at_a_time_and_the_objects_say_why() {
        // More than ten windows of 100 ms, after which slow answers hardly change the average.
        for (int i = 0; i < 6; i++) {
            Pages pages = cluster.origin().pages();
            pages.latency(Duration.ofMillis(20));
            Waiting.complete(gateway, gateway.push(pages.urls(OBJECTS)).taskId());
            assertThat(pages.takeMostInFlight()).as("requests at a time before").isEqualTo(MAX_IN_FLIGHT);
        }
        Pages slow = cluster.origin().pages();
        slow.latency(Duration.ofMillis(400));

        String push = gateway.push(slow.urls(OBJECTS)).taskId();

        Waiting.eventually("objects say why")
                .until(
                        () -> gateway.objects(push, null, OBJECTS),
                        objects -> objects.stream()
                                .anyMatch(object -> String.valueOf(object.description())
                                        .matches("l2-a: origin answers slowly: [1-8] of 16 requests in flight")));
        Waiting.eventually("the origin is asked for half as much at a time")
                .until(slow::takeMostInFlight, most -> most > 0 && most <= MAX_IN_FLIGHT / 2);
        assertThat(gateway.task(push).status()).isEqualTo("running");
        slow.latency(Duration.ZERO);
        Task task = Waiting.finished(gateway, push);
        assertThat(task).as("%s", task).matches(Task::isComplete);
        assertThat(slow.fetches()).as("requests at the origin").isEqualTo(OBJECTS);
        assertThat(gateway.objects(push, null, OBJECTS))
                .allSatisfy(object -> assertThat(object.description()).isNull());
    }
}
