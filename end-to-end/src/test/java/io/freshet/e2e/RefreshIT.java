package io.freshet.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.freshet.cluster.Pages;
import io.freshet.cluster.TestCluster;
import io.freshet.cluster.http.Accepted;
import io.freshet.cluster.http.CacheNode;
import io.freshet.cluster.http.CacheNode.Copy;
import io.freshet.cluster.http.GatewayClient;
import io.freshet.cluster.http.Task;
import io.freshet.cluster.http.TaskObject;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A refresh makes named content new on every node, and nothing else. */
@ClusterTest
class RefreshIT {

    private static final Logger log = LoggerFactory.getLogger(RefreshIT.class);

    private final TestCluster cluster;
    private final GatewayClient gateway;

    RefreshIT(TestCluster cluster) {
        this.cluster = cluster;
        this.gateway = cluster.gateway();
    }

    @Test
    void a_refreshed_url_is_new_on_every_node_and_its_task_complete() {
        Pages pages = cluster.origin().pages();
        String url = pages.url("a.html");
        everyL1Holds(url, 1);
        pages.publish(2);
        everyL1Holds(url, 1);

        String taskId = gateway.refresh("url", List.of(url)).taskId();

        assertComplete(Waiting.finished(gateway, taskId), 1);
        everyL1Gives(url, 2);
        TaskObject.Outcomes outcomes = outcomes(taskId);
        assertThat(outcomes.purged()).hasSize(3);
        assertThat(outcomes.absent()).isNull();
        assertThat(outcomes.verified()).hasSize(3);
        assertThat(gateway.task(taskId).verifiedAt()).isNotNull();
        assertThat(gateway.task(taskId).purgedCount()).isEqualTo(1);
    }

    @Test
    void a_misspelt_url_is_reported_to_be_in_no_cache() {
        Pages pages = cluster.origin().pages();
        everyL1Holds(pages.url("a.html"), 1);

        String taskId = Waiting.eventually("absence is told: a worker does not know what was sent before it started")
                .until(() -> refreshed(pages.url("A.html")), this::tellsAbsence);

        assertThat(outcomes(taskId).absent()).hasSize(3);
        assertThat(gateway.objects(taskId, null, 1).getFirst().description()).isEqualTo("was in none of 3 caches");
        assertThat(gateway.task(taskId).absentCount()).isEqualTo(1);
    }

    @Test
    void a_refreshed_directory_is_new_on_every_node_and_its_neighbours_stay_cached() {
        Pages pages = cluster.origin().pages();
        List<String> inside = IntStream.range(0, 1_000)
                .mapToObj(i -> pages.url("dir/" + i % 10 + "/" + i + ".html?v=" + i))
                .toList();
        List<String> neighbours = List.of(
                pages.url("index.html"), pages.url("dir"), pages.url("dirt/a.html"), pages.url("other/dir/a.html"));
        inside.forEach(url -> everyL1Holds(url, 1));
        neighbours.forEach(url -> everyL1Holds(url, 1));
        pages.publish(2);

        String taskId = gateway.refresh("directory", List.of(pages.url("dir/"))).taskId();

        assertComplete(Waiting.finished(gateway, taskId), 1);
        assertThat(outcomes(taskId).banned()).hasSize(3);
        inside.forEach(url -> everyL1Gives(url, 2));
        neighbours.forEach(url -> everyL1Holds(url, 1));
    }

    @Test
    void a_thousand_urls_are_one_task_whose_objects_can_be_listed_and_filtered() {
        Pages pages = cluster.origin().pages();
        List<String> urls = pages.urls(1_000);
        urls.subList(0, 20).forEach(url -> everyL1Holds(url, 1));
        pages.publish(2);

        Accepted accepted = gateway.refresh("url", urls);

        assertThat(accepted.tasks()).singleElement().satisfies(task -> {
            assertThat(task.objectCount()).isEqualTo(1_000);
            assertThat(task.domain()).isEqualTo("site.test");
            assertThat(task.type()).isEqualTo("url");
        });
        assertComplete(Waiting.finished(gateway, accepted.taskId()), 1_000);
        assertThat(gateway.objects(accepted.taskId(), null, 300))
                .extracting(TaskObject::object)
                .containsExactlyElementsOf(urls);
        assertThat(gateway.objects(accepted.taskId(), "complete", 300))
                .hasSize(1_000)
                .allSatisfy(object -> {
                    assertThat(object.progress()).isEqualTo(100);
                    assertThat(object.nodesDone()).isEqualTo(3);
                    assertThat(object.nodesTotal()).isEqualTo(3);
                    assertThat(object.laggingNodes()).isEmpty();
                });
        assertThat(gateway.objects(accepted.taskId(), "failed", 300)).isEmpty();
        urls.subList(0, 20).forEach(url -> everyL1Gives(url, 2));
    }

    @Test
    void two_tasks_at_once_do_not_mix() {
        Pages first = cluster.origin().pages();
        Pages second = cluster.origin().pages();
        Pages untouched = cluster.origin().pages();
        everyL1Holds(untouched.url("0.html"), 1);

        String firstTask = gateway.refresh("url", first.urls(300)).taskId();
        String secondTask = gateway.refresh("url", second.urls(200)).taskId();

        assertThat(firstTask).isNotEqualTo(secondTask);
        assertComplete(Waiting.finished(gateway, firstTask), 300);
        assertComplete(Waiting.finished(gateway, secondTask), 200);
        assertThat(gateway.objects(firstTask, null, 100))
                .extracting(TaskObject::object)
                .containsExactlyElementsOf(first.urls(300));
        assertThat(gateway.objects(secondTask, null, 100))
                .extracting(TaskObject::object)
                .containsExactlyElementsOf(second.urls(200));
        assertThat(gateway.tasksOf(first.url("7.html")))
                .extracting(Task::taskId)
                .containsExactly(firstTask);
        everyL1Holds(untouched.url("0.html"), 1);
    }

    @Test
    void a_request_over_two_domains_is_a_task_for_each() {
        Pages pages = cluster.origin().pages();

        Accepted accepted = gateway.refresh(
                "url",
                List.of(pages.url("a.html"), "http://one.sub.test/a", pages.url("b.html"), "http://two.sub.test/b"));

        assertThat(accepted.tasks())
                .extracting(Accepted.AcceptedTask::domain, Accepted.AcceptedTask::objectCount)
                .containsExactlyInAnyOrder(
                        org.assertj.core.groups.Tuple.tuple("site.test", 2),
                        org.assertj.core.groups.Tuple.tuple("*.sub.test", 2));
        accepted.taskIds().forEach(taskId -> assertComplete(Waiting.finished(gateway, taskId), 2));
    }

    private String refreshed(String url) {
        String taskId = gateway.refresh("url", List.of(url)).taskId();
        assertComplete(Waiting.finished(gateway, taskId), 1);
        return taskId;
    }

    private boolean tellsAbsence(String taskId) {
        TaskObject.Outcomes outcomes =
                gateway.objects(taskId, null, 1).getFirst().outcomes();
        return outcomes != null && outcomes.absent() != null;
    }

    /** Returns what the nodes answered for the task's only object. */
    private TaskObject.Outcomes outcomes(String taskId) {
        return Objects.requireNonNull(
                gateway.objects(taskId, null, 1).getFirst().outcomes());
    }

    /** First it is let in, then it is a hit. */
    private void everyL1Holds(String url, int version) {
        for (CacheNode node : cluster.l1()) {
            assertThat(node.get(url)).matches(copy -> copy.isVersion(version), node + " gives version " + version);
            assertThat(node.get(url))
                    .matches(copy -> copy.isVersion(version) && copy.hit(), node + " holds version " + version);
        }
    }

    private void everyL1Gives(String url, int version) {
        for (CacheNode node : cluster.l1()) {
            Copy copy = node.get(url);
            assertThat(copy).matches(it -> it.isVersion(version), node + " gives version " + version);
        }
    }

    private static void assertComplete(Task task, int objects) {
        assertThat(task.status()).as("%s", task).isEqualTo("complete");
        assertThat(task.progress()).isEqualTo(100);
        assertThat(task.objectCount()).isEqualTo(objects);
        assertThat(task.completeCount()).isEqualTo(objects);
        assertThat(task.failedCount()).isZero();
        assertThat(task.laggingNodes()).isEmpty();
        assertThat(task.finishedAt()).isNotNull();
        log.info(
                "{} objects took {} ms",
                objects,
                Duration.between(Instant.parse(task.createdAt()), Instant.parse(String.valueOf(task.finishedAt())))
                        .toMillis());
    }
}
