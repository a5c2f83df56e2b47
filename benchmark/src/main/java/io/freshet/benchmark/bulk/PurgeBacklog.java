package io.freshet.benchmark.bulk;

import io.freshet.benchmark.measure.AnswerCounter;
import io.freshet.benchmark.measure.AnswerCounter.CountSample;
import io.freshet.benchmark.measure.BenchmarkEnvironment;
import io.freshet.benchmark.measure.BenchmarkEnvironment.RunningService;
import io.freshet.benchmark.measure.CommandProducer;
import io.freshet.benchmark.measure.ResourceMonitor;
import io.freshet.benchmark.measure.ScenarioResults;
import io.freshet.cluster.Fleet;
import io.freshet.cluster.process.Service;
import java.util.List;
import java.util.stream.Stream;

/**
 * Purge-workers that find a backlog in the log, and have nothing else to do. They stand still while the backlog is
 * written.
 */
final class PurgeBacklog implements AutoCloseable {

    private final BenchmarkEnvironment ground;
    private final List<PurgedNodes> nodes;
    private final int nodeCount;
    private final CommandProducer commands;
    private final List<RunningService> workers;

    /** One worker; returns when it knows the nodes, and they have what it said. */
    PurgeBacklog(BenchmarkEnvironment ground, Fleet fleet, List<PurgedNodes> nodes) throws InterruptedException {
        this(ground, fleet, nodes, 1);
    }

    /** Several workers, which share the partitions. */
    PurgeBacklog(BenchmarkEnvironment ground, Fleet fleet, List<PurgedNodes> nodes, int workers)
            throws InterruptedException {
        this.ground = ground;
        this.nodes = nodes;
        this.nodeCount = nodes.stream().mapToInt(node -> node.ids().size()).sum();
        this.commands = new CommandProducer(ground);
        this.workers = Stream.generate(() -> ground.start(Service.PURGE_WORKER, fleet))
                .limit(workers)
                .toList();
        AnswerCounter answered = PurgedNodes.counter(nodes);
        commands.refreshes(1);
        answered.await(answers(1));
    }

    /**
     * Has so many commands of 1,000 URLs delivered, so that the compilers of worker and broker have done their work
     * before anything is measured.
     */
    void warmUp(int count) throws InterruptedException {
        give(count).await(answers(count));
    }

    /**
     * Measures a backlog by the workers' own count, but for its first twentieth; in the end the nodes must have counted
     * as many.
     *
     * @param count commands of 1,000 URLs
     */
    DrainRate drain(int count, String during, ScenarioResults results) throws InterruptedException {
        AnswerCounter answered = PurgedNodes.counter(nodes);
        AnswerCounter delivered = give(count);
        CountSample from = delivered.await(answers(count) / 20);
        try (ResourceMonitor watch = ground.watch(during, results)) {
            CountSample to = delivered.await(answers(count));
            double cpu = workers.stream()
                    .mapToDouble(worker -> watch.cpuSeconds(worker.name()))
                    .sum();
            answered.await(answers(count));
            return new DrainRate(from.rateUntil(to), cpu / (to.count() - from.count()));
        }
    }

    private AnswerCounter give(int count) {
        AnswerCounter delivered = AnswerCounter.ofPurges(workers);
        workers.forEach(worker -> worker.part().pause());
        try {
            commands.refreshes(count);
        } finally {
            workers.forEach(worker -> worker.part().resume());
        }
        return delivered;
    }

    private long answers(int count) {
        return (long) count * CommandProducer.URLS * nodeCount;
    }

    /** Stops the workers. */
    @Override
    public void close() {
        workers.forEach(worker -> worker.part().close());
        commands.close();
    }

    /**
     * @param perSecond answers of nodes
     * @param cpuSeconds of the workers for each
     */
    record DrainRate(double perSecond, double cpuSeconds) {}
}
