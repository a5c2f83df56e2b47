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
 * What this gateway remembers. Nothing is forgotten before its time: where there is no more room, requests are refused. One access key may take
 * half of the room, so that it cannot shut out the others.
 */
final class LocalNonces implements Nonces {

    private final int room;
    private final Clock clock;
    private final Set<UUID> used = new HashSet<>();
    private final Map<String, Integer> byKey = new HashMap<>();
    /** By the second from which they may be forgotten. */
    private final TreeMap<Long, Queue<Remembered>> byExpiry = new TreeMap<>();

    private record Remembered(UUID hash, String accessKeyId) {}

    LocalNonces(int room, Clock clock) {
        this.room = room;
        this.clock = clock;
    }

    @Override
    public synchronized boolean use(String accessKeyId, String nonce, Instant until) {
        forgetBefore(clock.instant().getEpochSecond());
        UUID hash = NonceHash.of(accessKeyId, nonce);
        if (used.contains(hash)) {
            return false;
        }
        refuseIfFull(accessKeyId);
        used.add(hash);
        byKey.merge(accessKeyId, 1, Integer::sum);
        byExpiry.computeIfAbsent(until.getEpochSecond() + 1, _ -> new ArrayDeque<>())
                .add(new Remembered(hash, accessKeyId));
        return true;
    }

    private void refuseIfFull(String accessKeyId) {
        if (byKey.getOrDefault(accessKeyId, 0) >= room / 2) {
            throw new AliyunException(
                    AliyunErrorCode.THROTTLED,
                    "The access key has signed " + room / 2 + " requests within half an hour; no more can be checked.");
        }
        if (used.size() >= room) {
            throw new AliyunException(
                    AliyunErrorCode.UNAVAILABLE, "Too many requests have been signed lately; try again later.");
        }
    }

    private void forgetBefore(long second) {
        Map<Long, Queue<Remembered>> expired = byExpiry.headMap(second);
        for (Queue<Remembered> queue : expired.values()) {
            for (Remembered nonce : queue) {
                used.remove(nonce.hash());
                byKey.computeIfPresent(nonce.accessKeyId(), (_, count) -> count == 1 ? null : count - 1);
            }
        }
        expired.clear();
    }
}
