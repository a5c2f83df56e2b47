package io.freshet.benchmark.purge;

import io.freshet.benchmark.Figure;
import io.freshet.benchmark.Ground;
import io.freshet.benchmark.Results;
import io.freshet.benchmark.Scenario;
import io.freshet.benchmark.purge.Backlog.Rate;
import io.freshet.benchmark.purge.Rounds.Round;
import io.freshet.e2e.stage.Fleet;
import io.freshet.e2e.stage.Fleet.Purging;
import java.util.List;
import java.util.function.Function;

/** A backlog in the log into some Varnishes, in turn with a load generator for each of them that sends the same requests. */
public final class BesideWrk implements Scenario {

    private final String name;
    private final Function<Ground, Caches> caches;

    private record Caches(Fleet fleet, List<Node> nodes) {}

    private BesideWrk(String name, Function<Ground, Caches> caches) {
        this.name = name;
        this.caches = caches;
    }

    /** One node, for which a ratio was promised. */
    public static BesideWrk oneVarnish() {
        return new BesideWrk("bulk-one-varnish", ground -> {
            Node varnish = Node.varnish(ground, "edge", ground.origin());
            Fleet fleet = Fleet.empty().withL1("edge", varnish.addresses().getFirst(), Purging.VARNISH);
            return new Caches(fleet, List.of(varnish));
        });
    }

    /** An L2 and two L1, which get it after the L2. */
    public static BesideWrk twoTiers() {
        return new BesideWrk("bulk-two-tiers", ground -> {
            TwoTiers tiers = TwoTiers.on(ground);
            return new Caches(tiers.fleet(), tiers.nodes());
        });
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public void measure(Ground ground, Results results) throws Exception {
        Caches all = caches.apply(ground);
        int nodes = all.nodes().size();
        WrkPurges wrk = new WrkPurges(ground);
        Rounds rounds = new Rounds();
        try (Backlog backlog = new Backlog(ground, all.fleet(), all.nodes())) {
            // What is done once for a command or an event is still being compiled after half a minute of them.
            backlog.warmUp(ground.load(5_000, 6) / nodes);
            for (int i = 1; i <= ground.load(5, 1); i++) {
                double other = wrk.rate(all.nodes(), ground.load(6, 1));
                Rate ours = backlog.drain(ground.load(600, 150) / nodes, "backlog " + i, results);
                rounds.add(ours.perSecond(), other);
            }
        }
        Round median = rounds.median();
        Figure figure = Figure.of("purges, of all nodes together", median.ours(), "purges/s")
                .comparedTo("wrk", median.other());
        results.add(nodes == 1 ? figure.ratioAtLeast(0.8) : figure);
    }
}
