package io.freshet.gateway.publish;

import io.freshet.contracts.message.Message;
import io.freshet.gateway.blocking.Blocking;
import io.freshet.kafka.MessagePublisher;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.springframework.stereotype.Component;

/** Publisher that waits until Kafka has acknowledged all messages. */
@Component
@Blocking
public class AcknowledgedPublisher {

    private final MessagePublisher publisher;
    private final ExecutorService executor;
    private final Duration timeout;

    AcknowledgedPublisher(MessagePublisher publisher, ExecutorService blockingExecutor, PublishProperties properties) {
        this.publisher = publisher;
        this.executor = blockingExecutor;
        this.timeout = properties.publishTimeout();
    }

    /**
     * Publishes the messages; blocks until the last acknowledgement.
     *
     * @throws NotAcknowledgedException if that fails or takes too long; some or all messages may be in their topics
     */
    public void publish(List<? extends Message> messages) throws NotAcknowledgedException {
        long deadline = System.nanoTime() + timeout.toNanos();
        CompletableFuture<?>[] published = messages.size() == 1
                ? new CompletableFuture<?>[] {publisher.publish(messages.getFirst())}
                : publishInParallel(messages);
        try {
            CompletableFuture.allOf(published).get(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
        } catch (ExecutionException e) {
            throw new NotAcknowledgedException(String.valueOf(e.getCause()));
        } catch (TimeoutException e) {
            throw new NotAcknowledgedException("no acknowledgement within " + timeout.toMillis() + " ms");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new NotAcknowledgedException("interrupted");
        }
    }

    /** Uses a thread for each message: without a broker, each send blocks for max.block.ms. */
    private CompletableFuture<?>[] publishInParallel(List<? extends Message> messages) {
        return messages.stream()
                .map(message -> CompletableFuture.supplyAsync(() -> publisher.publish(message), executor)
                        .thenCompose(Function.identity()))
                .toArray(CompletableFuture[]::new);
    }
}
