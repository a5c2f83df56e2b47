package io.freshet.gateway.node;

import io.freshet.contracts.message.NodeAction;
import io.freshet.gateway.GatewayProperties;
import io.freshet.gateway.problem.ProblemException;
import io.freshet.kafka.MessagePublisher;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/** Where operators' orders are written, and with that given; the workers carry them out. */
@Component
class NodeActionPublisher {

    private static final Logger log = LoggerFactory.getLogger(NodeActionPublisher.class);
    private static final Duration RETRY_AFTER = Duration.ofSeconds(5);

    private final MessagePublisher publisher;
    private final Duration timeout;

    NodeActionPublisher(MessagePublisher publisher, GatewayProperties properties) {
        this.publisher = publisher;
        this.timeout = properties.publishTimeout();
    }

    /**
     * Writes the order and waits until the brokers have it; blocks.
     *
     * @throws ProblemException 503 if that fails or takes too long; it may be in the log all the same
     */
    void write(NodeAction order) {
        try {
            publisher.publish(order).get(timeout.toMillis(), TimeUnit.MILLISECONDS);
            log.info("account {} gave the order {}", order.by(), order);
        } catch (ExecutionException e) {
            throw unconfirmed(order, String.valueOf(e.getCause()));
        } catch (TimeoutException e) {
            throw unconfirmed(order, "no answer within " + timeout.toMillis() + " ms");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw unconfirmed(order, "interrupted");
        }
    }

    private static ProblemException unconfirmed(NodeAction order, String why) {
        log.warn("account {} gave the order {}, which Kafka has not confirmed: {}", order.by(), order, why);
        return ProblemException.unavailable(
                "the log has not confirmed the order; it may still happen. Repeating it is safe", RETRY_AFTER);
    }
}
