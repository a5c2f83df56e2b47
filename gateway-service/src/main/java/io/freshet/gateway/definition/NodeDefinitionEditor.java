package io.freshet.gateway.definition;

import io.freshet.contracts.message.NodeDefinition;
import io.freshet.fleet.definition.DefinedFleet;
import io.freshet.fleet.definition.NodeDefinitions;
import io.freshet.fleet.watch.CurrentFleet;
import io.freshet.gateway.blocking.Blocking;
import io.freshet.gateway.problem.ProblemException;
import io.freshet.gateway.problem.ProblemType;
import io.freshet.gateway.problem.Violation;
import io.freshet.gateway.publish.AcknowledgedPublisher;
import io.freshet.gateway.publish.NotAcknowledgedException;
import io.freshet.gateway.request.NodeDefinitionRequest;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/** Checks changes of the defined nodes and publishes them. Throws a {@link ProblemException} for what is refused. */
@Component
@Blocking
class NodeDefinitionEditor {

    private static final Logger log = LoggerFactory.getLogger(NodeDefinitionEditor.class);
    private static final Duration RETRY_AFTER = Duration.ofSeconds(5);

    /** Much longer than the reading of a definition takes. */
    private static final Duration APPLIED_WITHIN = Duration.ofSeconds(5);

    private final CurrentFleet fleet;
    private final NodeDefinitions definitions;
    private final AcknowledgedPublisher publisher;
    private final Clock clock;

    NodeDefinitionEditor(
            CurrentFleet fleet, NodeDefinitions definitions, AcknowledgedPublisher publisher, Clock clock) {
        this.fleet = fleet;
        this.definitions = definitions;
        this.publisher = publisher;
        this.clock = clock;
    }

    /** Adds a node, or one that has retired. Waits until this gateway follows. */
    DefinedNode add(NodeDefinitionRequest request, String by) {
        requireComplete();
        String id = String.valueOf(request.id());
        requireNotDefinedElsewhere(id);
        NodeDefinition present = definitions.of(id).orElse(null);
        if (present != null && !present.retired()) {
            throw ProblemException.invalid(
                    Violation.at("/id", "is another node's id, too; to change that node use PUT /v1/nodes/" + id));
        }
        return publish(checked(id, request, by));
    }

    /** Changes a node, or adds again one that has retired. */
    DefinedNode change(String id, NodeDefinitionRequest request, String by) {
        requireDefined(id);
        return publish(checked(id, request, by));
    }

    /** Retires a node. */
    DefinedNode retire(String id, String by) {
        NodeDefinition present = requireDefined(id);
        return present.retired() ? DefinedNode.of(present) : publish(present.retire(by, now(present)));
    }

    private NodeDefinition requireDefined(String id) {
        requireComplete();
        requireNotDefinedElsewhere(id);
        return definitions
                .of(id)
                .orElseThrow(() -> ProblemException.of(ProblemType.NOT_FOUND, "No node with this id is defined."));
    }

    private void requireComplete() {
        if (!definitions.isComplete()) {
            throw ProblemException.unavailable("The definitions of nodes have not been read yet.", RETRY_AFTER);
        }
    }

    private void requireNotDefinedElsewhere(String id) {
        if (fleet.configured().nodes().stream().anyMatch(node -> node.id().equals(id))) {
            throw ProblemException.of(
                    ProblemType.NODE_DEFINED_ELSEWHERE,
                    "The configuration file names node " + id + ". Change the file; it is read again at once.");
        }
        definitions
                .of(id)
                .filter(definition -> definition.source() == NodeDefinition.Source.DNS && !definition.retired())
                .ifPresent(discovered -> {
                    throw ProblemException.of(
                            ProblemType.NODE_DEFINED_ELSEWHERE,
                            "Node " + id + " was discovered by the DNS name " + discovered.by()
                                    + ". Change the records of that name.");
                });
    }

    private NodeDefinition checked(String id, NodeDefinitionRequest request, String by) {
        NodeDefinition next = new NodeDefinition(
                id,
                request.tier(),
                address(request.address()),
                request.driver(),
                request.region(),
                NodeDefinition.Source.API,
                false,
                by,
                now(definitions.of(id).orElse(null)));
        Map<String, NodeDefinition> all = new HashMap<>(definitions.all());
        all.put(id, next);
        List<String> faults =
                DefinedFleet.of(fleet.configured(), all.values()).faults().getOrDefault(id, List.of());
        if (!faults.isEmpty()) {
            List<Violation> violations =
                    faults.stream().map(NodeDefinitionEditor::violation).toList();
            throw ProblemException.invalid(violations, String.join("; ", faults));
        }
        return next;
    }

    /** The newest definition has the latest time, even if the clocks of two gateways differ. */
    private Instant now(@Nullable NodeDefinition present) {
        Instant now = clock.instant();
        return present == null || now.isAfter(present.at()) ? now : present.at().plusMillis(1);
    }

    private static URI address(String text) {
        try {
            return new URI(text);
        } catch (URISyntaxException e) {
            throw ProblemException.invalid(Violation.at("/address", "is not an address: " + e.getReason()));
        }
    }

    /** A fault begins with the name of the field. */
    private static Violation violation(String fault) {
        String[] parts = fault.split(": ", 2);
        return Violation.at('/' + parts[0], parts[parts.length - 1]);
    }

    private DefinedNode publish(NodeDefinition definition) {
        try {
            publisher.publish(List.of(definition));
            log.info("account {} published {}", definition.by(), definition);
            if (!definitions.awaitApplied(definition, APPLIED_WITHIN)) {
                log.warn("{} is in its topic, but this gateway has not read it yet", definition);
            }
            return DefinedNode.of(definition);
        } catch (NotAcknowledgedException e) {
            log.warn(
                    "account {} published {}, which Kafka did not acknowledge: {}",
                    definition.by(),
                    definition,
                    e.getMessage());
            throw ProblemException.unavailable(
                    "Kafka did not acknowledge the definition in time. It may still be used. Retrying is safe.",
                    RETRY_AFTER);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return DefinedNode.of(definition);
        }
    }
}
