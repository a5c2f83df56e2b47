package io.freshet.task.admission;

import static org.assertj.core.api.Assertions.assertThat;

import io.freshet.contracts.QuotaKind;
import io.freshet.contracts.admission.Admission;
import io.freshet.contracts.admission.AdmissionRequest;
import io.freshet.contracts.admission.QuotaExceeded;
import io.freshet.contracts.admission.RateExceeded;
import io.freshet.task.MovableClock;
import io.freshet.task.Service;
import io.freshet.task.ServiceTest;
import io.freshet.task.TaskIds;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Request rates, and the remaining quota. */
@ServiceTest
class RequestRatesTest {

    @Autowired
    Service service;

    @Autowired
    Admissions admissions;

    @Autowired
    RequestRates rates;

    @Autowired
    JdbcClient jdbc;

    @Autowired
    MovableClock clock;

    final String account = "account-" + UUID.randomUUID();

    /** Moves the clock so that no minute ends within a test. */
    @BeforeEach
    void atTheBeginningOfAMinute() {
        Instant now = Instant.now();
        clock.setAhead(Duration.between(now, now.truncatedTo(ChronoUnit.MINUTES).plus(1, ChronoUnit.MINUTES)));
    }

    @AfterEach
    void now() {
        clock.setAhead(Duration.ZERO);
    }

    private AdmissionRequest request(@Nullable String key, int perMinute) {
        return Service.within(Service.request(account, key, 1_000, TaskIds.next(), 1), perMinute);
    }

    @Test
    void concurrent_requests_alone_and_in_batches_are_granted_exactly_the_rate() throws Exception {
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Callable<Integer> alone = () -> service.admit(request(null, 50)).status() == 200 ? 1 : 0;
            Callable<Integer> together = () -> grantedTogether(IntStream.range(0, 7)
                    .mapToObj(i -> request(i % 2 == 0 ? null : UUID.randomUUID().toString(), 50))
                    .toList());
            int granted =
                    threads
                            .invokeAll(IntStream.range(0, 60)
                                    .mapToObj(i -> i % 4 == 0 ? together : alone)
                                    .toList())
                            .stream()
                            .mapToInt(Future::resultNow)
                            .sum();
            assertThat(granted).isEqualTo(50);
        }
        assertThat(service.used(account, QuotaKind.URL)).isEqualTo(50);
        assertThat(jdbc.sql("select count(*) from idempotency_key where account = :account")
                        .param("account", account)
                        .query(Integer.class)
                        .single())
                .as("keys of requests that were granted, and of no others")
                .isEqualTo(jdbc.sql("""
                                select count(*) from idempotency_key k
                                where account = :account and exists (select from task t where t.id = k.task_ids[1])
                                """)
                        .param("account", account)
                        .query(Integer.class)
                        .single());
    }

    /** Admits as the gateway does: in a batch, and then one by one those left out. */
    private int grantedTogether(List<AdmissionRequest> requests) {
        Set<UUID> admitted = admissions.admitBatch(requests).keySet();
        return (int) requests.stream()
                .filter(request -> admitted.contains(request.requestId())
                        || service.admit(request).status() == 200)
                .count();
    }

    @Test
    void a_request_over_the_rate_is_refused_until_the_minute_ends() {
        service.admitted(request("key", 1));
        Service.Answer refused = service.admit(request(null, 1));
        assertThat(refused.status()).isEqualTo(429);
        RateExceeded exceeded = refused.error(RateExceeded.class);
        assertThat(exceeded.requestsPerMinute()).isEqualTo(1);
        assertThat(exceeded.resetsAt())
                .isEqualTo(clock.instant().truncatedTo(ChronoUnit.MINUTES).plus(1, ChronoUnit.MINUTES));
        assertThat(service.admit(request("key", 1)).status())
                .as("a repetition counts too")
                .isEqualTo(429);
        clock.setAhead(Duration.between(Instant.now(), exceeded.resetsAt()));
        service.admitted(request("key", 1));
        assertThat(service.used(account, QuotaKind.URL)).isEqualTo(1);
    }

    @Test
    void a_request_refused_for_its_quota_does_not_count_towards_the_rate() {
        AdmissionRequest tooLarge = Service.within(Service.request(account, null, 10, TaskIds.next(), 11), 1);
        assertThat(service.admit(tooLarge).error(QuotaExceeded.class).requested())
                .isEqualTo(11);
        service.admitted(request(null, 1));
    }

    @Test
    void an_account_over_its_rate_does_not_affect_others_in_the_batch() {
        AdmissionRequest first = request(null, 1);
        AdmissionRequest second = request("key", 1);
        AdmissionRequest other = Service.within(Service.request(account + "-2", null, 10, TaskIds.next(), 1), 1);
        AdmissionRequest uncounted = Service.request(account + "-3", null, 10, TaskIds.next(), 1);
        assertThat(admissions.admitBatch(List.of(first, second, other, uncounted)))
                .containsOnlyKeys(other.requestId(), uncounted.requestId());
        assertThat(service.used(account, QuotaKind.URL)).isZero();
        assertThat(service.admit(first).status()).isEqualTo(200);
        assertThat(service.admit(second).status()).isEqualTo(429);
        assertThat(service.admit(Service.request(account, "key", 1_000, TaskIds.next(), 1))
                        .status())
                .as("its key is free")
                .isEqualTo(200);
    }

    @Test
    void old_minutes_are_removed() {
        service.admitted(request(null, 1));
        jdbc.sql("insert into request_rate values (:account, now() - interval '10 minutes', 1, 1)")
                .param("account", account)
                .update();
        rates.run();
        assertThat(jdbc.sql("select count(*) from request_rate where account = :account")
                        .param("account", account)
                        .query(Integer.class)
                        .single())
                .isEqualTo(1);
    }

    @Test
    void an_admission_and_its_repetition_tell_the_remaining_quota() {
        AdmissionRequest first = Service.request(account, "key", 10, TaskIds.next(), 4);
        Admission admitted = service.admitted(first);
        assertThat(Objects.requireNonNull(admitted.left()).remaining()).isEqualTo(6);
        assertThat(admitted.left().limit()).isEqualTo(10);
        assertThat(admitted.left().resetsAt()).isAfter(first.acceptedAt());
        assertThat(service.admitted(first).left()).isEqualTo(admitted.left());
        Admission grouped = admissions
                .admitBatch(List.of(
                        Service.request(account, null, 10, TaskIds.next(), 1),
                        Service.request(account, null, 10, TaskIds.next(), 2)))
                .values()
                .iterator()
                .next();
        assertThat(Objects.requireNonNull(grouped.left()).remaining()).isEqualTo(3);
    }
}
