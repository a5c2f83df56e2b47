package io.freshet.e2e;

import static org.awaitility.Awaitility.await;

import io.freshet.cluster.TestCluster;
import io.freshet.cluster.http.CacheNode;
import io.freshet.cluster.http.GatewayClient;
import io.freshet.cluster.http.Task;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.function.Predicate;
import org.awaitility.core.ConditionFactory;

/** Waiting for conditions, with timeouts far above what a busy machine needs. */
final class Waiting {

    private Waiting() {}

    static ConditionFactory eventually(String what) {
        return await(what)
                .atMost(Duration.ofSeconds(60))
                .pollInterval(Duration.ofMillis(50))
                .pollDelay(Duration.ZERO)
                .ignoreException(UncheckedIOException.class); // nobody listens yet
    }

    /** A load balancer is told that this node is in sync, or that it is not. */
    static void inSync(TestCluster cluster, CacheNode node, boolean wanted) {
        eventually(node + (wanted ? " is in sync" : " is not in sync"))
                .until(() -> cluster.gatewayManagement().isInSync(node) == wanted);
    }

    /** The task, once it is complete or failed. */
    static Task finished(GatewayClient gateway, String taskId) {
        return eventually("task " + taskId + " finishes")
                .until(() -> gateway.task(taskId), task -> task.isComplete() || task.isFailed());
    }

    /** The task, once it is complete or failed, which takes a node that does not purge at most ten seconds. */
    static Task noticed(GatewayClient gateway, String taskId) {
        return eventually("task " + taskId + " finishes")
                .atMost(Duration.ofSeconds(10))
                .until(() -> gateway.task(taskId), task -> task.isComplete() || task.isFailed());
    }

    /** The task, once it is complete, even after it has failed. */
    static Task complete(GatewayClient gateway, String taskId) {
        return task(gateway, taskId, "is complete", Task::isComplete);
    }

    /** The task, once it is as wanted. */
    static Task task(GatewayClient gateway, String taskId, String what, Predicate<Task> wanted) {
        return eventually("task " + taskId + " " + what).until(() -> gateway.task(taskId), wanted);
    }
}
