package io.freshet.gateway.request.canonical;

import io.freshet.contracts.Selector;
import io.freshet.fleet.node.Driver;
import io.freshet.fleet.node.Fleet;
import io.freshet.fleet.node.Node;
import io.freshet.fleet.watch.CurrentFleet;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Check of the selectors of refreshes against the drivers of all nodes. */
@Component
class SelectorSupport {

    private static final int MAX_NAMED = 3;

    /**
     * Refusals of one fleet.
     *
     * @param bySelector reasons by selector, of those that some node cannot purge by
     * @param ofSubdomains null if all nodes can purge all sub-domains
     */
    private record Refusals(
            Map<Selector, String> bySelector, @Nullable String ofSubdomains) {}

    private volatile Refusals refusals;

    SelectorSupport(CurrentFleet fleet) {
        refusals = refusals(fleet.get());
        fleet.onChange(next -> refusals = refusals(next));
    }

    private static Refusals refusals(Fleet fleet) {
        Map<Selector, List<Node>> unable = new EnumMap<>(Selector.class);
        Set<Selector> supported = EnumSet.noneOf(Selector.class);
        for (Selector selector : Selector.values()) {
            List<Node> nodes = fleet.nodes().stream()
                    .filter(node -> !node.driver().supports(selector))
                    .toList();
            if (nodes.isEmpty()) {
                supported.add(selector);
            } else {
                unable.put(selector, nodes);
            }
        }
        Map<Selector, String> bySelector = new EnumMap<>(Selector.class);
        unable.forEach((selector, nodes) -> bySelector.put(selector, reason(selector, nodes, supported)));
        return new Refusals(bySelector, refusalOfSubdomains(fleet));
    }

    private static @Nullable String refusalOfSubdomains(Fleet fleet) {
        List<Node> oneHost = fleet.nodes().stream()
                .filter(node -> supportsDomains(node.driver()) && !node.driver().supportsSubdomains())
                .toList();
        return oneHost.isEmpty()
                ? null
                : names(oneHost) + " cannot purge all sub-domains at once. Name one host at a time.";
    }

    private static boolean supportsDomains(Driver driver) {
        return driver.supports(Selector.TAG) || driver.supports(Selector.EVERYTHING);
    }

    /** Returns which nodes cannot purge by an object like {@code *.example.com}; null if all can. */
    @Nullable
    String refusalOfSubdomains() {
        return refusals.ofSubdomains();
    }

    /** Returns which nodes cannot purge by the selector, and what every node can; null if all can purge by it. */
    @Nullable
    String refusal(Selector selector) {
        return refusals.bySelector().get(selector);
    }

    private static String reason(Selector selector, List<Node> unable, Set<Selector> supported) {
        return names(unable) + " cannot purge by " + selector + ". Use a type that every node can purge by: "
                + supported.stream().map(Selector::toString).collect(Collectors.joining(", ")) + '.';
    }

    private static String names(List<Node> nodes) {
        String named = nodes.stream()
                .limit(MAX_NAMED)
                .map(node -> node.id() + " (driver " + node.driver().name() + ')')
                .collect(Collectors.joining(", "));
        int more = nodes.size() - MAX_NAMED;
        return more <= 0 ? named : named + " and " + more + (more == 1 ? " more node" : " more nodes");
    }
}
