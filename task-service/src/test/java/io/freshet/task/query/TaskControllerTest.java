package io.freshet.task.query;

import static org.assertj.core.api.Assertions.assertThat;

import io.freshet.contracts.Selector;
import io.freshet.contracts.TaskId;
import io.freshet.contracts.message.RefreshCommand;
import io.freshet.contracts.task.ObjectPage;
import io.freshet.contracts.task.ObjectView;
import io.freshet.contracts.task.TaskView;
import io.freshet.kafka.MessagePublisher;
import io.freshet.task.Ids;
import io.freshet.task.Service;
import io.freshet.task.Service.Answer;
import io.freshet.task.ServiceTest;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.beans.factory.annotation.Autowired;

@ServiceTest
class TaskControllerTest {

    @Autowired
    Service service;

    @Autowired
    MessagePublisher publisher;

    final String account = "account-" + UUID.randomUUID();

    @Test
    void a_task_of_another_account_is_not_found() {
        TaskId id = Ids.next();
        service.admitted(Service.request(account, null, 10, id, 1));
        for (String path : List.of("/tasks/" + id, "/tasks/" + id + "/objects")) {
            assertThat(service.get(path + "?account=" + account).status()).isEqualTo(200);
            Answer foreign = service.get(path + "?account=another");
            assertThat(foreign.status()).isEqualTo(404);
            assertThat(foreign.json().get("type").asString()).isEqualTo("urn:freshet:problem:not-found");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "/tasks?account=a&limit=0, limit",
        "/tasks?account=a&limit=101, limit",
        "/tasks?account=a&limit=x, limit",
        "/tasks?account=a&cursor=bzEy, cursor",
        "/tasks?account=a&status=done, status",
        "/tasks?account=a&kind=pull, kind",
        "/tasks?account=a&type=page, type",
        "/tasks?account=a&from=yesterday, from",
        "/tasks, account",
        "/tasks/one?account=a, id",
        "/tasks/-1?account=a, id",
        "/tasks/1/objects?account=a&limit=1001, limit",
        "/tasks/1/objects?account=a&cursor=dDEy, cursor"
    })
    void a_question_that_makes_no_sense_is_refused_with_the_entry_to_blame(String path, String pointer) {
        Answer answer = service.get(path);
        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.json().get("type").asString()).isEqualTo("urn:freshet:problem:invalid-request");
        assertThat(answer.json().get("errors").get(0).get("pointer").asString()).isEqualTo(pointer);
        assertThat(answer.json().get("errors").get(0).get("detail").asString()).isNotBlank();
    }

    @Test
    void what_cannot_be_recorded_cannot_be_asked_for() {
        assertThat(service.get("/tasks?account=a&object=%00").status()).isEqualTo(400);
    }

    @Test
    void a_thousand_objects_are_paged_in_their_order_without_gaps() {
        List<String> urls = IntStream.range(0, 1_000)
                .mapToObj(i -> "https://www.example.com/" + i)
                .toList();
        TaskId id = Ids.next();
        publisher
                .publish(new RefreshCommand(id, account, "www.example.com", Selector.URL, urls, false, Instant.now()))
                .join();
        Awaitility.await()
                .atMost(Duration.ofSeconds(30))
                .until(() -> !service.tasks(account, "").tasks().isEmpty());
        List<String> paged = new ArrayList<>();
        String cursor = "";
        while (cursor != null) {
            ObjectPage page = service.get("/tasks/" + id + "/objects?limit=300&account=" + account + cursor)
                    .as(ObjectPage.class);
            page.objects().stream().map(ObjectView::object).forEach(paged::add);
            cursor = page.nextPageToken() == null ? null : "&cursor=" + page.nextPageToken();
        }
        assertThat(paged).isEqualTo(urls);
        assertThat(service.get("/tasks/" + id + "/objects?account=" + account)
                        .as(ObjectPage.class)
                        .objects())
                .hasSize(100);
    }

    @Test
    void exactly_this_object_is_found_and_a_time_range_holds_its_first_moment_but_not_its_last() {
        TaskId id = Ids.next();
        String url = "https://www.example.com/a?b=c%20d&e";
        publisher
                .publish(new RefreshCommand(
                        id, account, "www.example.com", Selector.URL, List.of(url), false, Instant.now()))
                .join();
        Awaitility.await()
                .atMost(Duration.ofSeconds(30))
                .until(() -> !service.tasks(account, "").tasks().isEmpty());
        assertThat(service.tasks(account, "&object=https://www.example.com/a?b=c%2520d%26e")
                        .tasks())
                .extracting(TaskView::taskId)
                .containsExactly(id);
        assertThat(service.tasks(account, "&object=https://www.example.com/a").tasks())
                .isEmpty();
        assertThat(service.tasks(account, "&from=" + id.madeAt()).tasks()).hasSize(1);
        assertThat(service.tasks(account, "&to=" + id.madeAt()).tasks()).isEmpty();
    }
}
