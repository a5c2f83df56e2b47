package io.freshet.gateway.aliyun.nonce;

import io.freshet.fleet.account.AccessKey;
import io.freshet.gateway.aliyun.call.AliyunErrorCode;
import io.freshet.gateway.aliyun.call.AliyunException;
import io.freshet.gateway.limit.SharedLimit;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;

/**
 * A bounded store in the memory of this gateway. Nonces are kept until they expire; when the store is full, requests
 * are refused. All keys of an account together have one share, so that it cannot lock out the others.
 */
final class LocalNonceStore implements AliyunNonceStore {

    private final int share;
    private final Clock clock;
    private final SharedLimit entries;
    private final Set<UUID> used = new HashSet<>();
    /** Nonces by the second after which they expire. */
    private final TreeMap<Long, Queue<UsedNonce>> byExpiry = new TreeMap<>();

    private record UsedNonce(UUID hash, String account) {}

    /**
     * Creates an empty store.
     *
     * @param share entries of one account at most
     */
    LocalNonceStore(int capacity, int share, Clock clock) {
        this.share = share;
        this.clock = clock;
        this.entries = new SharedLimit(capacity, share);
    }

    @Override
    public synchronized boolean isKnown(AccessKey key, String nonce) {
        removeExpired(clock.instant().getEpochSecond());
        return used.contains(NonceHash.of(key.id(), nonce));
    }

    @Override
    public synchronized boolean use(AccessKey key, String nonce, Instant until) {
        if (isKnown(key, nonce)) {
            return false;
        }
        String account = key.account().id();
        refuseIfFull(account);
        UUID hash = NonceHash.of(key.id(), nonce);
        used.add(hash);
        byExpiry.computeIfAbsent(until.getEpochSecond() + 1, _ -> new ArrayDeque<>())
                .add(new UsedNonce(hash, account));
        return true;
    }

    private void refuseIfFull(String account) {
        switch (entries.tryAcquire(account, 1)) {
            case GRANTED -> {}
            case SHARE_EXHAUSTED ->
                throw new AliyunException(
                        AliyunErrorCode.THROTTLED,
                        "The account has signed " + share
                                + " requests within half an hour. No more are accepted for now.");
            case EXHAUSTED ->
                throw new AliyunException(AliyunErrorCode.UNAVAILABLE, "Too many signed requests. Retry later.");
        }
    }

    private void removeExpired(long second) {
        Map<Long, Queue<UsedNonce>> expired = byExpiry.headMap(second);
        for (Queue<UsedNonce> queue : expired.values()) {
            for (UsedNonce nonce : queue) {
                used.remove(nonce.hash());
                entries.release(nonce.account(), 1);
            }
        }
        expired.clear();
    }
}
