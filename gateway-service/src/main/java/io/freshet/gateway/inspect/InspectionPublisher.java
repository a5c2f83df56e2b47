package io.freshet.gateway.inspect;

import io.freshet.contracts.message.InspectUrl;
import io.freshet.gateway.blocking.Blocking;
import io.freshet.gateway.problem.ProblemException;
import io.freshet.gateway.publish.AcknowledgedPublisher;
import io.freshet.gateway.publish.NotAcknowledgedException;
import java.time.Duration;
import java.util.List;
import org.springframework.stereotype.Component;

/** Publisher of inspections. */
@Component
@Blocking
class InspectionPublisher {

    private static final Duration RETRY_AFTER = Duration.ofSeconds(5);

    private final AcknowledgedPublisher publisher;

    InspectionPublisher(AcknowledgedPublisher publisher) {
        this.publisher = publisher;
    }

    /**
     * Publishes the inspection and waits for Kafka's acknowledgement.
     *
     * @throws ProblemException 503 if that fails or takes too long
     */
    void publish(InspectUrl question) {
        try {
            publisher.publish(List.of(question));
        } catch (NotAcknowledgedException e) {
            throw ProblemException.unavailable(
                    "Kafka did not acknowledge the inspection in time. Retry later.", RETRY_AFTER);
        }
    }
}
