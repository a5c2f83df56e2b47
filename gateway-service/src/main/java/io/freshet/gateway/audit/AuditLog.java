package io.freshet.gateway.audit;

import io.freshet.contracts.message.AuditEntry;
import io.freshet.contracts.message.AuditOutcome;
import io.freshet.gateway.auth.Caller;
import io.freshet.gateway.blocking.Blocking;
import io.freshet.gateway.problem.ProblemException;
import io.freshet.gateway.publish.AcknowledgedPublisher;
import io.freshet.gateway.publish.NotAcknowledgedException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.stereotype.Component;

/** Writer of the audit log. */
@Component
@Blocking
public class AuditLog {

    private static final Logger log = LoggerFactory.getLogger(AuditLog.class);
    private static final Duration RETRY_AFTER = Duration.ofSeconds(5);
    /** Longest target: that of a refused request is any text of the caller. */
    private static final int MAX_TARGET = 200;

    private final AcknowledgedPublisher publisher;

    AuditLog(AcknowledgedPublisher publisher) {
        this.publisher = publisher;
    }

    /**
     * Writes an entry and waits for Kafka's acknowledgement. To be called before the action.
     *
     * @throws ProblemException 503 if that fails or takes too long; then the action must not be done
     */
    public void record(AuditEntry entry) {
        try {
            publisher.publish(List.of(entry));
        } catch (NotAcknowledgedException e) {
            log.warn("Kafka did not acknowledge {}: {}", entry, e.getMessage());
            throw ProblemException.unavailable(
                    "Kafka did not acknowledge the entry of the audit log in time, so the action was not done. Retrying"
                            + " is safe.",
                    RETRY_AFTER);
        }
    }

    /**
     * Writes that a caller may do an action. To be called before the action.
     *
     * @throws ProblemException 503 if that fails or takes too long; then the action must not be done
     */
    public void recordAccepted(
            Caller caller,
            ServerHttpRequest request,
            Instant at,
            String action,
            String target,
            Map<String, String> details) {
        record(entry(caller, request, at, action, target, details, AuditOutcome.ACCEPTED));
    }

    static AuditEntry entry(
            Caller caller,
            ServerHttpRequest request,
            Instant at,
            String action,
            String target,
            Map<String, String> details,
            AuditOutcome outcome) {
        return new AuditEntry(
                UUID.randomUUID(),
                at,
                caller.account().id(),
                caller.token(),
                address(request.getRemoteAddress()),
                action,
                target.substring(0, Math.min(target.length(), MAX_TARGET)),
                details,
                outcome);
    }

    private static @Nullable String address(@Nullable InetSocketAddress client) {
        if (client == null) {
            return null;
        }
        return client.isUnresolved()
                ? client.getHostString()
                : client.getAddress().getHostAddress();
    }
}
