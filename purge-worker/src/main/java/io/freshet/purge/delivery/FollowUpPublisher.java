package io.freshet.purge.delivery;

import io.freshet.contracts.message.PushCommand;
import io.freshet.contracts.message.RefreshCommand;
import io.freshet.contracts.message.ThenPush;
import io.freshet.kafka.MessagePublisher;
import java.time.Duration;
import java.util.concurrent.CompletionException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Publishes the push that is to follow a refresh, when the tier to warm and those above it have settled. Delivery, catch-up and the second
 * purge may each be what was missing: whoever of them is last publishes it, before it counts as done.
 */
final class FollowUpPublisher {

    private static final Logger log = LoggerFactory.getLogger(FollowUpPublisher.class);
    private static final Duration RETRY = Duration.ofSeconds(1);

    private final TierTopology tiers;
    private final MessagePublisher publisher;

    /** So that of two that end at the same time one is the last. */
    private final ReentrantLock ending = new ReentrantLock();

    FollowUpPublisher(TierTopology tiers, MessagePublisher publisher) {
        this.tiers = tiers;
        this.publisher = publisher;
    }

    /**
     * Ends one part of a refresh's delivery.
     *
     * @param end notes on the shard that this part is done
     * @param isLast asked before: whether nothing else will be missing then
     */
    void end(RefreshCommand command, BooleanSupplier isLast, Runnable end) throws InterruptedException {
        if (command.thenPush() == null) {
            end.run();
            return;
        }
        ending.lockInterruptibly();
        try {
            if (isLast.getAsBoolean()) {
                publish(command.thenPush().command(command));
            }
            end.run();
        } finally {
            ending.unlock();
        }
    }

    /** The number of the tier to warm, or -1 if there is none, or none any more. */
    int lastTier(@Nullable ThenPush push) {
        return push == null ? -1 : tiers.number(push.tier());
    }

    private void publish(PushCommand push) throws InterruptedException {
        while (true) {
            try {
                publisher.publish(push).join();
                return;
            } catch (CompletionException e) {
                log.warn("The push {} that follows a refresh could not be published: {}", push.taskId(), e.toString());
                Thread.sleep(RETRY);
            }
        }
    }
}
