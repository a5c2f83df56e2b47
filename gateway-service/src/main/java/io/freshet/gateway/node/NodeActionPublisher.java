package io.freshet.gateway.node;

import io.freshet.contracts.message.NodeAction;
import io.freshet.gateway.blocking.Blocking;
import io.freshet.gateway.problem.ProblemException;
import io.freshet.gateway.publish.AcknowledgedPublisher;
import io.freshet.gateway.publish.NotAcknowledgedException;
import java.time.Duration;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/** Publisher of operators' node actions, which the purge-workers execute. */
@Component
@Blocking
class NodeActionPublisher {

    private static final Logger log = LoggerFactory.getLogger(NodeActionPublisher.class);
    private static final Duration RETRY_AFTER = Duration.ofSeconds(5);

    private final AcknowledgedPublisher publisher;

    NodeActionPublisher(AcknowledgedPublisher publisher) {
        this.publisher = publisher;
    }

    /**
     * Publishes the action and waits for Kafka's acknowledgement.
     *
     * @throws ProblemException 503 if that fails or takes too long; the action may be executed all the same
     */
    void publish(NodeAction action) {
        try {
            publisher.publish(List.of(action));
            log.info("account {} requested {}", action.by(), action);
        } catch (NotAcknowledgedException e) {
            log.warn(
                    "account {} requested {}, which Kafka did not acknowledge: {}",
                    action.by(),
                    action,
                    e.getMessage());
            throw ProblemException.unavailable(
                    "Kafka did not acknowledge the node action in time. It may still be executed. Retrying is safe.",
                    RETRY_AFTER);
        }
    }
}
