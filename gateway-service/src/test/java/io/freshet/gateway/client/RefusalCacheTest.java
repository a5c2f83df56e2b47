package io.freshet.gateway.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.freshet.contracts.QuotaKind;
import io.freshet.contracts.Selector;
import io.freshet.contracts.TaskId;
import io.freshet.contracts.TaskKind;
import io.freshet.contracts.admission.AdmissionRequest;
import io.freshet.contracts.admission.QuotaExceeded;
import io.freshet.contracts.admission.RateExceeded;
import io.freshet.contracts.admission.TaskToAdmit;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class RefusalCacheTest {

    private static final Instant NOW = Instant.parse("2026-11-28T10:00:30Z");
    private static final Instant MIDNIGHT = Instant.parse("2026-11-29T00:00:00Z");
    private static final Instant NEXT_MINUTE = Instant.parse("2026-11-28T10:01:00Z");

    private final AtomicLong nanoTime = new AtomicLong();
    private final RefusalCache cache = new RefusalCache(Duration.ofSeconds(1), nanoTime::get);

    @Test
    void request_beyond_the_remaining_quota_is_refused_with_its_own_numbers() {
        refuseByQuota();

        assertThat(cache.refusal(request(null, 10, NOW, 3, null)))
                .contains(new AdmissionOutcome.OverQuota(new QuotaExceeded(QuotaKind.URL, 10, 8, 3, MIDNIGHT)));
    }

    @Test
    void request_that_the_remaining_quota_covers_is_asked_for() {
        refuseByQuota();

        assertThat(cache.refusal(request(null, 10, NOW, 2, null))).isEmpty();
    }

    @Test
    void raised_limit_new_day_or_idempotency_key_is_asked_for() {
        refuseByQuota();

        assertThat(cache.refusal(request(null, 11, NOW, 3, null))).isEmpty();
        assertThat(cache.refusal(request(null, 10, MIDNIGHT, 3, null))).isEmpty();
        assertThat(cache.refusal(request("key", 10, NOW, 3, null))).isEmpty();
    }

    @Test
    void refunded_quota_is_asked_for_after_the_time_to_live() {
        refuseByQuota();
        nanoTime.addAndGet(Duration.ofSeconds(1).toNanos());

        assertThat(cache.refusal(request(null, 10, NOW, 3, null))).isEmpty();
    }

    @Test
    void exceeded_rate_refuses_until_the_minute_ends_or_the_limit_is_raised() {
        AdmissionRequest refused = request(null, 10, NOW, 1, 5);
        cache.put(refused, new AdmissionOutcome.OverRateLimit(new RateExceeded(5, NEXT_MINUTE)));

        assertThat(cache.refusal(refused)).isPresent();
        assertThat(cache.refusal(request("key", 10, NOW, 1, 5))).isPresent();
        assertThat(cache.refusal(request(null, 10, NEXT_MINUTE, 1, 5))).isEmpty();
        assertThat(cache.refusal(request(null, 10, NOW, 1, 6))).isEmpty();
        assertThat(cache.refusal(request(null, 10, NOW, 1, null))).isEmpty();
    }

    private void refuseByQuota() {
        cache.put(
                request(null, 10, NOW, 3, null),
                new AdmissionOutcome.OverQuota(new QuotaExceeded(QuotaKind.URL, 10, 8, 3, MIDNIGHT)));
    }

    private static AdmissionRequest request(
            @Nullable String key, int limit, Instant acceptedAt, int objects, @Nullable Integer perMinute) {
        return new AdmissionRequest(
                "acme",
                key,
                "",
                UUID.randomUUID(),
                TaskKind.REFRESH,
                Selector.URL,
                limit,
                acceptedAt,
                List.of(new TaskToAdmit(new TaskId(1), "www.example.com", objects)),
                null,
                perMinute);
    }
}
