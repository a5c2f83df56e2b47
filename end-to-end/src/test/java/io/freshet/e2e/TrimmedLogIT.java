package io.freshet.e2e;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.freshet.cluster.KafkaClient;
import io.freshet.cluster.Pages;
import io.freshet.cluster.TestCluster;
import io.freshet.cluster.http.CacheNode;
import io.freshet.cluster.http.GatewayClient;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Breaks a node for longer than the log is kept: what it missed is not there any more, and its children may have
 * refetched it.
 */
@ClusterTest
@Order(Order.DEFAULT + 18)
class TrimmedLogIT {

    private final TestCluster cluster;
    private final GatewayClient gateway;
    private final Map<String, CacheNode> nodes;

    TrimmedLogIT(TestCluster cluster) {
        this.cluster = cluster;
        this.gateway = cluster.gateway();
        this.nodes = Stream.concat(Stream.of(cluster.l2()), cluster.l1().stream())
                .collect(Collectors.toMap(CacheNode::id, node -> node));
    }

    @AfterEach
    void all_nodes_are_back() {
        nodes.values().forEach(cluster::resume);
        nodes.values().forEach(node -> Waiting.inSync(cluster, node, true));
    }

    @ParameterizedTest
    @CsvSource({"l1-b, l1-b", "l2-a, l2-a l1-a l1-b"})
    void node_down_longer_than_commands_are_kept_is_flushed_and_then_its_children(String id, String flushed) {
        CacheNode away = node(id);
        List<CacheNode> withChildren =
                Stream.of(flushed.split(" ")).map(this::node).toList();
        Pages pages = cluster.origin().pages();
        List<String> urls = pages.urls(30);
        String neighbour = pages.url("neighbour.html");
        for (CacheNode node : withChildren) {
            urls.forEach(node::get);
            node.get(neighbour);
        }
        Map<CacheNode, String> flushedBefore =
                withChildren.stream().collect(Collectors.toMap(node -> node, this::flushedAt));
        cluster.pause(away);
        Waiting.inSync(cluster, away, false);
        pages.publish(2);
        List<String> tasks = urls.stream()
                .map(url -> gateway.refresh("url", List.of(url)).taskId())
                .toList();
        tasks.forEach(taskId -> Waiting.task(
                gateway,
                taskId,
                "waits for the node alone",
                task -> task.laggingNodes().equals(List.of(id))));

        cluster.kafka().trim("purge-commands");
        cluster.resume(away);
        Waiting.inSync(cluster, away, true);

        for (CacheNode node : withChildren) {
            Waiting.eventually("operators see when " + node + " was flushed")
                    .until(() ->
                            !flushedAt(node).equals("null") && !flushedAt(node).equals(flushedBefore.get(node)));
            Waiting.inSync(cluster, node, true);
            assertThat(flushEvents()).anySatisfy(event -> assertThat(event).contains('"' + node.id() + '"'));
            assertThat(urls).allSatisfy(url -> assertThat(node.get(url)).matches(copy -> copy.isVersion(2)));
            assertThat(node.get(neighbour))
                    .as("nobody refreshed it, but everything is gone")
                    .matches(copy -> !copy.hit());
        }
        Waiting.eventually("the node's cursors are at the end")
                .until(() -> cluster.kafka().hasAllCommands(id));
    }

    private CacheNode node(String id) {
        return requireNonNull(nodes.get(id), id);
    }

    private String flushedAt(CacheNode node) {
        return String.valueOf(gateway.node(node.id()).flushedAt());
    }

    private List<String> flushEvents() {
        return cluster.kafka().read("node-events").stream()
                .filter(record -> KafkaClient.header(record, "freshet-type").equals("node-flushed.v1"))
                .map(record -> new String(record.value(), StandardCharsets.UTF_8))
                .toList();
    }
}
