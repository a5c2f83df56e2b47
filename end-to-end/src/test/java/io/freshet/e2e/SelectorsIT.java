package io.freshet.e2e;

import io.freshet.cluster.TestCluster;
import io.freshet.cluster.http.CacheNode;
import io.freshet.cluster.process.Service;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever a selector names is new on every Varnish node, with and without xkey, and all else is still cached. */
@ClusterTest
@Order(Order.DEFAULT + 24)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SelectorsIT {

    private static final String WITH_XKEY = "l1-keys";

    private final TestCluster cluster;

    SelectorsIT(TestCluster cluster) {
        this.cluster = cluster;
    }

    @BeforeAll
    void one_node_has_xkey_if_this_machine_has() {
        cluster.extraNodes().withSoftDirectories(WITH_XKEY).ifPresent(fleet -> {
            cluster.restart(Service.GATEWAY, fleet);
            cluster.restart(Service.PURGE_WORKER, fleet);
        });
    }

    @AfterAll
    void the_fleet_is_as_before() {
        cluster.restart(Service.GATEWAY);
        cluster.restart(Service.PURGE_WORKER);
    }

    @ParameterizedTest
    @MethodSource("types")
    void refresh_names_what_its_type_says_and_nothing_else(String type) {
        SelectorScenario.of(type, cluster).assertNamesExactly(cluster, nodes(), false);
    }

    @ParameterizedTest
    @MethodSource("types")
    void soft_refresh_names_as_much(String type) {
        SelectorScenario.of(type, cluster).assertNamesExactly(cluster, nodes(), true);
    }

    @ParameterizedTest
    @MethodSource("types")
    void node_that_was_away_drops_as_much(String type) {
        SelectorScenario.of(type, cluster).assertNamesExactlyWhenCaughtUp(cluster, cluster.l1(), false);
    }

    @ParameterizedTest
    @CsvSource({"url", "directory", "tag", "host"})
    void node_with_xkey_that_was_away_drops_as_much_by_a_soft_refresh(String type) {
        SelectorScenario.of(type, cluster).assertNamesExactlyWhenCaughtUp(cluster, nodes(), true);
    }

    static Stream<String> types() {
        return Stream.of("url", "ignore-query", "directory", "prefix", "regex", "host", "tag", "everything");
    }

    /** Varnish nodes of L1, the one with xkey at the end. */
    private List<CacheNode> nodes() {
        Stream<CacheNode> xkey = cluster.extraNodes().hasXkey() ? Stream.of(cluster.node(WITH_XKEY)) : Stream.empty();
        return Stream.concat(cluster.l1().stream(), xkey).toList();
    }
}
