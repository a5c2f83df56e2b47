package io.freshet.gateway.aliyun.signature;

import io.freshet.fleet.account.Account;
import io.freshet.gateway.aliyun.call.AliyunErrorCode;
import io.freshet.gateway.aliyun.call.AliyunException;
import io.github.bucket4j.Bucket;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.springframework.stereotype.Component;

/**
 * Rate limiter of the signed calls that each account makes to this gateway, queries included. It bounds the nonces of
 * an account before they take memory; task-service counts the requests that make tasks for all gateways together.
 */
@Component
class CallRateLimiter {

    /** By account id; bounded by the configured accounts. */
    private final Map<String, Bucket> buckets = new ConcurrentHashMap<>();

    /**
     * Counts a call.
     *
     * @throws AliyunException if the account has made its calls of the last minute
     */
    void count(Account account) {
        if (!buckets.computeIfAbsent(account.id(), _ -> bucket(account.requestsPerMinute()))
                .tryConsume(1)) {
            throw new AliyunException(
                    AliyunErrorCode.THROTTLED,
                    "The account has made its " + account.requestsPerMinute() + " calls of the last minute.");
        }
    }

    private static Bucket bucket(int callsPerMinute) {
        return Bucket.builder()
                .withNanosecondPrecision() // monotonic: a clock that is set back would stop the refill
                .addLimit(limit -> limit.capacity(callsPerMinute).refillGreedy(callsPerMinute, Duration.ofMinutes(1)))
                .build();
    }
}
