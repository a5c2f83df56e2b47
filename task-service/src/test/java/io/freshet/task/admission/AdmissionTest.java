package io.freshet.task.admission;

import static org.assertj.core.api.Assertions.assertThat;

import io.freshet.contracts.QuotaKind;
import io.freshet.contracts.TaskId;
import io.freshet.contracts.admission.Admission;
import io.freshet.contracts.admission.AdmissionRequest;
import io.freshet.contracts.admission.AdmittedTask;
import io.freshet.contracts.admission.IdempotencyConflict;
import io.freshet.contracts.admission.QuotaExceeded;
import io.freshet.contracts.admission.TaskToAdmit;
import io.freshet.contracts.task.TaskStatus;
import io.freshet.contracts.task.TaskView;
import io.freshet.task.MovableClock;
import io.freshet.task.Service;
import io.freshet.task.Service.Answer;
import io.freshet.task.ServiceTest;
import io.freshet.task.TaskIds;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.simple.JdbcClient;

@ServiceTest
class AdmissionTest {

    @Autowired
    Service service;

    @Autowired
    JdbcClient jdbc;

    @Autowired
    MovableClock clock;

    final String account = "account-" + UUID.randomUUID();

    @AfterEach
    void now() {
        clock.setAhead(Duration.ZERO);
    }

    @Test
    void an_admitted_task_is_found_at_once_as_pending() {
        TaskId id = TaskIds.next();
        Admission admission = service.admitted(Service.request(account, null, 10, id, 3));
        assertThat(admission.tasks()).containsExactly(new AdmittedTask(id, "www.example.com", 3, false));
        TaskView task = service.task(account, id);
        assertThat(task.status()).isEqualTo(TaskStatus.PENDING);
        assertThat(task.progress()).isZero();
        assertThat(task.objectCount()).isEqualTo(3);
        assertThat(task.createdAt()).isEqualTo(id.madeAt());
        assertThat(service.used(account, QuotaKind.URL)).isEqualTo(3);
        assertThat(service.used(account, QuotaKind.PUSH)).isZero();
    }

    @Test
    void concurrent_requests_are_granted_exactly_the_limit() throws Exception {
        List<Answer> answers =
                atTheSameTime(40, () -> service.admit(Service.request(account, null, 50, TaskIds.next(), 2)));
        assertThat(answers).filteredOn(answer -> answer.status() == 200).hasSize(25);
        assertThat(answers).filteredOn(answer -> answer.status() == 429).hasSize(15);
        assertThat(service.used(account, QuotaKind.URL)).isEqualTo(50);
    }

    @Test
    void a_request_over_the_quota_changes_nothing_and_tells_the_remaining_quota() {
        service.admitted(Service.request(account, null, 10, TaskIds.next(), 7));
        TaskId refused = TaskIds.next();
        Answer answer = service.admit(Service.request(account, "key", 10, refused, 4));
        assertThat(answer.status()).isEqualTo(429);
        QuotaExceeded exceeded = answer.error(QuotaExceeded.class);
        assertThat(exceeded.used()).isEqualTo(7);
        assertThat(exceeded.remaining()).isEqualTo(3);
        assertThat(exceeded.requested()).isEqualTo(4);
        assertThat(exceeded.resetsAt())
                .isAfter(Instant.now())
                .isBefore(Instant.now().plus(Duration.ofHours(24)));
        assertThat(service.used(account, QuotaKind.URL)).isEqualTo(7);
        assertThat(service.get("/tasks/" + refused + "?account=" + account).status())
                .isEqualTo(404);
        TaskId other = TaskIds.next();
        assertThat(service.admitted(Service.request(account, "key", 10, other, 3))
                        .tasks())
                .extracting(AdmittedTask::taskId)
                .as("the key is free")
                .containsExactly(other);
    }

    @Test
    void the_first_request_of_a_day_is_subject_to_the_quota() {
        assertThat(service.admit(Service.request(account, null, 2, TaskIds.next(), 3))
                        .status())
                .isEqualTo(429);
    }

    @Test
    void each_day_has_its_own_quota() {
        AdmissionRequest today = Service.request(account, null, 5, TaskIds.next(), 5);
        service.admitted(today);
        service.admitted(new AdmissionRequest(
                account,
                null,
                today.bodyHash(),
                UUID.randomUUID(),
                today.kind(),
                today.selector(),
                5,
                today.acceptedAt().plus(Duration.ofDays(1)),
                List.of(new TaskToAdmit(TaskIds.next(), "www.example.com", 5))));
        assertThat(service.used(account, QuotaKind.URL)).isEqualTo(5);
    }

    @Test
    void concurrent_requests_with_one_key_make_one_set_of_tasks_and_one_charge() throws Exception {
        List<Answer> answers =
                atTheSameTime(16, () -> service.admit(Service.request(account, "key", 100, TaskIds.next(), 4)));
        assertThat(answers).allMatch(answer -> answer.status() == 200);
        List<Admission> admissions = answers.stream()
                .map(answer -> answer.as(Admission.class))
                .distinct()
                .toList();
        assertThat(admissions).hasSize(1);
        assertThat(service.tasks(account, "").tasks()).hasSize(1);
        assertThat(service.used(account, QuotaKind.URL)).isEqualTo(4);
    }

    @Test
    void a_key_with_another_body_is_a_conflict_that_names_the_owner() {
        AdmissionRequest first = Service.request(account, "key", 10, TaskIds.next(), 1);
        service.admitted(first);
        AdmissionRequest second = new AdmissionRequest(
                account,
                "key",
                "another-hash",
                UUID.randomUUID(),
                first.kind(),
                first.selector(),
                10,
                Instant.now(),
                List.of(new TaskToAdmit(TaskIds.next(), "www.example.com", 1)));
        Answer answer = service.admit(second);
        assertThat(answer.status()).isEqualTo(409);
        IdempotencyConflict conflict = answer.error(IdempotencyConflict.class);
        assertThat(conflict.requestId()).isEqualTo(first.requestId());
        assertThat(conflict.keyExpiresAt()).isAfter(Instant.now().plus(Duration.ofHours(23)));
        assertThat(service.used(account, QuotaKind.URL)).isEqualTo(1);
    }

    @Test
    void a_repeated_key_answers_the_first_tasks_in_their_order_and_charges_nothing() {
        AdmissionRequest first = Service.request(account, "key", 10, TaskIds.next(), 1);
        List<TaskToAdmit> tasks = List.of(
                new TaskToAdmit(TaskIds.next(), "b.example.com", 2),
                new TaskToAdmit(TaskIds.next(), "a.example.com", 1));
        AdmissionRequest several = new AdmissionRequest(
                account,
                "several",
                "hash",
                UUID.randomUUID(),
                first.kind(),
                first.selector(),
                10,
                first.acceptedAt(),
                List.of(tasks.get(1), tasks.get(0)));
        Admission admission = service.admitted(several);
        assertThat(admission.tasks())
                .extracting(AdmittedTask::domain)
                .containsExactly("a.example.com", "b.example.com");
        AdmissionRequest again = new AdmissionRequest(
                account,
                "several",
                "hash",
                UUID.randomUUID(),
                first.kind(),
                first.selector(),
                10,
                Instant.now(),
                List.of(
                        new TaskToAdmit(TaskIds.next(), "a.example.com", 1),
                        new TaskToAdmit(TaskIds.next(), "b.example.com", 2)));
        assertThat(service.admitted(again)).isEqualTo(admission);
        assertThat(service.used(account, QuotaKind.URL)).isEqualTo(3);
    }

    @Test
    void accounts_do_not_share_keys() {
        Admission mine = service.admitted(Service.request(account, "key", 10, TaskIds.next(), 1));
        Admission theirs = service.admitted(Service.request(account + "-2", "key", 10, TaskIds.next(), 1));
        assertThat(theirs.requestId()).isNotEqualTo(mine.requestId());
    }

    @Test
    void a_key_is_free_again_when_it_has_expired() {
        Admission first = service.admitted(Service.request(account, "key", 10, TaskIds.next(), 1));
        clock.setAhead(Duration.ofHours(24).plusSeconds(1));
        Admission second = service.admitted(Service.request(account, "key", 10, TaskIds.next(), 1));
        assertThat(second.tasks()).isNotEqualTo(first.tasks());
    }

    @Test
    void a_request_with_the_id_of_another_task_is_refused_and_charges_nothing() {
        TaskId id = TaskIds.next();
        service.admitted(Service.request(account, null, 10, id, 1));
        Answer answer = service.admit(Service.request(account + "-2", null, 10, id, 1));
        assertThat(answer.status()).isEqualTo(409);
        assertThat(answer.json().get("type").asString()).isEqualTo("urn:freshet:problem:task-id-taken");
        assertThat(service.used(account + "-2", QuotaKind.URL)).isZero();
        assertThat(service.task(account, id).objectCount()).isEqualTo(1);
    }

    @Test
    void request_alike_with_a_taken_id_is_refused_and_charges_nothing() {
        TaskId id = TaskIds.next();
        AdmissionRequest first = refreshOfTwo(id);
        AdmissionRequest alike = refreshOfTwo(id);
        service.admitted(first);
        assertThat(service.admitBatch(List.of(alike)).admissions()).isEmpty();
        Answer answer = service.admit(alike);
        assertThat(answer.status()).isEqualTo(409);
        assertThat(answer.json().get("type").asString()).isEqualTo("urn:freshet:problem:task-id-taken");
        assertThat(service.used(account, QuotaKind.URL)).isEqualTo(2);
    }

    private AdmissionRequest refreshOfTwo(TaskId id) {
        return Service.request(account, null, 10, id, 2);
    }

    @Test
    void the_same_request_sent_twice_is_charged_once() {
        AdmissionRequest request = Service.request(account, null, 10, TaskIds.next(), 6);
        assertThat(service.admitted(request)).isEqualTo(service.admitted(request));
        assertThat(service.used(account, QuotaKind.URL)).isEqualTo(6);
    }

    @Test
    void an_invalid_request_is_refused_and_its_field_named() {
        AdmissionRequest good = Service.request(account, null, 10, TaskIds.next(), 0);
        Answer none = service.admit(good);
        assertThat(none.status()).isEqualTo(400);
        assertThat(none.json().get("errors").get(0).get("pointer").asString()).isEqualTo("/tasks/0/objectCount");
        assertThat(service.post("/admissions", "{").status()).isEqualTo(400);
        assertThat(service.post("/admissions", "{}").json().get("detail").asString())
                .contains("account");
        assertThat(service.get("/quotas")
                        .json()
                        .get("errors")
                        .get(0)
                        .get("pointer")
                        .asString())
                .isEqualTo("account");
    }

    private static List<Answer> atTheSameTime(int times, Supplier<Answer> call) throws Exception {
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Answer>> futures = new ArrayList<>();
            for (int i = 0; i < times; i++) {
                futures.add(threads.submit(call::get));
            }
            List<Answer> answers = new ArrayList<>();
            for (Future<Answer> future : futures) {
                answers.add(future.get());
            }
            return answers;
        }
    }
}
