package io.freshet.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.freshet.cluster.Fleet;
import io.freshet.cluster.Pages;
import io.freshet.cluster.TestCluster;
import io.freshet.cluster.http.Accepted;
import io.freshet.cluster.http.CacheNode;
import io.freshet.cluster.http.GatewayClient;
import io.freshet.cluster.http.Task;
import io.freshet.cluster.process.Service;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Tags, and everything of a domain, on Varnish nodes that know tags by bans and on one that has the vmod xkey. */
@ClusterTest
@Order(Order.DEFAULT + 23)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TagsIT {

    private static final String WITH_XKEY = "l1-xkey";

    private static final String SITE = "site.test";

    private final TestCluster cluster;
    private final GatewayClient gateway;
    private final GatewayClient other;

    TagsIT(TestCluster cluster) {
        this.cluster = cluster;
        this.gateway = cluster.gateway();
        this.other = cluster.gateway(Fleet.OTHER_TOKEN);
    }

    @BeforeAll
    void one_node_has_xkey_if_this_machine_has() {
        cluster.extraNodes()
                .withSoftDirectories(WITH_XKEY)
                .ifPresent(fleet -> cluster.restart(Service.PURGE_WORKER, fleet));
    }

    @AfterAll
    void the_fleet_is_as_before() {
        cluster.restart(Service.PURGE_WORKER);
    }

    /** Varnish nodes of L1 that purge by tag, with xkey or with bans. */
    private List<CacheNode> nodes() {
        Stream<CacheNode> xkey = cluster.extraNodes().hasXkey() ? Stream.of(cluster.node(WITH_XKEY)) : Stream.empty();
        return Stream.concat(cluster.l1().stream(), xkey).toList();
    }

    @Test
    void page_with_200_tags_is_new_after_a_refresh_of_the_last_one() {
        Pages pages = cluster.origin().pages();
        String page = pages.url("a.html");
        pages.tag(
                page,
                IntStream.range(0, 200)
                        .mapToObj("category-of-products-%03d"::formatted)
                        .collect(Collectors.joining(",")));
        everyNodeGives(1, List.of(page));
        pages.publish(2);

        complete(gateway, gateway.refreshTags(SITE, List.of("category-of-products-199"), false));

        everyNodeGives(2, List.of(page));
    }

    @Test
    void account_that_refreshes_a_tag_leaves_another_accounts_content_with_that_tag_alone() {
        Pages pages = cluster.origin().pages();
        String page = pages.url("a.html");
        pages.tag(page, "shared");
        everyNodeGives(1, List.of(page));
        nodes().forEach(node ->
                assertThat(node.get(page, "other.test").version()).isEqualTo(1));
        pages.publish(2);

        complete(other, other.refreshTags("other.test", List.of("shared"), false));

        nodes().forEach(node -> {
            assertThat(node.get(page, "other.test").version()).as("%s", node).isEqualTo(2);
            assertThat(node.get(page).version()).as("%s", node).isEqualTo(1);
        });
        complete(gateway, gateway.refreshTags(SITE, List.of("shared"), false));
        everyNodeGives(2, List.of(page));
    }

    @Test
    void tag_of_sub_domains_is_new_on_each_of_them_and_not_elsewhere() {
        Pages pages = cluster.origin().pages();
        String page = pages.url("a.html");
        pages.tag(page, "wide");
        List<String> hosts = List.of("one.sub.test", "two.sub.test", SITE);
        nodes().forEach(node ->
                hosts.forEach(host -> assertThat(node.get(page, host).version()).isEqualTo(1)));
        pages.publish(2);

        complete(gateway, gateway.refreshTags("*.sub.test", List.of("wide"), false));

        nodes().forEach(node -> {
            assertThat(node.get(page, "one.sub.test").version()).as("%s", node).isEqualTo(2);
            assertThat(node.get(page, "two.sub.test").version()).as("%s", node).isEqualTo(2);
            assertThat(node.get(page, SITE).version()).as("%s", node).isEqualTo(1);
        });
    }

    @Test
    void everything_of_a_domain_is_new_and_no_other_domain() {
        Pages pages = cluster.origin().pages();
        String page = pages.url("a.html");
        nodes().forEach(node -> {
            assertThat(node.get(page, "three.sub.test").version()).isEqualTo(1);
            assertThat(node.get(page, "other.test").version()).isEqualTo(1);
        });
        pages.publish(2);

        complete(gateway, gateway.refreshEverything("*.sub.test", false));

        nodes().forEach(node -> {
            assertThat(node.get(page, "three.sub.test").version())
                    .as("%s", node)
                    .isEqualTo(2);
            assertThat(node.get(page, "other.test").version()).as("%s", node).isEqualTo(1);
        });
    }

    @SafeVarargs
    private final void everyNodeGives(int version, List<String>... lists) {
        for (CacheNode node : nodes()) {
            Stream.of(lists)
                    .flatMap(List::stream)
                    .forEach(url -> assertThat(node.get(url).version())
                            .as("%s on %s", url, node)
                            .isEqualTo(version));
        }
    }

    private static void complete(GatewayClient account, Accepted accepted) {
        Task task = Waiting.finished(account, accepted.taskId());
        assertThat(task.status()).as("%s", task).isEqualTo("complete");
    }
}
