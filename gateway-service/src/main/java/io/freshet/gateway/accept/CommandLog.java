package io.freshet.gateway.accept;

import io.freshet.contracts.message.Command;
import io.freshet.gateway.GatewayProperties;
import io.freshet.gateway.problem.ProblemException;
import io.freshet.kafka.MessagePublisher;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/** Where commands are written, and with that accepted. */
@Component
class CommandLog {

    private static final Logger log = LoggerFactory.getLogger(CommandLog.class);
    private static final Duration RETRY_AFTER = Duration.ofSeconds(5);

    private final MessagePublisher publisher;
    private final ExecutorService workExecutor;
    private final Duration timeout;

    CommandLog(MessagePublisher publisher, ExecutorService workExecutor, GatewayProperties properties) {
        this.publisher = publisher;
        this.workExecutor = workExecutor;
        this.timeout = properties.publishTimeout();
    }

    /**
     * Writes the commands and waits until the brokers have them; blocks.
     *
     * @throws ProblemException 503 if that fails or takes too long; they may be in the log all the same, or some of them
     */
    void write(List<Command> commands) {
        long deadline = System.nanoTime() + timeout.toNanos();
        CompletableFuture<?>[] written = commands.size() == 1
                ? new CompletableFuture<?>[] {publisher.publish(commands.getFirst())}
                : all(commands);
        try {
            CompletableFuture.allOf(written).get(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
        } catch (ExecutionException e) {
            throw unconfirmed(String.valueOf(e.getCause()));
        } catch (TimeoutException e) {
            throw unconfirmed("no answer within " + timeout.toMillis() + " ms");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw unconfirmed("interrupted");
        }
    }

    /** Each on its own thread: while the broker is away, every publication blocks for as long as all may take. */
    private CompletableFuture<?>[] all(List<Command> commands) {
        return commands.stream()
                .map(command -> CompletableFuture.supplyAsync(() -> publisher.publish(command), workExecutor)
                        .thenCompose(Function.identity()))
                .toArray(CompletableFuture[]::new);
    }

    private static ProblemException unconfirmed(String why) {
        log.warn("Kafka has not confirmed a request: {}", why);
        return ProblemException.unavailable(
                "the log has not confirmed the request; it may still happen. Repeating it is safe with the same"
                        + " Idempotency-Key, and without one at worst does it twice",
                RETRY_AFTER);
    }
}
