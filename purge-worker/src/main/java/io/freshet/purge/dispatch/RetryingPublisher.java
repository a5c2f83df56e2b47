package io.freshet.purge.dispatch;

import io.freshet.contracts.message.Message;
import io.freshet.kafka.MessagePublisher;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Publishes messages again and again until Kafka acknowledges them. Only an interrupt ends that early. */
public final class RetryingPublisher {

    private static final Logger log = LoggerFactory.getLogger(RetryingPublisher.class);
    private static final Duration RETRY_INTERVAL = Duration.ofSeconds(1);

    private final MessagePublisher publisher;

    public RetryingPublisher(MessagePublisher publisher) {
        this.publisher = publisher;
    }

    public void publish(Message message) throws InterruptedException {
        publishAll(List.of(message));
    }

    /** Publishes all messages at once. If one of them is not acknowledged, all are published again. */
    public void publishAll(Collection<? extends Message> messages) throws InterruptedException {
        while (true) {
            try {
                CompletableFuture.allOf(
                                messages.stream().map(publisher::publish).toArray(CompletableFuture[]::new))
                        .get();
                return;
            } catch (ExecutionException e) {
                Message first = messages.iterator().next();
                log.warn(
                        "Kafka did not acknowledge {} of {}; it is published again until Kafka does: {}",
                        first.getClass().getSimpleName(),
                        first.key(),
                        String.valueOf(e.getCause()));
                Thread.sleep(RETRY_INTERVAL);
            }
        }
    }
}
