package io.freshet.benchmark.purge;

import io.freshet.benchmark.Ground;
import io.freshet.e2e.stage.Fleet;
import io.freshet.e2e.stage.Fleet.Purging;
import java.util.List;

/** An L2 before the origin and two L1 before it, all Varnish. */
record TwoTiers(Node l2, Node l1a, Node l1b) {

    static TwoTiers on(Ground ground) {
        Node l2 = Node.varnish(ground, "l2-a", ground.origin());
        return new TwoTiers(
                l2,
                Node.varnish(ground, "l1-a", l2.addresses().getFirst()),
                Node.varnish(ground, "l1-b", l2.addresses().getFirst()));
    }

    Fleet fleet() {
        return Fleet.empty()
                .withL2("l2-a", l2.addresses().getFirst())
                .withL1("l1-a", l1a.addresses().getFirst(), Purging.VARNISH)
                .withL1("l1-b", l1b.addresses().getFirst(), Purging.VARNISH);
    }

    List<Node> nodes() {
        return List.of(l2, l1a, l1b);
    }
}
