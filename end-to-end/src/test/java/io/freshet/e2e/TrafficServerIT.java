package io.freshet.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.freshet.cluster.Fleet;
import io.freshet.cluster.Pages;
import io.freshet.cluster.TestCluster;
import io.freshet.cluster.http.CacheNode;
import io.freshet.cluster.http.Task;
import io.freshet.cluster.process.TrafficServerSite;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Purges a Traffic Server that is configured by {@code deploy/traffic-server}. */
@ClusterTest
@Order(Order.DEFAULT + 18)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TrafficServerIT {

    private static final String ID = "ats-a";

    private final TestCluster cluster;
    private final OneNodeFleet nodes;
    private final Optional<Fleet> installed;

    TrafficServerIT(TestCluster cluster) {
        this.cluster = cluster;
        this.nodes = new OneNodeFleet(cluster);
        this.installed = cluster.extraNodes().onlyTrafficServer(ID);
    }

    @BeforeAll
    void the_fleet_is_one_traffic_server() {
        nodes.run(fleet());
        Waiting.inSync(cluster, node(), true);
    }

    @AfterAll
    void the_fleet_is_as_before() {
        nodes.restoreFleet();
    }

    @Test
    void refreshed_url_is_new_in_all_variants_and_others_stay_cached() {
        Pages pages = cluster.origin().pages();
        pages.varyByEncoding();
        String url = pages.url("a.html");
        String other = pages.url("b.html");
        OneNodeFleet.holds(node(), url);
        OneNodeFleet.holds(node(), other);
        node().getEncoded(url, "gzip");
        assertThat(node().getEncoded(url, "gzip").hit()).isTrue();
        pages.publish(2);

        Task task = nodes.refreshed("url", url);

        assertThat(task.verifiedAt()).isNotNull();
        assertThat(pages.fetches(url)).as("a look asks no origin").isEqualTo(2);
        assertThat(node().getEncoded(url, "gzip").hit()).isFalse();
        OneNodeFleet.assertNew(node(), url);
        OneNodeFleet.assertHolds(node(), other, 1);
    }

    @ParameterizedTest
    @CsvSource({"url, false", "url, true", "host, false", "host, true", "everything, false", "everything, true"})
    void refresh_names_what_its_type_says_and_nothing_else(String type, boolean soft) {
        SelectorScenario.of(type, cluster).assertNamesExactly(cluster, List.of(node()), soft);
        SelectorScenario.of(type, cluster).assertNamesExactlyWhenCaughtUp(cluster, List.of(node()), soft);
    }

    @Test
    void host_purge_holds_after_a_crash() {
        Pages pages = cluster.origin().pages();
        String url = pages.url("a.html");
        node().get(url, "two.sub.test");
        pages.publish(2);
        nodes.refreshed("host", "http://two.sub.test/");
        assertThat(node().get(url, "two.sub.test").version()).isEqualTo(2);

        crash();

        assertThat(node().get(url, "two.sub.test").version()).isEqualTo(2);
        Waiting.inSync(cluster, node(), true);
    }

    @Test
    void settled_url_is_new_also_after_a_fetch_during_the_purge() {
        nodes.assertSettledAfterAFetchDuringThePurge(node());
    }

    @Test
    void node_that_was_away_gets_what_it_missed_before_it_is_in_sync() {
        nodes.assertCatchesUp(node());
    }

    @Test
    void page_that_a_crash_brings_back_is_purged_again() {
        nodes.assertMendedAfterARestartThatBringsPagesBack(node(), this::restartWhenIndexIsWritten, this::crash);
    }

    /** A purge within the interval after it is not in the index. */
    private void restartWhenIndexIsWritten(String url) {
        Waiting.eventually("the index has the page")
                .pollInterval(TrafficServerSite.INDEX_INTERVAL.plusSeconds(1))
                .pollDelay(TrafficServerSite.INDEX_INTERVAL.plusSeconds(1))
                .until(() -> {
                    OneNodeFleet.assertHolds(node(), url, 1);
                    crash();
                    return node().get(url).hit();
                });
    }

    private void crash() {
        cluster.kill(node());
        cluster.start(node());
    }

    @Test
    void wrong_token_fails_the_task() {
        nodes.run(cluster.extraNodes().withRefusingTrafficServer(fleet(), "ats-refusing"));
        try {
            nodes.assertFailsNaming("ats-refusing", node());
        } finally {
            nodes.run(fleet());
            Waiting.inSync(cluster, node(), true);
        }
    }

    @Test
    void types_that_the_operator_has_widened_to_the_host_drop_the_host_and_the_task_says_so() {
        nodes.run(fleet().purging(Fleet.Purging.TRAFFIC_SERVER_BY_HOST));
        try {
            Waiting.inSync(cluster, node(), true);
            List.of("directory", "prefix", "ignore-query", "regex").forEach(this::assertDropsTheHost);
        } finally {
            nodes.run(fleet());
            Waiting.inSync(cluster, node(), true);
        }
    }

    private void assertDropsTheHost(String type) {
        Pages pages = cluster.origin().pages();
        String url = pages.url("dir/a.html");
        String path = URI.create(url).getPath();
        node().get(url, "one.sub.test");
        node().get(url, "two.sub.test");
        pages.publish(2);

        Task task = nodes.refreshed(
                type, "http://one.sub.test" + (type.equals("directory") ? path.replace("a.html", "") : path));

        assertThat(cluster.gateway().objects(task.taskId(), "complete", 10))
                .singleElement()
                .satisfies(object -> assertThat(object.description()).startsWith("purged by host"));
        assertThat(node().get(url, "one.sub.test").version()).as(type).isEqualTo(2);
        assertThat(node().get(url, "two.sub.test").version()).as(type).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"directory", "prefix", "ignore-query"})
    void type_that_traffic_server_cannot_purge_by_is_refused(String type) {
        nodes.assertUnsupported(type, cluster.origin().pages().url("dir/"), ID, "traffic-server");
    }

    private Fleet fleet() {
        return OneNodeFleet.present(installed, "traffic_server");
    }

    private CacheNode node() {
        return cluster.node(ID);
    }
}
