package io.freshet.purge.node;

import io.freshet.purge.driver.PurgeOutcome;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.stream.Stream;

/**
 * Counters of one node's purges by outcome: {@code freshet_purges_total}, and
 * {@code freshet_verification_failures_total} for those without effect.
 */
final class PurgeCounters {

    private final Counter purged;
    private final Counter absent;
    private final Counter banned;
    private final Counter refused;
    private final Counter failed;
    private final Counter postponed;
    private final Counter undelivered;
    private final Counter stillServed;
    private final MeterRegistry meters;

    PurgeCounters(MeterRegistry meters, String node) {
        this.meters = meters;
        this.purged = counter(meters, node, "purged");
        this.absent = counter(meters, node, "absent");
        this.banned = counter(meters, node, "banned");
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
            case PurgeOutcome.Gone.BANNED -> banned.increment();
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

    /** Removes the counters of a node that is not part of the fleet any more. */
    void remove() {
        Stream.of(purged, absent, banned, refused, failed, postponed, undelivered, stillServed)
                .forEach(meters::remove);
    }

    void undelivered() {
        undelivered.increment();
    }
}
