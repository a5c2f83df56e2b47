package io.freshet.benchmark.push;

import io.freshet.benchmark.measure.AnswerCounter;
import io.freshet.benchmark.measure.AnswerCounter.CountSample;
import io.freshet.benchmark.measure.BenchmarkEnvironment;
import io.freshet.benchmark.measure.BenchmarkEnvironment.RunningService;
import io.freshet.benchmark.measure.CommandProducer;
import io.freshet.benchmark.measure.ResourceMonitor;
import io.freshet.benchmark.measure.ScenarioResults;
import io.freshet.cluster.Fleet;
import io.freshet.cluster.process.Service;

/** A push-worker that finds a backlog in the topic. It stands still while the backlog is written. */
final class PushBacklog implements AutoCloseable {

    private final BenchmarkEnvironment ground;
    private final CommandProducer commands;
    private final RunningService worker;

    PushBacklog(BenchmarkEnvironment ground, Fleet fleet) {
        this.ground = ground;
        this.commands = new CommandProducer(ground);
        this.worker = ground.start(Service.PUSH_WORKER, fleet);
    }

    /** Has objects pushed, so that the compilers of worker and broker have done their work. */
    void warmUp(PushedObjects objects) throws InterruptedException {
        give(objects).await(objects.count());
    }

    /** Measures a backlog, but for its first twentieth. */
    DrainCost drain(PushedObjects objects, String during, ScenarioResults results) throws InterruptedException {
        AnswerCounter stored = give(objects);
        CountSample from = stored.await(objects.count() / 20);
        try (ResourceMonitor watch = ground.watch(during, results)) {
            CountSample to = stored.await(objects.count());
            double micros = 1e6 / (to.count() - from.count());
            return new DrainCost(
                    from.rateUntil(to),
                    micros * watch.cpuSeconds(worker.name()),
                    micros * watch.cpuSeconds(PushScenario.CACHE),
                    micros * watch.cpuSeconds(PushScenario.ORIGIN));
        }
    }

    private AnswerCounter give(PushedObjects objects) {
        AnswerCounter stored = AnswerCounter.ofPushes(worker);
        worker.part().pause();
        try {
            commands.pushes(objects.commands(), objects.urls(), "l2", objects.directory());
        } finally {
            worker.part().resume();
        }
        return stored;
    }

    /** Stops the worker. */
    @Override
    public void close() {
        worker.part().close();
        commands.close();
    }

    /**
     * Objects of a backlog.
     *
     * @param directory at the origin; all of its objects have one size
     * @param urls of each command
     */
    record PushedObjects(String directory, int commands, int urls) {

        long count() {
            return (long) commands * urls;
        }
    }

    /**
     * Cost of one object, in microseconds of CPU time.
     *
     * @param perSecond objects
     */
    record DrainCost(double perSecond, double worker, double cache, double origin) {}
}
