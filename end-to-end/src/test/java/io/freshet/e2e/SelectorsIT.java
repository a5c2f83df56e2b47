package io.freshet.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.freshet.cluster.Pages;
import io.freshet.cluster.TestCluster;
import io.freshet.cluster.http.CacheNode;
import io.freshet.cluster.http.GatewayClient;
import io.freshet.cluster.http.Task;
import io.freshet.cluster.http.TaskObject;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Whatever a selector names is new on every node, and all else is still cached. */
@ClusterTest
class SelectorsIT {

    private final TestCluster cluster;
    private final GatewayClient gateway;

    SelectorsIT(TestCluster cluster) {
        this.cluster = cluster;
        this.gateway = cluster.gateway();
    }

    @Test
    void url_whose_query_is_ignored_is_new_with_every_query_and_longer_paths_stay_cached() {
        Pages pages = cluster.origin().pages();
        List<String> named = List.of(pages.url("a.html"), pages.url("a.html?x=1"), pages.url("a.html?y=2&x=1"));
        List<String> others = List.of(pages.url("a.htmlx"), pages.url("a.html/b"), pages.url("b.html?a.html"));
        hold(named, others);
        pages.publish(2);

        Task task = refreshed("ignore-query", pages.url("a.html?utm=1"));

        assertThat(onlyObject(task)).isEqualTo(pages.url("a.html"));
        assertNew(named, others);
    }

    @Test
    void prefix_names_what_starts_with_it_and_nothing_else() {
        Pages pages = cluster.origin().pages();
        List<String> named = List.of(pages.url("img/logo"), pages.url("img/logo-2.png"), pages.url("img/logo/x?y=1"));
        List<String> others = List.of(pages.url("img/log"), pages.url("img/Logo.png"), pages.url("x/img/logo"));
        hold(named, others);
        pages.publish(2);

        refreshed("prefix", pages.url("img/logo"));

        assertNew(named, others);
    }

    @Test
    void regex_names_what_matches_as_a_whole_and_nothing_else() {
        Pages pages = cluster.origin().pages();
        List<String> named = List.of(pages.url("img/1.png"), pages.url("img/a/22.jpg"), pages.url("img/.png?v=3.jpg"));
        List<String> others = List.of(pages.url("img/1.gif"), pages.url("img/1.png?v=1"), pages.url("img/1xpng"));
        hold(named, others);
        pages.publish(2);

        refreshed("regex", pages.url("img/") + ".*\\.(png|jpg)");

        assertNew(named, others);
    }

    @Test
    void host_names_all_of_it_and_no_other_host() {
        Pages pages = cluster.origin().pages();
        List<String> urls = List.of(pages.url("a.html"), pages.url("dir/b.html?x=1"));
        for (CacheNode node : cluster.l1()) {
            for (String url : urls) {
                assertThat(node.get(url, "one.sub.test").version()).isEqualTo(1);
                assertThat(node.get(url, "two.sub.test").version()).isEqualTo(1);
            }
        }
        pages.publish(2);

        Task task = refreshed("host", "http://one.sub.test/");

        assertThat(onlyObject(task)).isEqualTo("one.sub.test");
        for (CacheNode node : cluster.l1()) {
            for (String url : urls) {
                assertThat(node.get(url, "one.sub.test").version()).isEqualTo(2);
                assertThat(node.get(url, "two.sub.test").version()).isEqualTo(1);
            }
        }
    }

    private Task refreshed(String type, String object) {
        Task task =
                Waiting.finished(gateway, gateway.refresh(type, List.of(object)).taskId());
        assertThat(task.status()).as("%s", task).isEqualTo("complete");
        assertThat(task.type()).isEqualTo(type);
        return task;
    }

    private String onlyObject(Task task) {
        List<TaskObject> objects = gateway.objects(task.taskId(), "complete", 10);
        assertThat(objects).hasSize(1);
        return String.valueOf(objects.getFirst().object());
    }

    private void hold(List<String> named, List<String> others) {
        named.forEach(url -> everyL1Gives(url, 1));
        others.forEach(url -> everyL1Gives(url, 1));
    }

    private void assertNew(List<String> named, List<String> others) {
        named.forEach(url -> everyL1Gives(url, 2));
        others.forEach(url -> everyL1Gives(url, 1));
    }

    private void everyL1Gives(String url, int version) {
        for (CacheNode node : cluster.l1()) {
            assertThat(node.get(url).version()).as("%s on %s", url, node).isEqualTo(version);
        }
    }
}
