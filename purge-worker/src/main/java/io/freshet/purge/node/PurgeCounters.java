package io.freshet.purge.node;

import io.freshet.purge.driver.PurgeOutcome;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;

/**
 * Counters of one node's purges by outcome: {@code freshet_purges_total}, and
 * {@code freshet_verification_failures_total} for those without effect.
 */
final class PurgeCounters {

    private final Counter purged;
    private final Counter absent;
    private final Counter refused;
    private final Counter failed;
    private final Counter postponed;
    private final Counter undelivered;
    private final Counter stillServed;

    PurgeCounters(MeterRegistry meters, String node) {
        this.purged = counter(meters, node, "purged");
        this.absent = counter(meters, node, "absent");
        this.refused = counter(meters, node, "refused");
        this.failed = counter(meters, node, "failed");
        this.postponed = counter(meters, node, "postponed");
        this.undelivered = counter(meters, node, "undelivered");
        this.stillServed = Counter.builder("freshet.verification.failures")
                .description("Objects that a node still had after it had confirmed their purge")
                .tag("node", node)
                .register(meters);
    }

    private static Counter counter(MeterRegistry meters, String node, String outcome) {
        return meters.counter("freshet.purges", "node", node, "outcome", outcome);
    }

    void answered(PurgeOutcome.Final outcome) {
        switch (outcome) {
            case PurgeOutcome.Gone.PURGED -> purged.increment();
            case PurgeOutcome.Gone.ABSENT -> absent.increment();
            case PurgeOutcome.Refused _ -> refused.increment();
            case PurgeOutcome.StillServed _ -> stillServed.increment();
        }
    }

    void failed() {
        failed.increment();
    }

    void postponed() {
        postponed.increment();
    }

    void undelivered() {
        undelivered.increment();
    }
}
