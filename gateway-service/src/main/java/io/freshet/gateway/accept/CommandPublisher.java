package io.freshet.gateway.accept;

import io.freshet.contracts.message.Command;
import io.freshet.gateway.blocking.Blocking;
import io.freshet.gateway.problem.ProblemException;
import io.freshet.gateway.publish.AcknowledgedPublisher;
import io.freshet.gateway.publish.NotAcknowledgedException;
import java.time.Duration;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/** Publisher of the commands of requests. */
@Component
@Blocking
class CommandPublisher {

    private static final Logger log = LoggerFactory.getLogger(CommandPublisher.class);
    private static final Duration RETRY_AFTER = Duration.ofSeconds(5);

    private final AcknowledgedPublisher publisher;

    CommandPublisher(AcknowledgedPublisher publisher) {
        this.publisher = publisher;
    }

    /**
     * Publishes the commands and waits for Kafka's acknowledgement.
     *
     * @throws ProblemException 503 if that fails or takes too long; some or all commands may be executed all the same
     */
    void publish(List<Command> commands) {
        try {
            publisher.publish(commands);
        } catch (NotAcknowledgedException e) {
            log.warn("Kafka did not acknowledge a request: {}", e.getMessage());
            throw ProblemException.unavailable(
                    "Kafka did not acknowledge the request in time. It may still be executed. Retry with the same"
                            + " Idempotency-Key; without one it may be executed twice.",
                    RETRY_AFTER);
        }
    }
}
