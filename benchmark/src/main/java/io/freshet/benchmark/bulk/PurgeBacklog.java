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

/**
 * A purge-worker that finds a backlog in the log, and has nothing else to do. It stands still while the backlog is
 * written.
 */
final class PurgeBacklog implements AutoCloseable {

    private final BenchmarkEnvironment ground;
    private final List<PurgedNodes> nodes;
    private final int nodeCount;
    private final CommandProducer commands;
    private final RunningService worker;

    /** Returns when the worker knows the nodes, and they have what it said. */
    PurgeBacklog(BenchmarkEnvironment ground, Fleet fleet, List<PurgedNodes> nodes) throws InterruptedException {
        this.ground = ground;
        this.nodes = nodes;
        this.nodeCount = nodes.stream().mapToInt(node -> node.ids().size()).sum();
        this.commands = new CommandProducer(ground);
        this.worker = ground.start(Service.PURGE_WORKER, fleet);
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
     * Measures a backlog by the worker's own count, but for its first twentieth; in the end the nodes must have counted
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
            double cpu = watch.cpuSeconds(worker.name());
            answered.await(answers(count));
            return new DrainRate(from.rateUntil(to), cpu / (to.count() - from.count()));
        }
    }

    private AnswerCounter give(int count) {
        AnswerCounter delivered = AnswerCounter.ofPurges(worker);
        worker.part().pause();
        try {
            commands.refreshes(count);
        } finally {
            worker.part().resume();
        }
        return delivered;
    }

    private long answers(int count) {
        return (long) count * CommandProducer.URLS * nodeCount;
    }

    /** Stops the worker. */
    @Override
    public void close() {
        worker.part().close();
        commands.close();
    }

    /**
     * @param perSecond answers of nodes
     * @param cpuSeconds of the worker for each
     */
    record DrainRate(double perSecond, double cpuSeconds) {}
}
