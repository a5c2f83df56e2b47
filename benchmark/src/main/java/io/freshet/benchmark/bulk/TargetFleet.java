package io.freshet.benchmark.bulk;

import io.freshet.benchmark.measure.BenchmarkEnvironment;
import io.freshet.cluster.Fleet;
import io.freshet.cluster.Fleet.Purging;
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

    /** This many nodes of one tier that only answer. */
    public static TargetFleet standIns(BenchmarkEnvironment ground, int count) {
        PurgedNodes nodes = PurgedNodes.standIns(ground, "fleet-of-" + count, count);
        Fleet fleet = Fleet.empty().withoutVerification();
        for (int i = 0; i < count; i++) {
            fleet = fleet.withL1(nodes.ids().get(i), nodes.addresses().get(i), Purging.VARNISH);
        }
        return new TargetFleet(fleet, List.of(nodes));
    }

    /** Returns the number of nodes. */
    public int size() {
        return nodes.stream().mapToInt(process -> process.ids().size()).sum();
    }
}
