package io.freshet.benchmark.purge;

import io.freshet.benchmark.Figure;
import io.freshet.benchmark.Ground;
import io.freshet.benchmark.Results;
import io.freshet.benchmark.Scenario;
import io.freshet.benchmark.purge.Rounds.Round;
import io.freshet.e2e.stage.Fleet;
import io.freshet.e2e.stage.Fleet.Purging;
import java.util.List;

/** A backlog in the log into one Varnish, in turn with a load generator that sends the same requests to the same Varnish. */
public final class OneVarnish implements Scenario {

    @Override
    public String name() {
        return "bulk-one-varnish";
    }

    @Override
    public void measure(Ground ground, Results results) throws Exception {
        Node varnish = Node.varnish(ground, "edge", ground.origin());
        Fleet fleet = Fleet.empty().withL1("edge", varnish.addresses().getFirst(), Purging.VARNISH);
        WrkPurges wrk = new WrkPurges(ground);
        Rounds rounds = new Rounds();
        try (Backlog backlog = new Backlog(ground, fleet, List.of(varnish))) {
            for (int i = 1; i <= ground.load(3, 1); i++) {
                double other = wrk.rate(List.of(varnish), ground.load(6, 1));
                double ours = backlog.drain(ground.load(400, 5), ground.load(600, 40), "backlog " + i, results)
                        .perSecond();
                rounds.add(ours, other);
            }
        }
        Round median = rounds.median();
        results.add(Figure.of("purges into one Varnish", median.ours(), "purges/s")
                .comparedTo("wrk", median.other())
                .ratioAtLeast(0.8));
    }
}
