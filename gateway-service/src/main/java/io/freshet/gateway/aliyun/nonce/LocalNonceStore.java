package io.freshet.gateway.aliyun.nonce;

import io.freshet.gateway.aliyun.call.AliyunErrorCode;
import io.freshet.gateway.aliyun.call.AliyunException;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;

/**
 * A bounded store in the memory of this gateway. Nonces are kept until they expire; when the store is full, requests
 * are refused. One access key may use half of the capacity, so that it cannot lock out the others.
 */
final class LocalNonceStore implements AliyunNonceStore {

    private final int capacity;
    private final Clock clock;
    private final Set<UUID> used = new HashSet<>();
    private final Map<String, Integer> byKey = new HashMap<>();
    /** Nonces by the second after which they expire. */
    private final TreeMap<Long, Queue<UsedNonce>> byExpiry = new TreeMap<>();

    private record UsedNonce(UUID hash, String accessKeyId) {}

    LocalNonceStore(int capacity, Clock clock) {
        this.capacity = capacity;
        this.clock = clock;
    }

    @Override
    public synchronized boolean use(String accessKeyId, String nonce, Instant until) {
        removeExpired(clock.instant().getEpochSecond());
        UUID hash = NonceHash.of(accessKeyId, nonce);
        if (used.contains(hash)) {
            return false;
        }
        refuseIfFull(accessKeyId);
        used.add(hash);
        byKey.merge(accessKeyId, 1, Integer::sum);
        byExpiry.computeIfAbsent(until.getEpochSecond() + 1, _ -> new ArrayDeque<>())
                .add(new UsedNonce(hash, accessKeyId));
        return true;
    }

    private void refuseIfFull(String accessKeyId) {
        if (byKey.getOrDefault(accessKeyId, 0) >= capacity / 2) {
            throw new AliyunException(
                    AliyunErrorCode.THROTTLED,
                    "The access key has signed " + capacity / 2
                            + " requests within half an hour. No more are accepted for now.");
        }
        if (used.size() >= capacity) {
            throw new AliyunException(AliyunErrorCode.UNAVAILABLE, "Too many signed requests. Retry later.");
        }
    }

    private void removeExpired(long second) {
        Map<Long, Queue<UsedNonce>> expired = byExpiry.headMap(second);
        for (Queue<UsedNonce> queue : expired.values()) {
            for (UsedNonce nonce : queue) {
                used.remove(nonce.hash());
                byKey.computeIfPresent(nonce.accessKeyId(), (_, count) -> count == 1 ? null : count - 1);
            }
        }
        expired.clear();
    }
}
