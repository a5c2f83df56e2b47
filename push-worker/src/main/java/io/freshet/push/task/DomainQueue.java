package io.freshet.push.task;

import io.freshet.contracts.message.PushCommand;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * Queue of one domain's pushes. It starts them in order while few objects are in work: the origin takes a few requests
 * at a time anyway, and a command that waits costs only its URLs.
 */
final class DomainQueue {

    /** Objects of running tasks; a larger task runs by itself. */
    static final int MAX_RUNNING_OBJECTS = 1_000;

    private final Function<QueuedPush, CompletableFuture<Void>> start;
    private final Queue<QueuedPush> queue = new ArrayDeque<>();
    private int runningObjects;

    /**
     * Creates a queue.
     *
     * @param start starts a push; its future completes when the push is done
     */
    DomainQueue(Function<QueuedPush, CompletableFuture<Void>> start) {
        this.start = start;
    }

    /** Command with the partition that it came from. */
    record QueuedPush(PushCommand command, TopicPartition partition, CompletableFuture<Void> done) {

        private int objects() {
            return command.objects().size();
        }
    }

    /** Adds a command; the future completes when its push is done, and fails if it cannot be executed. */
    CompletableFuture<Void> add(PushCommand command, TopicPartition partition) {
        QueuedPush push = new QueuedPush(command, partition, new CompletableFuture<>());
        synchronized (this) {
            queue.add(push);
        }
        startNext();
        return push.done();
    }

    /** Removes and returns the pushes that wait and whose commands came from these partitions. */
    synchronized List<QueuedPush> remove(Collection<TopicPartition> partitions) {
        List<QueuedPush> removed = queue.stream()
                .filter(push -> partitions.contains(push.partition()))
                .toList();
        queue.removeAll(removed);
        return removed;
    }

    private void startNext() {
        for (QueuedPush next = take(); next != null; next = take()) {
            start(next);
        }
    }

    private void start(QueuedPush push) {
        CompletableFuture<Void> run;
        try {
            run = start.apply(push);
        } catch (RuntimeException e) {
            run = CompletableFuture.failedFuture(e);
        }
        if (run.isDone()) {
            end(push, run); // without recursion: the caller starts the next
        } else {
            CompletableFuture<Void> started = run;
            run.whenComplete((_, _) -> {
                end(push, started);
                startNext();
            });
        }
    }

    private synchronized @Nullable QueuedPush take() {
        QueuedPush next = queue.peek();
        if (next == null || runningObjects > 0 && runningObjects + next.objects() > MAX_RUNNING_OBJECTS) {
            return null;
        }
        runningObjects += next.objects();
        return queue.remove();
    }

    private void end(QueuedPush push, CompletableFuture<Void> run) {
        synchronized (this) {
            runningObjects -= push.objects();
        }
        run.whenComplete((_, failure) -> {
            if (failure == null) {
                push.done().complete(null);
            } else {
                push.done().completeExceptionally(failure);
            }
        });
    }
}
