package io.freshet.gateway;

import static io.freshet.gateway.ProblemsTest.problem;
import static io.freshet.gateway.ProblemsTest.refresh;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;

import io.freshet.contracts.QuotaKind;
import io.freshet.contracts.admission.QuotaUse;
import io.freshet.contracts.task.TaskStatus;
import java.net.URI;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.springframework.http.MediaType;

/** Queries of an account: its tasks, its quotas, itself. */
class QueriesTest extends GatewayOnKafka {

    @Test
    void queries_are_canonicalised_and_limited_to_the_own_account() {
        taskService.tasks.put("acme", List.of(view(7, TaskStatus.RUNNING, 50)));
        gateway.as("acme")
                .get()
                .uri("/v1/tasks?limit=5&object={object}", "HTTPS://www.example.com/é?a&b=c d+e")
                .exchange()
                .expectStatus()
                .isOk()
                .expectBody()
                .jsonPath("$.tasks[0].taskId")
                .isEqualTo("7")
                .jsonPath("$.tasks[0].status")
                .isEqualTo("running");
        assertThat(taskService.queries.getFirst())
                .contains("account=acme", "limit=5")
                .contains("object=https%3A%2F%2Fwww.example.com%2F%25C3%25A9%3Fa%26b%3Dc%2520d%2Be");
        gateway.as("acme").get().uri("/v1/tasks/7").exchange().expectStatus().isOk();
        gateway.as("acme")
                .get()
                .uri("/v1/tasks/7/objects?status=failed")
                .exchange()
                .expectStatus()
                .isOk();
        for (String foreign : List.of("/v1/tasks/7", "/v1/tasks/7/objects", "/v1/tasks/7/events")) {
            problem(gateway.as("other").get().uri(foreign).exchange(), 404, "not-found");
        }
    }

    @Test
    void url_with_a_plus_sign_is_queried_as_given() {
        gateway.as("acme")
                .get()
                .uri(URI.create("http://localhost:" + gateway.port() + "/v1/tasks?object=https://www.example.com/a+b"))
                .exchange()
                .expectStatus()
                .isOk();
        assertThat(taskService.queries.getFirst()).contains("object=https%3A%2F%2Fwww.example.com%2Fa%2Bb");
    }

    @Test
    void remaining_quota_is_never_negative() {
        gateway.as("acme")
                .get()
                .uri("/v1/quotas")
                .exchange()
                .expectStatus()
                .isOk()
                .expectBody()
                .jsonPath("$.quotas[0].quota")
                .isEqualTo("url")
                .jsonPath("$.quotas[0].limit")
                .isEqualTo(2_000)
                .jsonPath("$.quotas[0].used")
                .isEqualTo(2_010)
                .jsonPath("$.quotas[0].remaining")
                .isEqualTo(0)
                .jsonPath("$.quotas[1].remaining")
                .isEqualTo(499);
    }

    @Test
    void quota_of_everything_is_that_of_each_domain() {
        taskService.quotas = _ -> new TaskServiceContract.Answer(
                200,
                List.of(
                        new QuotaUse(QuotaKind.TAG, 12, Instant.EPOCH),
                        new QuotaUse(QuotaKind.EVERYTHING, 3, Instant.EPOCH)));
        gateway.as("acme")
                .get()
                .uri("/v1/quotas")
                .exchange()
                .expectBody()
                .jsonPath("$.quotas[0].remaining")
                .isEqualTo(9_988)
                .jsonPath("$.quotas[1].quota")
                .isEqualTo("everything")
                .jsonPath("$.quotas[1].limit")
                .isEqualTo(15)
                .jsonPath("$.quotas[1].remaining")
                .isEqualTo(12);
    }

    @Test
    void filter_by_a_tag_reaches_the_task_service_percent_encoded() {
        gateway.as("acme")
                .get()
                .uri("/v1/tasks?type=tag&object={object}", "WWW.example.com#News")
                .exchange()
                .expectStatus()
                .isOk();
        assertThat(taskService.queries.getLast()).contains("object=www.example.com%23News", "type=tag");
    }

    @Test
    void check_accepts_nothing_and_does_not_call_task_service() {
        gateway.as("acme")
                .post()
                .uri("/v1/refreshes/check")
                .contentType(MediaType.APPLICATION_JSON)
                .bodyValue(refresh("url", URL, "ftp://x", URL + " " + URL, "https://www.example.com/img/*"))
                .exchange()
                .expectStatus()
                .isOk()
                .expectBody()
                .jsonPath("$.acceptable")
                .isEqualTo(false)
                .jsonPath("$.entries[0].object")
                .isEqualTo(URL)
                .jsonPath("$.entries[1].error")
                .value(containsString("http://"))
                .jsonPath("$.entries[2].error")
                .value(containsString("make each an entry of its own"))
                .jsonPath("$.entries[3].error")
                .value(containsString("use type directory"));
        gateway.as("acme")
                .post()
                .uri("/v1/pushes/check")
                .contentType(MediaType.APPLICATION_JSON)
                .bodyValue("{\"objects\": [\"" + URL + "\"]}")
                .exchange()
                .expectStatus()
                .isOk()
                .expectBody()
                .jsonPath("$.charges.push")
                .isEqualTo(1);
        assertThat(taskService.admissions).isEmpty();
    }

    @Test
    void account_shows_its_domains_and_limits() {
        gateway.as("other")
                .get()
                .uri("/v1/account")
                .exchange()
                .expectStatus()
                .isOk()
                .expectBody()
                .jsonPath("$.id")
                .isEqualTo("other")
                .jsonPath("$.operator")
                .isEqualTo(false)
                .jsonPath("$.domains")
                .isEqualTo(List.of("www.example.org"))
                .jsonPath("$.tiers")
                .isEqualTo(List.of("l2", "l1"))
                .jsonPath("$.limits.directories")
                .isEqualTo(100)
                .jsonPath("$.tokenHashes")
                .doesNotExist();
    }

    @Test
    void csv_export_reads_all_pages() {
        taskService.tasks.put(
                "acme",
                IntStream.rangeClosed(1, 250)
                        .mapToObj(id -> view(id, TaskStatus.COMPLETE, 100))
                        .toList());
        String csv = Objects.requireNonNull(gateway.as("acme")
                .get()
                .uri("/v1/tasks.csv?status=complete")
                .exchange()
                .expectStatus()
                .isOk()
                .expectHeader()
                .contentType("text/csv;charset=UTF-8")
                .expectHeader()
                .valueMatches("Content-Disposition", "attachment.*")
                .expectBody(String.class)
                .returnResult()
                .getResponseBody());
        assertThat(csv.lines())
                .hasSize(251)
                .startsWith(
                        "taskId,kind,type,domain,status,progress,objectCount,completeCount,failedCount,laggingNodes,"
                                + "description,createdAt,appliedAt,settledAt,verifiedAt,finishedAt,"
                                + "purgedCount,absentCount")
                .contains("250,refresh,url,www.example.com,complete,100,1,1,0,,,1970-01-01T00:00:00Z,,,,,0,0");
        assertThat(taskService.queries)
                .hasSize(3)
                .allSatisfy(query -> assertThat(query).contains("status=complete", "limit=100"));
        problem(gateway.as("acme").get().uri("/v1/tasks.csv?limit=5").exchange(), 400, "invalid-request");
    }

    @Test
    void object_shows_which_nodes_had_it() {
        taskService.tasks.put("acme", List.of(view(7, TaskStatus.COMPLETE, 100)));
        taskService.objects = List.of("http://www.example.com/a");
        gateway.as("acme")
                .get()
                .uri("/v1/tasks/7/objects")
                .exchange()
                .expectStatus()
                .isOk()
                .expectBody()
                .jsonPath("$.objects[0].outcomes.purged")
                .isEqualTo(List.of("l2-a"))
                .jsonPath("$.objects[0].outcomes.absent")
                .isEqualTo(List.of("l1-a", "l1-b"))
                .jsonPath("$.objects[0].outcomes.banned")
                .doesNotExist()
                .jsonPath("$.objects[0].description")
                .isEqualTo("was in 1 of 3 caches: l2-a");
    }

    @Test
    void csv_export_of_a_task_reads_all_pages_of_its_objects() {
        taskService.tasks.put("acme", List.of(view(7, TaskStatus.COMPLETE, 100)));
        taskService.objects = IntStream.range(0, 1_500)
                .mapToObj(i -> "http://www.example.com/" + i)
                .toList();
        String csv = Objects.requireNonNull(gateway.as("acme")
                .get()
                .uri("/v1/tasks/7/objects.csv")
                .exchange()
                .expectStatus()
                .isOk()
                .expectHeader()
                .valueEquals("Content-Disposition", "attachment; filename=\"freshet-task-7.csv\"")
                .expectBody(String.class)
                .returnResult()
                .getResponseBody());
        assertThat(csv.lines())
                .hasSize(1_501)
                .startsWith(
                        "index,object,status,nodesDone,nodesTotal,laggingNodes,purged,absent,banned,refused,verified,"
                                + "description,bytes")
                .contains(
                        "1499,http://www.example.com/1499,complete,3,3,,l2-a,l1-a l1-b,,,,was in 1 of 3 caches: l2-a,0");
        problem(gateway.as("other").get().uri("/v1/tasks/7/objects.csv").exchange(), 404, "not-found");
    }
}
