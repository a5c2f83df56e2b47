package io.freshet.kafka;

import io.freshet.contracts.message.RefreshCommand;
import io.github.bucket4j.Bucket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.common.utils.Utils;

/**
 * Choice of the partition of a refresh. Every third partition is for small refreshes of accounts that have published
 * little lately, all others are for the rest. So a small refresh never waits behind another account's bulk, and a bulk
 * always has partitions. Every third, because consumers own ranges: each of them has partitions of both kinds.
 */
final class RefreshPartitions {

    private static final int SMALL_STEP = 3;

    /** Objects of the largest small refresh. */
    private static final int MAX_SMALL = 100;

    /** Objects that an account may publish at once as small refreshes, and the rate at which it may do so again. */
    private static final int BURST = 1_000;

    private static final int RATE_PER_SECOND = 100;

    private final Map<String, Bucket> budgets = new ConcurrentHashMap<>();

    /** @param partitions number of partitions of the topic, at least 1 */
    int partition(RefreshCommand command, int partitions) {
        int small = Math.ceilDiv(partitions, SMALL_STEP);
        int large = partitions - small;
        int hash = Utils.toPositive(Utils.murmur2(command.key().getBytes(StandardCharsets.UTF_8)));
        if (large == 0 || isSmall(command)) {
            return hash % small * SMALL_STEP;
        }
        int number = hash % large;
        return number + number / (SMALL_STEP - 1) + 1; // skips every third
    }

    private boolean isSmall(RefreshCommand command) {
        int objects = command.objects().size();
        return objects <= MAX_SMALL && budget(command.account()).tryConsume(Math.max(1, objects));
    }

    private Bucket budget(String account) {
        return budgets.computeIfAbsent(
                account,
                _ -> Bucket.builder()
                        .withNanosecondPrecision() // monotonic: a clock that is set back would stop the refill
                        .addLimit(limit -> limit.capacity(BURST).refillGreedy(RATE_PER_SECOND, Duration.ofSeconds(1)))
                        .build());
    }
}
