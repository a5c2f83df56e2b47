package io.freshet.gateway.client;

import io.freshet.contracts.QuotaKind;
import io.freshet.contracts.admission.AdmissionRequest;
import io.freshet.contracts.admission.QuotaExceeded;
import io.freshet.contracts.admission.RateExceeded;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

/**
 * Cache of the newest refusal of each account by its rate and by each quota. Within its short time-to-live a request
 * that would be refused for the same reason is refused without a call. A new minute or day, a raised limit, or a
 * request that the remaining quota covers is never refused from here. Neither is an idempotency key by a quota, since
 * it may be a repetition.
 */
final class RefusalCache {

    private final long ttlNanos;
    private final LongSupplier nanoTime;
    /** By account and quota; bounded by the configured accounts. */
    private final Map<QuotaKey, Cached<QuotaExceeded>> quotas = new ConcurrentHashMap<>();
    /** By account. */
    private final Map<String, Cached<RateExceeded>> rates = new ConcurrentHashMap<>();

    RefusalCache(Duration ttl, LongSupplier nanoTime) {
        this.ttlNanos = ttl.toNanos();
        this.nanoTime = nanoTime;
    }

    private record QuotaKey(String account, QuotaKind quota) {}

    private record Cached<T>(T excess, long at) {}

    /** Caches the outcome if it is a refusal by quota or rate. */
    void put(AdmissionRequest request, AdmissionOutcome outcome) {
        switch (outcome) {
            case AdmissionOutcome.OverQuota(QuotaExceeded excess) ->
                quotas.put(new QuotaKey(request.account(), excess.quota()), new Cached<>(excess, nanoTime.getAsLong()));
            case AdmissionOutcome.OverRateLimit(RateExceeded excess) ->
                rates.put(request.account(), new Cached<>(excess, nanoTime.getAsLong()));
            default -> {}
        }
    }

    /** Returns the refusal of the request; empty if task-service must decide. */
    Optional<AdmissionOutcome> refusal(AdmissionRequest request) {
        Optional<AdmissionOutcome> byQuota = request.idempotencyKey() == null ? overQuota(request) : Optional.empty();
        return byQuota.isPresent() ? byQuota : overRate(request);
    }

    private Optional<AdmissionOutcome> overQuota(AdmissionRequest request) {
        Integer pushLimit = request.pushLimit();
        Optional<AdmissionOutcome> byPushes = pushLimit == null
                ? Optional.empty()
                : overQuota(request, QuotaKind.PUSH, pushLimit, request.pushCount());
        return byPushes.isPresent()
                ? byPushes
                : overQuota(request, request.quota(), request.quotaLimit(), request.objectCount());
    }

    private Optional<AdmissionOutcome> overQuota(AdmissionRequest request, QuotaKind quota, int limit, long needed) {
        Cached<QuotaExceeded> cached = quotas.get(new QuotaKey(request.account(), quota));
        if (cached == null || isExpired(cached.at())) {
            return Optional.empty();
        }
        QuotaExceeded excess = cached.excess();
        return excess.limit() == limit
                        && needed > excess.remaining()
                        && request.acceptedAt().isBefore(excess.resetsAt())
                ? Optional.of(new AdmissionOutcome.OverQuota(
                        new QuotaExceeded(quota, limit, excess.used(), needed, excess.resetsAt())))
                : Optional.empty();
    }

    private Optional<AdmissionOutcome> overRate(AdmissionRequest request) {
        Cached<RateExceeded> cached = rates.get(request.account());
        if (cached == null || isExpired(cached.at())) {
            return Optional.empty();
        }
        RateExceeded excess = cached.excess();
        Integer limit = request.requestsPerMinute();
        return limit != null
                        && limit == excess.requestsPerMinute()
                        && request.acceptedAt().isBefore(excess.resetsAt())
                ? Optional.of(new AdmissionOutcome.OverRateLimit(excess))
                : Optional.empty();
    }

    private boolean isExpired(long at) {
        return nanoTime.getAsLong() - at >= ttlNanos;
    }
}
