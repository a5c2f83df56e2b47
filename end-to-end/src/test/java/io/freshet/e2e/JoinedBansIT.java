package io.freshet.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.freshet.cluster.Pages;
import io.freshet.cluster.TestCluster;
import io.freshet.cluster.http.Accepted;
import io.freshet.cluster.http.CacheNode;
import io.freshet.cluster.http.GatewayClient;
import io.freshet.cluster.process.Service;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Thousands of refreshes of directories and tags wait for a node that is away: it gets all of them by few bans. */
@ClusterTest
class JoinedBansIT {

    private static final int DIRECTORIES = 1_000;
    private static final int TAGS = 1_000;
    private static final int PER_REQUEST = 100;

    /** Of the default rate of bans, what a minute allows. */
    private static final int MAX_BANS = 600;

    private final TestCluster cluster;
    private final GatewayClient gateway;
    private final CacheNode away;

    JoinedBansIT(TestCluster cluster) {
        this.cluster = cluster;
        this.gateway = cluster.gateway();
        this.away = cluster.l1().getLast();
    }

    @AfterEach
    void the_node_is_back() {
        cluster.resume(away);
        Waiting.inSync(cluster, away, true);
    }

    @Test
    void node_that_was_away_gets_what_it_missed_by_few_bans_and_keeps_all_else() {
        Pages pages = cluster.origin().pages();
        List<String> named = new ArrayList<>();
        IntStream.range(0, DIRECTORIES)
                .filter(i -> i % 100 == 0)
                .forEach(i -> named.add(pages.url("d" + i + "/a.html")));
        IntStream.range(0, TAGS).filter(i -> i % 100 == 0).forEach(i -> {
            String url = pages.url("tagged-" + i + ".html");
            pages.tag(url, "missed-" + i);
            named.add(url);
        });
        List<String> others = List.of(pages.url("d/a.html"), pages.url("d10000/a.html"), pages.url("other.html"));
        named.forEach(url -> assertThat(away.get(url).version()).isEqualTo(1));
        others.forEach(url -> assertThat(away.get(url).version()).isEqualTo(1));
        pages.publish(2);
        cluster.pause(away);
        Waiting.inSync(cluster, away, false);
        List<Accepted> tasks = new ArrayList<>();
        for (int first = 0; first < DIRECTORIES; first += PER_REQUEST) {
            tasks.add(gateway.refresh(
                    "directory",
                    IntStream.range(first, first + PER_REQUEST)
                            .mapToObj(i -> pages.url("d" + i + "/"))
                            .toList()));
            tasks.add(gateway.refreshTags(
                    "site.test",
                    IntStream.range(first, first + PER_REQUEST)
                            .mapToObj(i -> "missed-" + i)
                            .toList(),
                    false));
        }

        cluster.resume(away);
        Waiting.inSync(cluster, away, true);

        named.forEach(url -> assertThat(away.get(url).version()).as(url).isEqualTo(2));
        others.forEach(url -> assertThat(away.get(url)).as(url).matches(copy -> copy.hit() && copy.isVersion(1)));
        tasks.forEach(task -> Waiting.complete(gateway, task.taskId()));
        double bans = cluster.managements(Service.PURGE_WORKER).stream()
                .mapToDouble(worker -> worker.metric("freshet_node_bans", "node=\"" + away.id() + '"'))
                .sum();
        assertThat(bans).as("bans of the last minute").isPositive().isLessThan(MAX_BANS);
    }
}
