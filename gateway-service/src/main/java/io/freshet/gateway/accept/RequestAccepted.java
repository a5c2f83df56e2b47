package io.freshet.gateway.accept;

import io.freshet.contracts.Selector;
import io.freshet.contracts.TaskId;
import io.freshet.contracts.TaskKind;
import io.freshet.contracts.admission.Admission;
import io.freshet.contracts.admission.AdmittedTask;
import io.freshet.contracts.task.TaskView;
import io.freshet.gateway.request.canonical.CanonicalPush;
import io.freshet.gateway.request.canonical.CanonicalRequest;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Application event: Kafka has acknowledged the commands of a request. Listeners run before the client gets its answer
 * and must not block.
 *
 * @param tasks pending tasks that the request has just created
 */
public record RequestAccepted(String account, Instant acceptedAt, List<PendingTask> tasks) {

    public RequestAccepted {
        tasks = List.copyOf(tasks);
    }

    /**
     * A task that no worker has begun.
     *
     * @param domain name of the domain of its objects
     * @param description what it waits for; null if for a worker only
     */
    public record PendingTask(
            TaskId id,
            TaskKind kind,
            Selector type,
            String domain,
            int objectCount,
            @Nullable String description) {}

    static RequestAccepted of(String account, CanonicalRequest request, Admission admission) {
        return new RequestAccepted(
                account,
                admission.acceptedAt(),
                admission.tasks().stream()
                        .filter(task -> !task.commandRead())
                        .flatMap(task -> pendingTasks(request, task))
                        .toList());
    }

    private static Stream<PendingTask> pendingTasks(CanonicalRequest request, AdmittedTask task) {
        PendingTask requested = new PendingTask(
                task.taskId(),
                request.kind(),
                request.selector(),
                task.domain(),
                task.objectCount(),
                description(request));
        return task.thenPush() == null
                ? Stream.of(requested)
                : Stream.of(
                        requested,
                        new PendingTask(
                                task.thenPush(),
                                TaskKind.PUSH,
                                Selector.URL,
                                task.domain(),
                                task.pushCount(),
                                TaskView.waitsFor(task.taskId())));
    }

    private static @Nullable String description(CanonicalRequest request) {
        return request instanceof CanonicalPush push && push.startAt() != null
                ? TaskView.startsAt(push.startAt())
                : null;
    }
}
