package io.freshet.gateway.limit;

import java.util.HashMap;
import java.util.Map;

/**
 * Limit of a shared resource, in total and per key: an account or a remote address. Keys without a use are not kept.
 */
public final class SharedLimit {

    private final long total;
    private final long perKey;
    private final Map<String, Long> usedByKey = new HashMap<>();
    private long used;

    /** The result of an acquisition. */
    public enum Acquisition {
        GRANTED,
        /** The key has used up its share. */
        SHARE_EXHAUSTED,
        /** All keys together have used up the resource. */
        EXHAUSTED
    }

    /**
     * Creates an unused limit.
     *
     * @param total amount of all keys, positive
     * @param perKey amount of one key, positive
     */
    public SharedLimit(long total, long perKey) {
        this.total = total;
        this.perKey = perKey;
    }

    /** Acquires the amount for the key, or nothing. */
    public synchronized Acquisition tryAcquire(String key, long amount) {
        long share = usedByKey.getOrDefault(key, 0L) + amount;
        if (share > perKey) {
            return Acquisition.SHARE_EXHAUSTED;
        }
        if (used + amount > total) {
            return Acquisition.EXHAUSTED;
        }
        used += amount;
        put(key, share);
        return Acquisition.GRANTED;
    }

    /** Releases an amount that the key has acquired. */
    public synchronized void release(String key, long amount) {
        used -= amount;
        put(key, usedByKey.getOrDefault(key, 0L) - amount);
    }

    private void put(String key, long share) {
        if (share == 0) {
            usedByKey.remove(key);
        } else {
            usedByKey.put(key, share);
        }
    }

    /** Returns the amount in use by all keys. */
    public synchronized long used() {
        return used;
    }
}
