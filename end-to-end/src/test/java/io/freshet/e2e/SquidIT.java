package io.freshet.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.freshet.cluster.Fleet;
import io.freshet.cluster.Pages;
import io.freshet.cluster.TestCluster;
import io.freshet.cluster.http.CacheNode;
import io.freshet.cluster.http.Task;
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

/** Purges a Squid that is configured by {@code deploy/squid}. */
@ClusterTest
@Order(Order.DEFAULT + 18)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SquidIT {

    private static final String ID = "squid-a";

    private final TestCluster cluster;
    private final OneNodeFleet nodes;
    private final Optional<Fleet> installed;

    SquidIT(TestCluster cluster) {
        this.cluster = cluster;
        this.nodes = new OneNodeFleet(cluster);
        this.installed = cluster.extraNodes().onlySquid(ID);
    }

    @BeforeAll
    void the_fleet_is_one_squid() {
        nodes.run(fleet());
        Waiting.inSync(cluster, node(), true);
    }

    @AfterAll
    void the_fleet_is_as_before() {
        nodes.restoreFleet();
    }

    @Test
    void refreshed_url_is_new_and_others_stay_cached() {
        Pages pages = cluster.origin().pages();
        String url = pages.url("a.html");
        String other = pages.url("b.html");
        OneNodeFleet.holds(node(), url);
        OneNodeFleet.holds(node(), other);
        pages.publish(2);

        Task task = nodes.refreshed("url", url);

        assertThat(task.verifiedAt()).isNotNull();
        assertThat(pages.fetches(url)).as("a look asks no origin").isEqualTo(1);
        OneNodeFleet.assertNew(node(), url);
        OneNodeFleet.assertHolds(node(), other, 1);
    }

    /** The version within a compressed body cannot be read: whether the copy was fetched again tells. */
    @ParameterizedTest
    @CsvSource({"url, false", "url, true"})
    void refresh_names_what_its_type_says_and_nothing_else(String type, boolean soft) {
        SelectorScenario.of(type, cluster).assertNamesExactly(cluster, List.of(node()), soft);
        SelectorScenario.of(type, cluster).assertNamesExactlyWhenCaughtUp(cluster, List.of(node()), soft);
    }

    @Test
    void both_variants_of_a_url_are_purged_whichever_a_client_asks_for_first() {
        Pages pages = cluster.origin().pages();
        pages.varyByEncoding();
        String first = pages.url("a.html");
        String second = pages.url("b.html");
        holdsBothVariants(first);
        holdsBothVariants(second);
        pages.publish(2);

        nodes.refreshed("url", first);
        nodes.refreshed("url", second);

        OneNodeFleet.assertNew(node(), first);
        assertThat(node().getEncoded(first, "gzip").hit()).isFalse();
        assertThat(node().getEncoded(second, "gzip").hit()).isFalse();
        OneNodeFleet.assertNew(node(), second);
    }

    private void holdsBothVariants(String url) {
        OneNodeFleet.holds(node(), url);
        node().getEncoded(url, "gzip");
        assertThat(node().getEncoded(url, "gzip").hit()).isTrue();
        OneNodeFleet.assertHolds(node(), url, 1);
    }

    @Test
    void variant_that_no_purge_names_is_not_stored() {
        Pages pages = cluster.origin().pages();
        pages.varyByEncoding();
        String url = pages.url("a.html");
        node().getEncoded(url, "gzip, br");
        assertThat(node().getEncoded(url, "gzip, br").hit()).isFalse();
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
    void page_that_was_purged_stays_away_after_a_crash() {
        Pages pages = cluster.origin().pages();
        String url = pages.url("a.html");
        OneNodeFleet.holds(node(), url);
        cluster.stop(node()); // writes its index
        cluster.start(node());
        Waiting.eventually("it still holds the page")
                .until(() -> node().get(url).hit());
        Waiting.inSync(cluster, node(), true);
        pages.publish(2);
        nodes.refreshed("url", url);

        cluster.kill(node());
        cluster.start(node());

        OneNodeFleet.assertNew(node(), url);
        Waiting.inSync(cluster, node(), true);
    }

    /** An orderly stop writes the index. The server reads it in the background, and may fetch the page until then. */
    private void restartAndHold(CacheNode node, String url) {
        restart(node);
        Waiting.eventually("it still holds the page").until(() -> node.get(url).hit());
    }

    private void restart(CacheNode node) {
        cluster.stop(node);
        cluster.start(node);
    }

    @Test
    void page_that_a_restart_with_rock_brings_back_is_purged_again() {
        nodes.run(OneNodeFleet.present(cluster.extraNodes().onlySquidWithRock("squid-rock"), "squid"));
        try {
            CacheNode node = cluster.node("squid-rock");
            Waiting.inSync(cluster, node, true);
            nodes.assertMendedAfterARestartThatBringsPagesBack(
                    node, url -> restartAndHold(node, url), () -> restart(node));
        } finally {
            nodes.run(fleet());
            Waiting.inSync(cluster, node(), true);
        }
    }

    @Test
    void wrong_token_fails_the_task() {
        nodes.run(cluster.extraNodes().withRefusingSquid(fleet(), "squid-refusing"));
        try {
            nodes.assertFailsNaming("squid-refusing", node());
        } finally {
            nodes.run(fleet());
            Waiting.inSync(cluster, node(), true);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"directory", "prefix", "ignore-query"})
    void type_that_squid_cannot_purge_by_is_refused(String type) {
        nodes.assertUnsupported(type, cluster.origin().pages().url("dir/"), ID, "squid");
    }

    private Fleet fleet() {
        return OneNodeFleet.present(installed, "squid");
    }

    private CacheNode node() {
        return cluster.node(ID);
    }
}
