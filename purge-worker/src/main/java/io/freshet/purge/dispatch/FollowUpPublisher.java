package io.freshet.purge.dispatch;

import io.freshet.contracts.message.RefreshCommand;
import io.freshet.contracts.message.ThenPush;
import io.freshet.kafka.MessagePublisher;
import io.freshet.kafka.TaskCancellations;
import java.util.function.BooleanSupplier;

/**
 * Publishes the push that follows a refresh, once the tier to warm and those above it have settled. Dispatch, catch-up
 * and second purge are parts of a refresh that end in any order; the last part publishes the push before it is
 * complete. A push that was cancelled, or whose refresh was, is not published.
 */
public final class FollowUpPublisher {

    private final MessagePublisher publisher;
    private final TaskCancellations cancellations;

    public FollowUpPublisher(MessagePublisher publisher, TaskCancellations cancellations) {
        this.publisher = publisher;
        this.cancellations = cancellations;
    }

    /**
     * Completes one part of a refresh.
     *
     * @param isLast whether no other part is missing
     * @param complete notes on the partition that this part is complete
     * @throws InterruptedException if the partition is given up before Kafka has acknowledged the push
     */
    public void complete(RefreshCommand command, BooleanSupplier isLast, Runnable complete)
            throws InterruptedException {
        ThenPush push = command.thenPush();
        if (push == null || isCancelled(command, push)) {
            complete.run();
        } else if (!completeUnlessLast(isLast, complete)) {
            publisher.publishUntilAcknowledged(push.command(command));
            complete.run();
        }
    }

    private boolean isCancelled(RefreshCommand refresh, ThenPush push) {
        return cancellations.isCancelled(refresh.taskId()) || cancellations.isCancelled(push.taskId());
    }

    /**
     * Checks and completes under one lock: of two parts that end at the same time, the second sees that the first is
     * complete. The lock is not held while the push is published, so that no other refresh waits for Kafka.
     */
    private synchronized boolean completeUnlessLast(BooleanSupplier isLast, Runnable complete) {
        if (isLast.getAsBoolean()) {
            return false;
        }
        complete.run();
        return true;
    }
}
