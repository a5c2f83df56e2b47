package io.freshet.task.admission;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import io.freshet.contracts.JsonMapping;
import io.freshet.contracts.QuotaKind;
import io.freshet.contracts.TaskId;
import io.freshet.contracts.admission.Admission;
import io.freshet.contracts.admission.AdmissionGroup;
import io.freshet.contracts.admission.AdmissionRequest;
import io.freshet.contracts.admission.AdmittedGroup;
import io.freshet.contracts.admission.AdmittedTask;
import io.freshet.task.Ids;
import io.freshet.task.Service;
import io.freshet.task.ServiceTest;
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

/** Requests that share a transaction. */
@ServiceTest
class AdmissionGroupsTest {

    @Autowired
    Service service;

    @Autowired
    Admissions admissions;

    @Autowired
    AdmissionConnections connections;

    @Autowired
    HikariDataSource others;

    final String account = "account-" + UUID.randomUUID();

    @Test
    void a_group_is_admitted_each_with_its_own_tasks_and_all_are_charged() {
        AdmissionRequest first = Service.request(account, null, 10, Ids.next(), 2);
        AdmissionRequest second = Service.request(account, "key", 10, Ids.next(), 3);
        AdmissionRequest other = Service.request(account + "-2", "key", 10, Ids.next(), 4);

        Map<UUID, Admission> admitted = admissions.admitPlain(List.of(first, second, other));

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
    void an_account_that_asks_for_more_than_its_quota_is_left_out_and_others_are_not() {
        AdmissionRequest fits = Service.request(account, null, 10, Ids.next(), 6);
        AdmissionRequest exceeds = Service.request(account, "key", 10, Ids.next(), 5);
        AdmissionRequest other = Service.request(account + "-2", null, 10, Ids.next(), 4);

        assertThat(admissions.admitPlain(List.of(fits, exceeds, other))).containsOnlyKeys(other.requestId());

        assertThat(service.used(account, QuotaKind.URL)).isZero();
        assertThat(service.tasks(account, "").tasks()).isEmpty();
        assertThat(service.admit(fits).status()).isEqualTo(200);
        assertThat(service.admit(exceeds).status()).isEqualTo(429);
        assertThat(service.admitted(Service.request(account, "key", 20, Ids.next(), 1))
                        .requestId())
                .as("its key is free")
                .isNotEqualTo(exceeds.requestId());
    }

    @Test
    void a_group_is_admitted_while_others_hold_all_their_connections() throws SQLException {
        List<Connection> held = new ArrayList<>();
        try {
            for (int i = 0; i < others.getMaximumPoolSize(); i++) {
                held.add(others.getConnection());
            }
            assertThat(admissions.admitPlain(List.of(Service.request(account, null, 10, Ids.next(), 1))))
                    .hasSize(1);
        } finally {
            for (Connection connection : held) {
                connection.close();
            }
        }
    }

    @Test
    void on_the_connections_of_groups_the_database_plans_a_statement_once() {
        assertThat(connections
                        .jdbc()
                        .sql("show plan_cache_mode")
                        .query(String.class)
                        .single())
                .isEqualTo("force_generic_plan");
    }

    @Test
    void a_quota_is_granted_to_the_last_object_and_not_beyond() {
        AdmissionRequest first = Service.request(account, null, 10, Ids.next(), 6);
        AdmissionRequest last = Service.request(account, null, 10, Ids.next(), 4);
        AdmissionRequest more = Service.request(account, null, 10, Ids.next(), 1);

        assertThat(admissions.admitPlain(List.of(first))).hasSize(1);
        assertThat(admissions.admitPlain(List.of(last))).hasSize(1);
        assertThat(admissions.admitPlain(List.of(more))).isEmpty();

        assertThat(service.used(account, QuotaKind.URL)).isEqualTo(10);
    }

    @Test
    void one_that_exceeds_by_itself_leaves_nothing_behind() {
        AdmissionRequest exceeds = Service.request(account, "key", 10, Ids.next(), 11);

        assertThat(admissions.admitPlain(List.of(exceeds))).isEmpty();

        assertThat(service.used(account, QuotaKind.URL)).isZero();
        assertThat(service.tasks(account, "").tasks()).isEmpty();
        assertThat(service.admit(exceeds).status()).isEqualTo(429);
    }

    @Test
    void of_the_same_key_twice_one_request_is_left_out_and_charged_nothing() {
        AdmissionRequest first = Service.request(account, "key", 10, Ids.next(), 2);
        AdmissionRequest again = Service.request(account, "key", 10, Ids.next(), 2);

        assertThat(admissions.admitPlain(List.of(first, again))).containsOnlyKeys(first.requestId());
        assertThat(admissions.admitPlain(List.of(again))).isEmpty();

        assertThat(service.used(account, QuotaKind.URL)).isEqualTo(2);
        assertThat(service.admitted(again).requestId()).isEqualTo(first.requestId());
    }

    @Test
    void a_group_with_a_task_id_of_another_task_leaves_nothing_behind() {
        TaskId taken = Ids.next();
        service.admitted(Service.request(account + "-2", null, 10, taken, 1));
        AdmissionRequest good = Service.request(account, "key", 10, Ids.next(), 2);
        AdmissionRequest bad = Service.request(account, null, 10, taken, 1);

        assertThat(admissions.admitPlain(List.of(good, bad))).isEmpty();

        assertThat(service.used(account, QuotaKind.URL)).isZero();
        assertThat(service.tasks(account, "").tasks()).isEmpty();
    }

    @Test
    void a_group_that_does_not_go_through_is_answered_with_nothing_and_each_can_be_asked_for_alone() {
        TaskId taken = Ids.next();
        service.admitted(Service.request(account + "-2", null, 10, taken, 1));
        AdmissionRequest good = Service.request(account, "key", 10, Ids.next(), 2);
        AdmissionRequest bad = Service.request(account, null, 10, taken, 1);

        assertThat(service.admitTogether(List.of(good, bad)).admissions()).isEmpty();

        assertThat(service.admitted(good).requestId()).isEqualTo(good.requestId());
        assertThat(service.admit(bad).status()).isEqualTo(409);
    }

    @Test
    void groups_that_race_for_a_quota_are_granted_exactly_what_there_is() throws Exception {
        List<Future<AdmittedGroup>> answers = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 30; i++) {
                List<AdmissionRequest> group = IntStream.range(0, 10)
                        .mapToObj(_ -> Service.request(account, null, 500, Ids.next(), 2))
                        .toList();
                answers.add(threads.submit(() -> service.admitTogether(group)));
            }
        }
        int admitted = 0;
        for (Future<AdmittedGroup> answer : answers) {
            admitted += answer.get().admissions().size();
        }
        // Whatever of the race was left undecided is decided alone, as the gateway does.
        while (service.admit(Service.request(account, null, 500, Ids.next(), 2)).status() == 200) {
            admitted++;
        }
        assertThat(admitted).isEqualTo(250);
        assertThat(service.used(account, QuotaKind.URL)).isEqualTo(500);
    }

    @Test
    void a_refresh_that_a_push_follows_is_left_out_and_can_be_asked_for_alone() {
        AdmissionRequest refresh = Service.request(account, null, 10, Ids.next(), 2);
        AdmissionRequest withPush = Service.thenPush(refresh, 10, Ids.next());

        assertThat(admissions.admitPlain(List.of(withPush))).isEmpty();

        assertThat(service.admit(withPush).status()).isEqualTo(200);
        assertThat(service.used(account, QuotaKind.PUSH)).isEqualTo(2);
    }

    @Test
    void a_request_of_a_group_that_is_wrong_is_named() {
        AdmissionRequest good = Service.request(account, null, 10, Ids.next(), 2);
        AdmissionRequest negative = Service.request(account, null, -1, Ids.next(), 2);

        Service.Answer answer = service.post(
                "/admissions/groups",
                JsonMapping.mapper().writeValueAsString(new AdmissionGroup(List.of(good, negative))));

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.json().get("detail").asString()).contains("/requests/1/quotaLimit");
        assertThat(service.used(account, QuotaKind.URL)).isZero();
    }
}
