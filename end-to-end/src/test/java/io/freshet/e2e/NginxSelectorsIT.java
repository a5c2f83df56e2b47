package io.freshet.e2e;

import io.freshet.cluster.Fleet;
import io.freshet.cluster.TestCluster;
import io.freshet.cluster.http.CacheNode;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Refreshes of every type that an nginx with the cache-purge module can purge by. */
@ClusterTest
@Order(Order.DEFAULT + 25)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class NginxSelectorsIT {

    private static final String ID = "nginx-a";

    private final TestCluster cluster;
    private final OneNodeFleet nodes;
    private final Optional<Fleet> installed;

    NginxSelectorsIT(TestCluster cluster) {
        this.cluster = cluster;
        this.nodes = new OneNodeFleet(cluster);
        this.installed = cluster.extraNodes().onlyNginx(ID);
    }

    @BeforeAll
    void the_fleet_is_one_nginx() {
        nodes.run(OneNodeFleet.present(installed, "nginx with the cache-purge module"));
        Waiting.inSync(cluster, node(), true);
    }

    @AfterAll
    void the_fleet_is_as_before() {
        nodes.restoreFleet();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void refresh_of_a_url_names_it_and_nothing_else(boolean soft) {
        SelectorScenario.of("url", cluster).assertNamesExactly(cluster, List.of(node()), soft);
        SelectorScenario.of("url", cluster).assertNamesExactlyWhenCaughtUp(cluster, List.of(node()), soft);
    }

    @ParameterizedTest
    @ValueSource(strings = {"directory", "prefix", "ignore-query", "host"})
    void type_that_nginx_cannot_purge_by_is_refused(String type) {
        nodes.assertUnsupported(type, cluster.origin().pages().url("dir/"), ID, "nginx");
    }

    private CacheNode node() {
        return cluster.node(ID);
    }
}
