package io.freshet.gateway.request.canonical;

import io.freshet.contracts.message.PushTargets;
import io.freshet.fleet.node.Fleet;
import io.freshet.fleet.node.Node;
import io.freshet.fleet.node.Tier;
import io.freshet.fleet.watch.CurrentFleet;
import io.freshet.gateway.problem.ProblemException;
import io.freshet.gateway.problem.Violation;
import io.freshet.gateway.problem.Violations;
import io.freshet.gateway.request.PushRequest;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Validation of the nodes that a push goes to: of one tier, of several, of a region, or named. */
@Component
class PushNodes {

    /** Names in an error; a fleet may have hundreds of nodes. */
    private static final int MAX_SHOWN = 50;

    private final CurrentFleet current;

    PushNodes(CurrentFleet current) {
        this.current = current;
    }

    /**
     * Nodes of a push.
     *
     * @param tier the first tier
     * @param targets null for all nodes of the tier
     */
    record Selection(String tier, @Nullable PushTargets targets) {}

    /**
     * Returns the nodes in canonical form.
     *
     * @throws ProblemException if a name is unknown, or options exclude each other
     */
    Selection read(PushRequest request) {
        Fleet fleet = current.get();
        return request.nodes() == null ? tiers(fleet, request) : nodes(fleet, request, request.nodes());
    }

    /**
     * Returns the name of a tier.
     *
     * @param pointer JSON pointer to the name
     * @param name null for the first tier
     * @throws ProblemException if there is no such tier
     */
    String tier(String pointer, @Nullable String name) {
        return tier(current.get(), pointer, name);
    }

    private static String tier(Fleet fleet, String pointer, @Nullable String name) {
        List<String> known = fleet.tiers().stream().map(Tier::name).toList();
        if (name == null) {
            return known.getFirst();
        }
        if (!known.contains(name)) {
            throw ProblemException.invalid(Violation.at(pointer, unknownTier(known)));
        }
        return name;
    }

    private static String unknownTier(List<String> known) {
        return "is not a tier of the fleet; the tiers are " + known;
    }

    private static Selection tiers(Fleet fleet, PushRequest request) {
        List<String> tiers = request.tiers() == null
                ? List.of(tier(fleet, "/tier", request.tier()))
                : tiers(fleet, request, request.tiers());
        if (request.region() != null) {
            checkRegion(fleet, request.region(), tiers);
        }
        boolean isOneTier = tiers.size() == 1 && request.region() == null;
        return new Selection(
                tiers.getFirst(),
                isOneTier ? null : new PushTargets(tiers.size() == 1 ? List.of() : tiers, request.region(), List.of()));
    }

    private static List<String> tiers(Fleet fleet, PushRequest request, List<String> names) {
        Violations violations = new Violations();
        if (request.tier() != null) {
            violations.add(Violation.at("/tiers", "and tier exclude each other"));
        }
        if (names.isEmpty()) {
            violations.add(Violation.at("/tiers", "names no tier"));
        }
        List<String> known = fleet.tiers().stream().map(Tier::name).toList();
        for (int i = 0; i < names.size(); i++) {
            if (!known.contains(names.get(i))) {
                violations.add(Violation.at("/tiers/" + i, unknownTier(known)));
            }
        }
        violations.throwIfAny();
        List<String> parentsFirst = known.stream().filter(names::contains).toList();
        if (!parentsFirst.equals(names)) {
            throw ProblemException.invalid(Violation.at(
                    "/tiers",
                    "must name each tier once and parents first, since a node fetches through them: " + parentsFirst));
        }
        return names;
    }

    private static void checkRegion(Fleet fleet, String region, List<String> tiers) {
        List<String> known = fleet.regions();
        if (!known.contains(region)) {
            throw ProblemException.invalid(Violation.at(
                    "/region",
                    known.isEmpty()
                            ? "is unknown: no node of the fleet has a region"
                            : "is not a region of the fleet; the regions are " + known));
        }
        List<String> without = fleet.tiers().stream()
                .filter(tier ->
                        tiers.contains(tier.name()) && tier.nodesOf(region).isEmpty())
                .map(Tier::name)
                .toList();
        if (!without.isEmpty()) {
            throw ProblemException.invalid(
                    Violation.at("/region", "has no node in these tiers: " + without + ". Leave them out of tiers"));
        }
    }

    private static Selection nodes(Fleet fleet, PushRequest request, List<String> names) {
        Violations violations = new Violations();
        if (request.tier() != null || request.tiers() != null || request.region() != null) {
            violations.add(Violation.at("/nodes", "excludes tier, tiers and region"));
        }
        if (names.isEmpty()) {
            violations.add(Violation.at("/nodes", "names no node"));
        }
        List<String> known = fleet.nodes().stream().map(Node::id).toList();
        Set<String> ids = Set.copyOf(known);
        for (int i = 0; i < names.size(); i++) {
            if (!ids.contains(names.get(i))) {
                violations.add(Violation.at("/nodes/" + i, "is not a node of the fleet; the nodes are " + some(known)));
            }
        }
        violations.throwIfAny();
        List<String> parentsFirst = known.stream().filter(names::contains).toList();
        String first = fleet.tiers().stream()
                .filter(tier -> tier.nodes().stream().anyMatch(node -> names.contains(node.id())))
                .map(Tier::name)
                .findFirst()
                .orElseThrow();
        return new Selection(first, new PushTargets(List.of(), null, parentsFirst));
    }

    private static String some(List<String> names) {
        return names.stream().limit(MAX_SHOWN).collect(Collectors.joining(", "))
                + (names.size() > MAX_SHOWN ? ", and " + (names.size() - MAX_SHOWN) + " more" : "");
    }
}
