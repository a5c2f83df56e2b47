package io.freshet.gateway.request.canonical;

import io.freshet.contracts.Selector;
import io.freshet.fleet.node.Fleet;
import io.freshet.fleet.node.Node;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Check of the selectors of refreshes against the drivers of all nodes. */
@Component
class SelectorSupport {

    private static final int MAX_NAMED = 3;

    private final Fleet fleet;

    SelectorSupport(Fleet fleet) {
        this.fleet = fleet;
    }

    /** Returns which nodes cannot purge by the selector, and what every node can; null if all can purge by it. */
    @Nullable
    String refusal(Selector selector) {
        List<Node> unable = fleet.nodes().stream()
                .filter(node -> !node.driver().supports(selector))
                .toList();
        return unable.isEmpty()
                ? null
                : names(unable) + " cannot purge by " + selector + ". Every node can purge by " + supportedByAll()
                        + '.';
    }

    private static String names(List<Node> nodes) {
        String named = nodes.stream()
                .limit(MAX_NAMED)
                .map(node -> node.id() + " (driver " + node.driver().name() + ')')
                .collect(Collectors.joining(", "));
        int more = nodes.size() - MAX_NAMED;
        return more <= 0 ? named : named + " and " + more + (more == 1 ? " more node" : " more nodes");
    }

    private String supportedByAll() {
        return Stream.of(Selector.values())
                .filter(selector ->
                        fleet.nodes().stream().allMatch(node -> node.driver().supports(selector)))
                .map(Selector::toString)
                .collect(Collectors.joining(", "));
    }
}
