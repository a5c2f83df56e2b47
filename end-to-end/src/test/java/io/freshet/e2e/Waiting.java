package io.freshet.e2e;

import static org.awaitility.Awaitility.await;

import io.freshet.e2e.http.GatewayClient;
import io.freshet.e2e.http.Task;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.function.Predicate;
import org.awaitility.core.ConditionFactory;

/** How long scenarios wait before they give up; far more than anything takes on a busy machine. */
final class Waiting {

    private Waiting() {}

    static ConditionFactory eventually(String what) {
        return await(what)
                .atMost(Duration.ofSeconds(60))
                .pollInterval(Duration.ofMillis(50))
                .pollDelay(Duration.ZERO)
                .ignoreException(UncheckedIOException.class); // nobody listens yet
    }

    /** The task, once it is complete or failed. */
    static Task finished(GatewayClient gateway, String taskId) {
        return eventually("task " + taskId + " finishes")
                .until(() -> gateway.task(taskId), task -> task.isComplete() || task.isFailed());
    }

    /** The task, once it is as wanted. */
    static Task task(GatewayClient gateway, String taskId, String what, Predicate<Task> wanted) {
        return eventually("task " + taskId + " " + what).until(() -> gateway.task(taskId), wanted);
    }
}
