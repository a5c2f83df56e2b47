package io.freshet.push.task;

import io.freshet.contracts.TaskId;
import io.freshet.contracts.message.PushCommand;
import io.freshet.contracts.message.PushLimits;
import io.freshet.push.limit.RequestLimiter;
import io.freshet.push.task.DomainQueue.QueuedPush;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * Requests with limits of their own that have commands here. All commands of a request and a domain share its limits,
 * and wait in a queue of their own: they may take days, and delay no other push of the domain.
 */
final class LimitedRequests {

    private final Function<QueuedPush, CompletableFuture<Void>> start;
    private final Map<Key, LimitedRequest> requests = new HashMap<>();

    /**
     * Creates an empty set.
     *
     * @param start starts a push; its future completes when the push is done
     */
    LimitedRequests(Function<QueuedPush, CompletableFuture<Void>> start) {
        this.start = start;
    }

    private record Key(String request, String domain, PushLimits limits) {}

    private static final class LimitedRequest {

        private final RequestLimiter limiter;
        private final DomainQueue queue;
        private int commands;

        LimitedRequest(PushLimits limits, Function<QueuedPush, CompletableFuture<Void>> start) {
            this.limiter = new RequestLimiter(limits);
            this.queue = new DomainQueue(start);
        }
    }

    /** Returns the queue of a command with limits, which {@link #leave} must follow when the command is done. */
    synchronized DomainQueue enter(PushCommand command) {
        LimitedRequest request = requests.computeIfAbsent(key(command), key -> new LimitedRequest(key.limits(), start));
        request.commands++;
        return request.queue;
    }

    synchronized void leave(PushCommand command) {
        LimitedRequest request = requests.get(key(command));
        if (request != null && --request.commands == 0) {
            requests.remove(key(command));
        }
    }

    /** Returns the limiter of a command that has entered; null if the command has no limits. */
    synchronized @Nullable RequestLimiter limiter(PushCommand command) {
        LimitedRequest request = command.limits() == null ? null : requests.get(key(command));
        return request == null ? null : request.limiter;
    }

    /** Removes the commands that wait and came from these partitions. */
    synchronized void remove(Collection<TopicPartition> partitions) {
        List.copyOf(requests.values()).stream()
                .flatMap(request -> request.queue.remove(partitions).stream())
                .forEach(push -> leave(push.command()));
    }

    /** Returns what the commands share that share their limits: children those of their root. */
    private static String request(PushCommand command) {
        TaskId whole = command.progressOf();
        if (whole != null) {
            return whole.toString();
        }
        return command.requestId() == null
                ? command.taskId().toString()
                : command.requestId().toString();
    }

    private static Key key(PushCommand command) {
        return new Key(request(command), command.domain(), Objects.requireNonNull(command.limits()));
    }
}
