package io.freshet.benchmark.bulk;

import io.freshet.benchmark.measure.BenchmarkEnvironment;
import io.freshet.cluster.Fleet;
import io.freshet.cluster.Fleet.Purging;
import io.freshet.cluster.process.Address;
import java.util.List;

/**
 * Fleet to be purged.
 *
 * @param nodes the fleet's nodes, by process
 */
public record TargetFleet(Fleet fleet, List<PurgedNodes> nodes) {

    public TargetFleet {
        nodes = List.copyOf(nodes);
    }

    /** A Varnish as L2 and two as L1. */
    public static TargetFleet twoTiers(BenchmarkEnvironment ground) {
        TwoTierFleet tiers = TwoTierFleet.on(ground);
        return new TargetFleet(tiers.fleet(), tiers.nodes());
    }

    /** An L2 and two L1 that take this time for each answer of a connection, and little CPU time. */
    public static TargetFleet slowTiers(BenchmarkEnvironment ground, int millis) {
        PurgedNodes nodes = PurgedNodes.slow(ground, "slow-tiers", millis, List.of("l2-a", "l1-a", "l1-b"));
        List<Address> addresses = nodes.addresses();
        Fleet fleet = Fleet.empty()
                .withoutVerification()
                .withL2("l2-a", addresses.get(0))
                .withL1("l1-a", addresses.get(1), Purging.VARNISH)
                .withL1("l1-b", addresses.get(2), Purging.VARNISH);
        return new TargetFleet(fleet, List.of(nodes));
    }

    /** This many nodes of one tier that take this time for each answer of a connection, and little CPU time. */
    public static TargetFleet slowNodes(BenchmarkEnvironment ground, int millis, int count) {
        return oneTier(PurgedNodes.slow(ground, "slow-nodes", millis, PurgedNodes.names("slow", count)));
    }

    /** This many nodes of one tier that only answer. */
    public static TargetFleet standIns(BenchmarkEnvironment ground, int count) {
        return oneTier(PurgedNodes.standIns(ground, "fleet-of-" + count, count));
    }

    private static TargetFleet oneTier(PurgedNodes nodes) {
        Fleet fleet = Fleet.empty().withoutVerification();
        for (int i = 0; i < nodes.ids().size(); i++) {
            fleet = fleet.withL1(nodes.ids().get(i), nodes.addresses().get(i), Purging.VARNISH);
        }
        return new TargetFleet(fleet, List.of(nodes));
    }

    /** Returns the number of nodes. */
    public int size() {
        return nodes.stream().mapToInt(process -> process.ids().size()).sum();
    }
}
