package io.freshet.benchmark.latency;

import io.freshet.benchmark.measure.AnswerCounter;
import io.freshet.benchmark.measure.AnswerCounter.CountSample;
import io.freshet.benchmark.measure.BenchmarkEnvironment.RunningService;
import io.freshet.benchmark.measure.BenchmarkEnvironment.RunningServices;
import io.freshet.cluster.Fleet;
import io.freshet.cluster.http.GatewayClient;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

/** Refreshes of the main account that wait in Kafka because they were accepted while the worker stood still. */
final class BulkBacklog {

    private static final int URLS = 1_000;

    private final AnswerCounter purges;
    private final long size;

    private BulkBacklog(AnswerCounter purges, long size) {
        this.purges = purges;
        this.size = size;
    }

    /**
     * Returns when the gateway has accepted the refreshes, and the worker has continued.
     *
     * @param refreshes of 1,000 URLs each
     * @param nodes that receive each of them
     */
    static BulkBacklog create(RunningServices services, int refreshes, int nodes) {
        RunningService worker = services.purgeWorker();
        GatewayClient gateway = new GatewayClient(services.gateway().uri(), Fleet.TOKEN);
        AnswerCounter purges = AnswerCounter.ofPurges(List.of(worker));
        worker.part().pause();
        try {
            for (int i = 0; i < refreshes; i++) {
                gateway.refresh("url", urls(i));
            }
        } finally {
            worker.part().resume();
        }
        return new BulkBacklog(purges, (long) refreshes * URLS * nodes);
    }

    private static List<String> urls(int refresh) {
        String start = "http://site.test/bulk/" + System.nanoTime() + "/" + refresh + "/";
        return IntStream.range(0, URLS).mapToObj(i -> start + i + ".html").toList();
    }

    /** Returns the rate during the next seconds, in purges per second; the backlog must not end before. */
    double rateFor(int seconds) throws InterruptedException {
        CountSample before = purges.now();
        TimeUnit.SECONDS.sleep(seconds);
        CountSample after = purges.now();
        if (after.count() >= size) {
            throw new IllegalStateException("the backlog of " + size + " purges ended in less than " + seconds + " s");
        }
        return before.rateUntil(after);
    }
}
