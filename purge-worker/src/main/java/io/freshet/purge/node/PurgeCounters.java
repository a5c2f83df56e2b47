package io.freshet.purge.node;

import io.freshet.purge.driver.PurgeOutcome;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;

/** Counters of one node's purges by outcome: {@code freshet_purges_total}. */
final class PurgeCounters {

    private final Counter purged;
    private final Counter absent;
    private final Counter banned;
    private final Counter refused;
    private final Counter failed;
    private final Counter postponed;
    private final Counter undelivered;

    PurgeCounters(MeterRegistry meters, String node) {
        this.purged = counter(meters, node, "purged");
        this.absent = counter(meters, node, "absent");
        this.banned = counter(meters, node, "banned");
        this.refused = counter(meters, node, "refused");
        this.failed = counter(meters, node, "failed");
        this.postponed = counter(meters, node, "postponed");
        this.undelivered = counter(meters, node, "undelivered");
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
