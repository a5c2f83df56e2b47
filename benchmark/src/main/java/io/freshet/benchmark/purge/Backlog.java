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

/** A purge-worker that finds a backlog in the log when it starts, and nothing else to do. */
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
        answered.await((long) Commands.URLS * nodeCount);
    }

    /**
     * Starts the worker anew before a backlog and measures it, once its JVM has warmed up, by its own count; in the end the nodes must have counted
     * as many.
     *
     * @param warmUp commands of 1,000 URLs that are delivered before
     * @param measured commands while it is measured
     */
    Rate drain(int warmUp, int measured, String during, Results results) throws InterruptedException {
        worker.part().stop();
        commands.refreshes(warmUp + measured);
        Deliveries answered = Deliveries.of(nodes);
        worker.part().start();
        Deliveries delivered = Deliveries.of(worker);
        long first = (long) warmUp * Commands.URLS * nodeCount;
        long all = (long) (warmUp + measured) * Commands.URLS * nodeCount;
        Moment from = delivered.await(first);
        try (Watch watch = ground.watch(during, results)) {
            Moment to = delivered.await(all);
            double cpu = watch.cpuSeconds(worker.name());
            answered.await(all);
            return new Rate(from.rateUntil(to), cpu / (to.count() - from.count()));
        }
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
