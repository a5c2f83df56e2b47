package io.freshet.push.task;

import static org.assertj.core.api.Assertions.assertThat;

import io.freshet.fleet.node.Driver;
import io.freshet.fleet.node.Node;
import io.freshet.fleet.node.PushRouting;
import io.freshet.fleet.node.Tier;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class TargetNodesTest {

    private static final List<Node> NODES = IntStream.range(0, 4)
            .mapToObj(i -> new Node("l2-" + i, URI.create("http://10.0.0." + i + ":80"), new Driver.Varnish("v", "t")))
            .toList();
    private static final List<String> URLS =
            IntStream.range(0, 1_000).mapToObj(i -> "https://a.test/" + i).toList();

    @Test
    void a_tier_that_does_not_hash_gets_every_url_on_every_node() {
        Tier tier = new Tier("l2", PushRouting.ALL, NODES);
        assertThat(TargetNodes.of(tier, "https://a.test/")).isEqualTo(NODES);
    }

    @Test
    void a_tier_that_hashes_gets_every_url_on_one_node_and_shares_them_out_evenly() {
        Map<Node, Long> shares = URLS.stream()
                .map(url -> TargetNodes.of(new Tier("l2", PushRouting.HASH, NODES), url))
                .peek(nodes -> assertThat(nodes).hasSize(1))
                .collect(Collectors.groupingBy(List::getFirst, Collectors.counting()));
        assertThat(shares.values()).hasSize(4).allMatch(share -> share > 180 && share < 320);
    }

    @Test
    void a_node_that_goes_takes_only_its_own_urls_along() {
        Tier four = new Tier("l2", PushRouting.HASH, NODES);
        Tier three = new Tier("l2", PushRouting.HASH, NODES.subList(0, 3));
        assertThat(URLS)
                .filteredOn(url -> !TargetNodes.of(four, url).contains(NODES.get(3)))
                .isNotEmpty()
                .allSatisfy(url -> assertThat(TargetNodes.of(three, url)).isEqualTo(TargetNodes.of(four, url)));
    }

    @Test
    void the_hash_is_the_documented_one() {
        Tier tier = new Tier("l2", PushRouting.HASH, NODES);
        assertThat(TargetNodes.of(tier, "https://a.test/x").getFirst().id()).isEqualTo("l2-0");
    }
}
