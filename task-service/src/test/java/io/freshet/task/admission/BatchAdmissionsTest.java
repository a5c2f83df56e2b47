package io.freshet.task.admission;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import io.freshet.contracts.JsonMapping;
import io.freshet.contracts.QuotaKind;
import io.freshet.contracts.TaskId;
import io.freshet.contracts.admission.Admission;
import io.freshet.contracts.admission.AdmissionBatch;
import io.freshet.contracts.admission.AdmissionRequest;
import io.freshet.contracts.admission.AdmittedBatch;
import io.freshet.contracts.admission.AdmittedTask;
import io.freshet.task.Service;
import io.freshet.task.ServiceTest;
import io.freshet.task.TaskIds;
import io.freshet.task.storage.ConnectionPools;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;

/** The batch fast path of admission. */
@ServiceTest
class BatchAdmissionsTest {

    @Autowired
    Service service;

    @Autowired
    Admissions admissions;

    @Autowired
    ConnectionPools pools;

    @Autowired
    HikariDataSource others;

    final String account = "account-" + UUID.randomUUID();

    @Test
    void a_batch_admits_and_charges_every_request_with_its_own_tasks() {
        AdmissionRequest first = Service.request(account, null, 10, TaskIds.next(), 2);
        AdmissionRequest second = Service.request(account, "key", 10, TaskIds.next(), 3);
        AdmissionRequest other = Service.request(account + "-2", "key", 10, TaskIds.next(), 4);

        Map<UUID, Admission> admitted = admissions.admitBatch(List.of(first, second, other));

        assertThat(admitted).hasSize(3);
        for (AdmissionRequest request : List.of(first, second, other)) {
            TaskId id = request.tasks().getFirst().taskId();
            assertThat(requireNonNull(admitted.get(request.requestId())).tasks())
                    .extracting(AdmittedTask::taskId)
                    .containsExactly(id);
            assertThat(service.task(request.account(), id).objectCount())
                    .isEqualTo(request.tasks().getFirst().objectCount());
        }
        assertThat(service.used(account, QuotaKind.URL)).isEqualTo(5);
        assertThat(service.used(account + "-2", QuotaKind.URL)).isEqualTo(4);
    }

    @Test
    void an_account_over_its_quota_is_left_out_and_others_are_admitted() {
        AdmissionRequest fits = Service.request(account, null, 10, TaskIds.next(), 6);
        AdmissionRequest exceeds = Service.request(account, "key", 10, TaskIds.next(), 5);
        AdmissionRequest other = Service.request(account + "-2", null, 10, TaskIds.next(), 4);

        assertThat(admissions.admitBatch(List.of(fits, exceeds, other))).containsOnlyKeys(other.requestId());

        assertThat(service.used(account, QuotaKind.URL)).isZero();
        assertThat(service.tasks(account, "").tasks()).isEmpty();
        assertThat(service.admit(fits).status()).isEqualTo(200);
        assertThat(service.admit(exceeds).status()).isEqualTo(429);
        assertThat(service.admitted(Service.request(account, "key", 20, TaskIds.next(), 1))
                        .requestId())
                .as("its key is free")
                .isNotEqualTo(exceeds.requestId());
    }

    @Test
    void a_batch_is_admitted_while_queries_hold_all_their_connections() throws SQLException {
        List<Connection> held = new ArrayList<>();
        try {
            for (int i = 0; i < others.getMaximumPoolSize(); i++) {
                held.add(others.getConnection());
            }
            assertThat(admissions.admitBatch(List.of(Service.request(account, null, 10, TaskIds.next(), 1))))
                    .hasSize(1);
        } finally {
            for (Connection connection : held) {
                connection.close();
            }
        }
    }

    @Test
    void connections_of_batches_use_generic_plans() {
        assertThat(pools.admissions()
                        .sql("show plan_cache_mode")
                        .query(String.class)
                        .single())
                .isEqualTo("force_generic_plan");
    }

    @Test
    void a_quota_is_granted_exactly() {
        AdmissionRequest first = Service.request(account, null, 10, TaskIds.next(), 6);
        AdmissionRequest last = Service.request(account, null, 10, TaskIds.next(), 4);
        AdmissionRequest more = Service.request(account, null, 10, TaskIds.next(), 1);

        assertThat(admissions.admitBatch(List.of(first))).hasSize(1);
        assertThat(admissions.admitBatch(List.of(last))).hasSize(1);
        assertThat(admissions.admitBatch(List.of(more))).isEmpty();

        assertThat(service.used(account, QuotaKind.URL)).isEqualTo(10);
    }

    @Test
    void a_single_request_over_the_quota_changes_nothing() {
        AdmissionRequest exceeds = Service.request(account, "key", 10, TaskIds.next(), 11);

        assertThat(admissions.admitBatch(List.of(exceeds))).isEmpty();

        assertThat(service.used(account, QuotaKind.URL)).isZero();
        assertThat(service.tasks(account, "").tasks()).isEmpty();
        assertThat(service.admit(exceeds).status()).isEqualTo(429);
    }

    @Test
    void the_second_request_with_a_key_is_left_out_and_charged_nothing() {
        AdmissionRequest first = Service.request(account, "key", 10, TaskIds.next(), 2);
        AdmissionRequest again = Service.request(account, "key", 10, TaskIds.next(), 2);

        assertThat(admissions.admitBatch(List.of(first, again))).containsOnlyKeys(first.requestId());
        assertThat(admissions.admitBatch(List.of(again))).isEmpty();

        assertThat(service.used(account, QuotaKind.URL)).isEqualTo(2);
        assertThat(service.admitted(again).requestId()).isEqualTo(first.requestId());
    }

    @Test
    void a_batch_with_the_id_of_another_task_changes_nothing() {
        TaskId taken = TaskIds.next();
        service.admitted(Service.request(account + "-2", null, 10, taken, 1));
        AdmissionRequest good = Service.request(account, "key", 10, TaskIds.next(), 2);
        AdmissionRequest bad = Service.request(account, null, 10, taken, 1);

        assertThat(admissions.admitBatch(List.of(good, bad))).isEmpty();

        assertThat(service.used(account, QuotaKind.URL)).isZero();
        assertThat(service.tasks(account, "").tasks()).isEmpty();
    }

    @Test
    void requests_of_a_failed_batch_can_be_admitted_alone() {
        TaskId taken = TaskIds.next();
        service.admitted(Service.request(account + "-2", null, 10, taken, 1));
        AdmissionRequest good = Service.request(account, "key", 10, TaskIds.next(), 2);
        AdmissionRequest bad = Service.request(account, null, 10, taken, 1);

        assertThat(service.admitBatch(List.of(good, bad)).admissions()).isEmpty();

        assertThat(service.admitted(good).requestId()).isEqualTo(good.requestId());
        assertThat(service.admit(bad).status()).isEqualTo(409);
    }

    @Test
    void concurrent_batches_are_granted_exactly_the_quota() throws Exception {
        List<Future<AdmittedBatch>> answers = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 30; i++) {
                List<AdmissionRequest> group = IntStream.range(0, 10)
                        .mapToObj(_ -> Service.request(account, null, 500, TaskIds.next(), 2))
                        .toList();
                answers.add(threads.submit(() -> service.admitBatch(group)));
            }
        }
        int admitted = 0;
        for (Future<AdmittedBatch> answer : answers) {
            admitted += answer.get().admissions().size();
        }
        // Requests that lost the race are admitted alone, as the gateway does.
        while (service.admit(Service.request(account, null, 500, TaskIds.next(), 2))
                        .status()
                == 200) {
            admitted++;
        }
        assertThat(admitted).isEqualTo(250);
        assertThat(service.used(account, QuotaKind.URL)).isEqualTo(500);
    }

    @Test
    void a_refresh_followed_by_a_push_is_left_out_and_can_be_admitted_alone() {
        AdmissionRequest refresh = Service.request(account, null, 10, TaskIds.next(), 2);
        AdmissionRequest withPush = Service.thenPush(refresh, 10, TaskIds.next());

        assertThat(admissions.admitBatch(List.of(withPush))).isEmpty();

        assertThat(service.admit(withPush).status()).isEqualTo(200);
        assertThat(service.used(account, QuotaKind.PUSH)).isEqualTo(2);
    }

    @Test
    void an_invalid_request_of_a_batch_is_named() {
        AdmissionRequest good = Service.request(account, null, 10, TaskIds.next(), 2);
        AdmissionRequest negative = Service.request(account, null, -1, TaskIds.next(), 2);

        Service.Answer answer = service.post(
                "/admissions/batches",
                JsonMapping.mapper().writeValueAsString(new AdmissionBatch(List.of(good, negative))));

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.json().get("detail").asString()).contains("/requests/1/quotaLimit");
        assertThat(service.used(account, QuotaKind.URL)).isZero();
    }
}
