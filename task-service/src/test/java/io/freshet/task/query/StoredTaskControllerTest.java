package io.freshet.task.query;

import static org.assertj.core.api.Assertions.assertThat;

import io.freshet.contracts.Selector;
import io.freshet.contracts.TaskId;
import io.freshet.contracts.message.RefreshCommand;
import io.freshet.contracts.task.ObjectPage;
import io.freshet.contracts.task.ObjectView;
import io.freshet.contracts.task.TaskView;
import io.freshet.kafka.MessagePublisher;
import io.freshet.task.Service;
import io.freshet.task.Service.Answer;
import io.freshet.task.ServiceTest;
import io.freshet.task.TaskIds;
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
class StoredTaskControllerTest {

    @Autowired
    Service service;

    @Autowired
    MessagePublisher publisher;

    final String account = "account-" + UUID.randomUUID();

    @Test
    void a_task_of_another_account_is_not_found() {
        TaskId id = TaskIds.next();
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
        "/tasks?account=a&pageToken=bzEy, pageToken",
        "/tasks?account=a&status=done, status",
        "/tasks?account=a&kind=pull, kind",
        "/tasks?account=a&type=page, type",
        "/tasks?account=a&from=yesterday, from",
        "/tasks, account",
        "/tasks/one?account=a, id",
        "/tasks/-1?account=a, id",
        "/tasks/1/objects?account=a&limit=1001, limit",
        "/tasks/1/objects?account=a&pageToken=dDEy, pageToken"
    })
    void an_invalid_query_is_refused_and_its_parameter_named(String path, String pointer) {
        Answer answer = service.get(path);
        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.json().get("type").asString()).isEqualTo("urn:freshet:problem:invalid-request");
        assertThat(answer.json().get("errors").get(0).get("pointer").asString()).isEqualTo(pointer);
        assertThat(answer.json().get("errors").get(0).get("detail").asString()).isNotBlank();
    }

    @Test
    void a_value_that_postgres_cannot_store_is_refused() {
        assertThat(service.get("/tasks?account=a&object=%00").status()).isEqualTo(400);
    }

    @Test
    void a_thousand_objects_are_paged_in_their_order_without_gaps() {
        List<String> urls = IntStream.range(0, 1_000)
                .mapToObj(i -> "https://www.example.com/" + i)
                .toList();
        TaskId id = TaskIds.next();
        publisher
                .publish(new RefreshCommand(id, account, "www.example.com", Selector.URL, urls, false, Instant.now()))
                .join();
        Awaitility.await()
                .atMost(Duration.ofSeconds(30))
                .until(() -> !service.tasks(account, "").tasks().isEmpty());
        List<String> paged = new ArrayList<>();
        String pageToken = "";
        while (pageToken != null) {
            ObjectPage page = service.get("/tasks/" + id + "/objects?limit=300&account=" + account + pageToken)
                    .as(ObjectPage.class);
            page.objects().stream().map(ObjectView::object).forEach(paged::add);
            pageToken = page.nextPageToken() == null ? null : "&pageToken=" + page.nextPageToken();
        }
        assertThat(paged).isEqualTo(urls);
        assertThat(service.get("/tasks/" + id + "/objects?account=" + account)
                        .as(ObjectPage.class)
                        .objects())
                .hasSize(100);
    }

    @Test
    void an_object_filter_is_exact_and_a_time_range_is_half_open() {
        TaskId id = TaskIds.next();
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
