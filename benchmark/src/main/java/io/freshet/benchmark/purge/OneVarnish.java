package io.freshet.benchmark.purge;

import io.freshet.benchmark.Figure;
import io.freshet.benchmark.Ground;
import io.freshet.benchmark.Results;
import io.freshet.benchmark.Scenario;
import io.freshet.e2e.stage.Fleet;
import io.freshet.e2e.stage.Fleet.Purging;
import java.util.ArrayList;
import java.util.Comparator;
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
        PurgeScript script = new PurgeScript(ground);
        List<Round> rounds = new ArrayList<>();
        try (Backlog backlog = new Backlog(ground, fleet, List.of(varnish))) {
            for (int i = 1; i <= ground.load(3, 1); i++) {
                double wrk = script.rate(varnish.addresses().getFirst(), ground.load(6, 1));
                double ours = backlog.drain(ground.load(400, 5), ground.load(600, 40), "backlog " + i, results)
                        .perSecond();
                rounds.add(new Round(ours, wrk));
            }
        }
        Round median = rounds.stream()
                .sorted(Comparator.comparingDouble(Round::ratio))
                .toList()
                .get(rounds.size() / 2);
        results.add(Figure.of("purges into one Varnish, round of the median ratio", median.ours, "purges/s")
                .comparedTo("wrk", median.wrk)
                .ratioAtLeast(0.8));
    }

    private record Round(double ours, double wrk) {

        double ratio() {
            return ours / wrk;
        }
    }
}
