package io.freshet.benchmark.purge;

import io.freshet.benchmark.Commands;
import io.freshet.benchmark.Ground;
import io.freshet.benchmark.Ground.Running;
import io.freshet.benchmark.Results;
import io.freshet.benchmark.Watch;
import io.freshet.benchmark.purge.Deliveries.Moment;
import io.freshet.e2e.stage.Fleet;
import io.freshet.e2e.stage.Service;
import java.util.List;

/** A purge-worker that finds a backlog in the log, and has nothing else to do. It stands still while the backlog is written. */
final class Backlog implements AutoCloseable {

    private final Ground ground;
    private final List<Node> nodes;
    private final int nodeCount;
    private final Commands commands;
    private final Running worker;

    /** Returns when the worker knows the nodes, and they have what it said. */
    Backlog(Ground ground, Fleet fleet, List<Node> nodes) throws InterruptedException {
        this.ground = ground;
        this.nodes = nodes;
        this.nodeCount = nodes.stream().mapToInt(node -> node.ids().size()).sum();
        this.commands = new Commands(ground);
        this.worker = ground.start(Service.PURGE_WORKER, fleet);
        Deliveries answered = Deliveries.of(nodes);
        commands.refreshes(1);
        answered.await(answers(1));
    }

    /** Has so many commands of 1,000 URLs delivered, so that the compilers of worker and broker have done their work before anything is measured. */
    void warmUp(int count) throws InterruptedException {
        give(count).await(answers(count));
    }

    /**
     * Measures a backlog by the worker's own count, but for its first twentieth; in the end the nodes must have counted as many.
     *
     * @param count commands of 1,000 URLs
     */
    Rate drain(int count, String during, Results results) throws InterruptedException {
        Deliveries answered = Deliveries.of(nodes);
        Deliveries delivered = give(count);
        Moment from = delivered.await(answers(count) / 20);
        try (Watch watch = ground.watch(during, results)) {
            Moment to = delivered.await(answers(count));
            double cpu = watch.cpuSeconds(worker.name());
            answered.await(answers(count));
            return new Rate(from.rateUntil(to), cpu / (to.count() - from.count()));
        }
    }

    private Deliveries give(int count) {
        Deliveries delivered = Deliveries.of(worker);
        worker.part().pause();
        try {
            commands.refreshes(count);
        } finally {
            worker.part().resume();
        }
        return delivered;
    }

    private long answers(int count) {
        return (long) count * Commands.URLS * nodeCount;
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
    record Rate(double perSecond, double cpuSeconds) {}
}
