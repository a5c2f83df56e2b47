package io.freshet.task.admission;

import static org.assertj.core.api.Assertions.assertThat;

import io.freshet.contracts.QuotaKind;
import io.freshet.contracts.Selector;
import io.freshet.contracts.TaskId;
import io.freshet.contracts.TaskKind;
import io.freshet.contracts.admission.Admission;
import io.freshet.contracts.admission.AdmissionRequest;
import io.freshet.contracts.admission.AdmittedTask;
import io.freshet.contracts.admission.QuotaExceeded;
import io.freshet.contracts.admission.TaskToAdmit;
import io.freshet.contracts.task.TaskStatus;
import io.freshet.contracts.task.TaskView;
import io.freshet.task.Service;
import io.freshet.task.Service.Answer;
import io.freshet.task.ServiceTest;
import io.freshet.task.TaskIds;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;

@ServiceTest
class ThenPushAdmissionTest {

    @Autowired
    Service service;

    final String account = "account-" + UUID.randomUUID();
    final TaskId refresh = TaskIds.next();
    final TaskId push = TaskIds.next();

    @Test
    void a_refresh_and_the_push_that_follows_are_admitted_and_charged_together() {
        Admission admission = service.admitted(request(null, 10, 10, refresh, push, 3));

        assertThat(admission.tasks()).containsExactly(new AdmittedTask(refresh, "www.example.com", 3, false, push));
        assertThat(service.used(account, QuotaKind.URL)).isEqualTo(3);
        assertThat(service.used(account, QuotaKind.PUSH)).isEqualTo(3);
        assertThat(service.task(account, refresh).description()).isNull();
        TaskView waiting = service.task(account, push);
        assertThat(waiting.kind()).isEqualTo(TaskKind.PUSH);
        assertThat(waiting.type()).isEqualTo(Selector.URL);
        assertThat(waiting.domain()).isEqualTo("www.example.com");
        assertThat(waiting.objectCount()).isEqualTo(3);
        assertThat(waiting.status()).isEqualTo(TaskStatus.PENDING);
        assertThat(waiting.description()).isEqualTo("waits for refresh " + refresh + " to settle");
    }

    @Test
    void a_refusal_by_either_quota_refuses_both_tasks_and_names_it() {
        QuotaExceeded pushes =
                service.admit(request("key", 10, 2, refresh, push, 3)).error(QuotaExceeded.class);
        assertThat(pushes.quota()).isEqualTo(QuotaKind.PUSH);
        assertThat(pushes.limit()).isEqualTo(2);
        QuotaExceeded urls =
                service.admit(request("key", 2, 10, refresh, push, 3)).error(QuotaExceeded.class);
        assertThat(urls.quota()).isEqualTo(QuotaKind.URL);

        assertThat(service.tasks(account, "").tasks()).isEmpty();
        assertThat(service.used(account, QuotaKind.URL)).isZero();
        assertThat(service.used(account, QuotaKind.PUSH)).isZero();
        assertThat(service.admit(request("key", 3, 3, refresh, push, 3)).status())
                .as("the key is free")
                .isEqualTo(200);
    }

    @Test
    void concurrent_requests_are_granted_exactly_the_smaller_limit() throws Exception {
        List<Answer> answers = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Answer>> futures = new ArrayList<>();
            for (int i = 0; i < 30; i++) {
                TaskId first = TaskIds.next();
                TaskId second = TaskIds.next();
                futures.add(threads.submit(() -> service.admit(request(null, 100, 40, first, second, 2))));
            }
            for (Future<Answer> future : futures) {
                answers.add(future.get());
            }
        }

        assertThat(answers).filteredOn(answer -> answer.status() == 200).hasSize(20);
        assertThat(answers)
                .filteredOn(answer -> answer.status() == 429)
                .hasSize(10)
                .allMatch(answer -> answer.error(QuotaExceeded.class).quota() == QuotaKind.PUSH);
        assertThat(service.used(account, QuotaKind.URL)).isEqualTo(40);
        assertThat(service.used(account, QuotaKind.PUSH)).isEqualTo(40);
    }

    @Test
    void a_repeated_key_answers_both_ids_of_the_first_request_and_charges_nothing() {
        Admission first = service.admitted(request("key", 3, 3, refresh, push, 3));

        assertThat(service.admitted(request("key", 3, 3, TaskIds.next(), TaskIds.next(), 3)))
                .isEqualTo(first);
        assertThat(service.tasks(account, "").tasks()).hasSize(2);
        assertThat(service.used(account, QuotaKind.URL)).isEqualTo(3);
        assertThat(service.used(account, QuotaKind.PUSH)).isEqualTo(3);
    }

    @Test
    void tasks_of_several_domains_keep_their_pushes() {
        List<TaskToAdmit> tasks = List.of(
                new TaskToAdmit(TaskIds.next(), "b.example.com", 2, TaskIds.next()),
                new TaskToAdmit(TaskIds.next(), "a.example.com", 1, TaskIds.next()));

        Admission first = service.admitted(request("key", tasks));

        assertThat(first.tasks())
                .extracting(task -> new TaskToAdmit(task.taskId(), task.domain(), task.objectCount(), task.thenPush()))
                .isEqualTo(tasks);
        assertThat(service.admitted(request("key", tasks.reversed()))).isEqualTo(first);
    }

    @Test
    void a_push_of_its_own_urls_after_directories_is_admitted_and_charged_with_its_count() {
        TaskToAdmit withPush = new TaskToAdmit(refresh, "a.example.com", 1, push, 4);
        TaskToAdmit withoutPush = new TaskToAdmit(TaskIds.next(), "b.example.com", 2);
        AdmissionRequest directories = request("key", Selector.DIRECTORY, List.of(withPush, withoutPush), 4);

        Admission first = service.admitted(directories);

        assertThat(first.tasks())
                .containsExactly(
                        new AdmittedTask(refresh, "a.example.com", 1, false, push, 4),
                        new AdmittedTask(withoutPush.taskId(), "b.example.com", 2, false));
        assertThat(service.used(account, QuotaKind.DIRECTORY)).isEqualTo(3);
        assertThat(service.used(account, QuotaKind.PUSH)).isEqualTo(4);
        TaskView waiting = service.task(account, push);
        assertThat(waiting.type()).isEqualTo(Selector.URL);
        assertThat(waiting.objectCount()).isEqualTo(4);
        assertThat(service.admitted(directories)).as("a repeated key").isEqualTo(first);
        assertThat(service.used(account, QuotaKind.PUSH)).isEqualTo(4);
    }

    @Test
    void a_push_is_refused_by_the_count_of_its_own_urls() {
        AdmissionRequest tooMany =
                request("key", Selector.DIRECTORY, List.of(new TaskToAdmit(refresh, "a.example.com", 1, push, 5)), 4);

        QuotaExceeded exceeded = service.admit(tooMany).error(QuotaExceeded.class);

        assertThat(exceeded.quota()).isEqualTo(QuotaKind.PUSH);
        assertThat(exceeded.requested()).isEqualTo(5);
        assertThat(service.used(account, QuotaKind.DIRECTORY)).isZero();
    }

    @Test
    void a_push_with_the_id_of_another_task_is_refused() {
        service.admitted(Service.request(account + "-2", null, 10, push, 1));

        Answer answer = service.admit(request(null, 10, 10, refresh, push, 1));

        assertThat(answer.status()).isEqualTo(409);
        assertThat(service.get("/tasks/" + refresh + "?account=" + account).status())
                .isEqualTo(404);
        assertThat(service.used(account, QuotaKind.PUSH)).isZero();
    }

    @Test
    void an_invalid_request_is_refused_and_its_field_named() {
        AdmissionRequest twice = request(null, 10, 10, refresh, refresh, 1);
        AdmissionRequest good = request(null, 10, 10, refresh, push, 1);
        AdmissionRequest ofPushes = new AdmissionRequest(
                account,
                null,
                "hash",
                UUID.randomUUID(),
                TaskKind.PUSH,
                Selector.URL,
                10,
                Instant.now(),
                good.tasks(),
                10,
                null);
        AdmissionRequest withoutLimit = new AdmissionRequest(
                account,
                null,
                "hash",
                UUID.randomUUID(),
                TaskKind.REFRESH,
                Selector.URL,
                10,
                Instant.now(),
                good.tasks());

        assertThat(blamed(twice)).isEqualTo("/tasks");
        assertThat(blamed(ofPushes)).isEqualTo("/tasks/0/thenPush");
        assertThat(blamed(withoutLimit)).isEqualTo("/tasks/0/thenPush");
        assertThat(blamed(request(null, 10, -1, refresh, push, 1))).isEqualTo("/pushLimit");
        assertThat(blamed(request("key", List.of(new TaskToAdmit(refresh, "a.example.com", 1, push, -1)))))
                .isEqualTo("/tasks/0/pushCount");
        assertThat(blamed(request("key", List.of(new TaskToAdmit(refresh, "a.example.com", 1, null, 1)))))
                .isEqualTo("/tasks/0/pushCount");
    }

    private String blamed(AdmissionRequest request) {
        Answer answer = service.admit(request);
        assertThat(answer.status()).isEqualTo(400);
        return answer.json().at("/errors/0/pointer").asString();
    }

    private AdmissionRequest request(
            @Nullable String key, int urls, int pushes, TaskId refresh, TaskId push, int objects) {
        return Service.thenPush(Service.request(account, key, urls, refresh, objects), pushes, push);
    }

    private AdmissionRequest request(String key, List<TaskToAdmit> tasks) {
        return request(key, Selector.URL, tasks, 10);
    }

    private AdmissionRequest request(String key, Selector selector, List<TaskToAdmit> tasks, int pushes) {
        return new AdmissionRequest(
                account,
                key,
                "hash",
                UUID.randomUUID(),
                TaskKind.REFRESH,
                selector,
                10,
                Instant.now(),
                tasks,
                pushes,
                null);
    }
}
