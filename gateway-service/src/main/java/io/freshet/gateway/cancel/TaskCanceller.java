package io.freshet.gateway.cancel;

import io.freshet.contracts.TaskId;
import io.freshet.contracts.message.TaskCancelled;
import io.freshet.fleet.account.Account;
import io.freshet.gateway.blocking.Blocking;
import io.freshet.gateway.problem.ProblemException;
import io.freshet.gateway.publish.AcknowledgedPublisher;
import io.freshet.gateway.publish.NotAcknowledgedException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/** Publisher of cancellations. A cancellation of a task that has finished has no effect. */
@Component
@Blocking
public class TaskCanceller {

    private static final Logger log = LoggerFactory.getLogger(TaskCanceller.class);
    private static final Duration RETRY_AFTER = Duration.ofSeconds(5);

    private final AcknowledgedPublisher publisher;
    private final Clock clock;

    TaskCanceller(AcknowledgedPublisher publisher, Clock clock) {
        this.publisher = publisher;
        this.clock = clock;
    }

    /**
     * Cancels tasks and waits for Kafka's acknowledgement.
     *
     * @param tasks of the account: the caller has made sure of that
     * @return the time of the cancellation
     * @throws ProblemException 503 if Kafka does not acknowledge in time; some or all tasks may be cancelled all the
     *     same, and the call can be repeated
     */
    public Instant cancel(Account account, Collection<TaskId> tasks) {
        Instant now = clock.instant();
        try {
            publisher.publish(tasks.stream()
                    .map(task -> new TaskCancelled(task, account.id(), now))
                    .toList());
            return now;
        } catch (NotAcknowledgedException e) {
            log.warn("Kafka did not acknowledge a cancellation: {}", e.getMessage());
            throw ProblemException.unavailable(
                    "Kafka did not acknowledge the cancellation in time. It may still take effect. Retrying is safe.",
                    RETRY_AFTER);
        }
    }
}
