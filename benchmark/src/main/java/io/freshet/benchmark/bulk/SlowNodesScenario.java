package io.freshet.benchmark.bulk;

import io.freshet.benchmark.measure.AnswerCounter;
import io.freshet.benchmark.measure.AnswerCounter.CountSample;
import io.freshet.benchmark.measure.BenchmarkEnvironment;
import io.freshet.benchmark.measure.CommandProducer;
import io.freshet.benchmark.measure.Figure;
import io.freshet.benchmark.measure.ResourceMonitor;
import io.freshet.benchmark.measure.Scenario;
import io.freshet.benchmark.measure.ScenarioResults;
import io.freshet.cluster.Fleet;
import io.freshet.cluster.Fleet.Purging;
import io.freshet.cluster.process.Service;
import java.util.List;

/**
 * One, two, four and eight workers before a node that takes 5 ms for each request of a connection: the work is waiting,
 * so more workers do more of it.
 */
public final class SlowNodesScenario implements Scenario {

    private static final int ANSWER_MILLIS = 5;

    /** Of the topic, by default. */
    private static final int PARTITIONS = 12;

    @Override
    public String name() {
        return "bulk-slow-nodes";
    }

    @Override
    public void measure(BenchmarkEnvironment ground, ScenarioResults results) throws Exception {
        PurgedNodes node = PurgedNodes.slow(ground, "slow-server", ground.load(ANSWER_MILLIS, 1), List.of("slow"));
        Fleet fleet = Fleet.empty()
                .withoutVerification()
                .withL1("slow", node.addresses().getFirst(), Purging.VARNISH);
        int running = 0;
        double alone = 0;
        try (CommandProducer commands = new CommandProducer(ground)) {
            for (int workers : ground.brief() ? List.of(1, 2) : List.of(1, 2, 4, 8)) {
                for (; running < workers; running++) {
                    ground.start(Service.PURGE_WORKER, fleet);
                }
                everyPartitionIsSomebodys(node, commands);
                double rate = rate(ground, node, commands, workers, results);
                alone = workers == 1 ? rate : alone;
                results.add(figure(workers, rate, alone));
            }
        }
    }

    private static Figure figure(int workers, double rate, double alone) {
        if (workers == 1) {
            return Figure.of("purges by 1 worker", rate, "purges/s");
        }
        Figure figure =
                Figure.of("purges by " + workers + " workers", rate, "purges/s").comparedTo("1 worker", alone);
        return workers == 8 ? figure.ratioAtLeast(7) : figure;
    }

    private static void everyPartitionIsSomebodys(PurgedNodes node, CommandProducer commands)
            throws InterruptedException {
        AnswerCounter deliveries = PurgedNodes.counter(List.of(node));
        commands.refreshes(PARTITIONS);
        deliveries.await((long) PARTITIONS * CommandProducer.URLS);
    }

    /**
     * While every worker has something to do. Twelve partitions are not the same for all of eight workers: four have
     * two of them, and four have one and are done when two thirds of the whole are.
     */
    private static double rate(
            BenchmarkEnvironment ground,
            PurgedNodes node,
            CommandProducer commands,
            int workers,
            ScenarioResults results)
            throws InterruptedException {
        AnswerCounter deliveries = PurgedNodes.counter(List.of(node));
        int published = workers * ground.load(36, 12);
        commands.refreshes(published);
        long urls = (long) published * CommandProducer.URLS;
        CountSample from = deliveries.await(urls / 5);
        CountSample to;
        try (ResourceMonitor _ = ground.watch(workers == 1 ? "1 worker" : workers + " workers", results)) {
            to = deliveries.await(urls * 3 / 5);
        }
        deliveries.await(urls);
        return from.rateUntil(to);
    }
}
