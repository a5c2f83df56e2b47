package io.freshet.benchmark.purge;

import io.freshet.benchmark.Figure;
import io.freshet.benchmark.Ground;
import io.freshet.benchmark.Results;
import io.freshet.benchmark.Scenario;
import io.freshet.benchmark.purge.Rounds.Round;

/** A backlog in the log into an L2 and two L1, in turn with load generators that send the same requests to all three of them at once. */
public final class ThreeVarnishes implements Scenario {

    @Override
    public String name() {
        return "bulk-two-tiers";
    }

    @Override
    public void measure(Ground ground, Results results) throws Exception {
        TwoTiers tiers = TwoTiers.on(ground);
        WrkPurges wrk = new WrkPurges(ground);
        Rounds rounds = new Rounds();
        try (Backlog backlog = new Backlog(ground, tiers.fleet(), tiers.nodes())) {
            for (int i = 1; i <= ground.load(3, 1); i++) {
                double other = wrk.rate(tiers.nodes(), ground.load(6, 1));
                double ours = backlog.drain(ground.load(120, 5), ground.load(200, 20), "backlog " + i, results)
                        .perSecond();
                rounds.add(ours, other);
            }
        }
        Round median = rounds.median();
        results.add(Figure.of("purges into two tiers of three Varnishes", median.ours(), "URLs x nodes/s")
                .comparedTo("three wrk at once", median.other()));
    }
}
