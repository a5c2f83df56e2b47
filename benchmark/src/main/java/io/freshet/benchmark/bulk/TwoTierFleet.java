package io.freshet.benchmark.bulk;

import io.freshet.benchmark.measure.BenchmarkEnvironment;
import io.freshet.cluster.Fleet;
import io.freshet.cluster.Fleet.Purging;
import io.freshet.cluster.process.Address;
import java.util.List;

/** An L2 before the origin and two L1 before it, all Varnish. */
public record TwoTierFleet(PurgedNodes l2, PurgedNodes l1a, PurgedNodes l1b) {

    public static TwoTierFleet on(BenchmarkEnvironment ground) {
        return before(ground.origin(), ground);
    }

    /** Before this origin. */
    public static TwoTierFleet before(Address origin, BenchmarkEnvironment ground) {
        PurgedNodes l2 = PurgedNodes.varnish(ground, "l2-a", origin);
        return new TwoTierFleet(
                l2,
                PurgedNodes.varnish(ground, "l1-a", l2.addresses().getFirst()),
                PurgedNodes.varnish(ground, "l1-b", l2.addresses().getFirst()));
    }

    public Fleet fleet() {
        return Fleet.empty()
                .withL2("l2-a", l2.addresses().getFirst())
                .withL1("l1-a", l1a.addresses().getFirst(), Purging.VARNISH)
                .withL1("l1-b", l1b.addresses().getFirst(), Purging.VARNISH);
    }

    public List<PurgedNodes> nodes() {
        return List.of(l2, l1a, l1b);
    }
}
