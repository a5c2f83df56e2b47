package io.freshet.push.target;

import static org.assertj.core.api.Assertions.assertThat;

import io.freshet.fleet.node.Driver;
import io.freshet.fleet.node.Node;
import io.freshet.fleet.node.PushRouting;
import io.freshet.push.target.TargetStage.Targets;
import java.net.URI;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class TargetStageTest {

    private static final List<Node> NODES = IntStream.range(0, 4)
            .mapToObj(i -> new Node("l2-" + i, URI.create("http://10.0.0." + i + ":80"), new Driver.Varnish("v", "t")))
            .toList();
    private static final List<String> URLS =
            IntStream.range(0, 1_000).mapToObj(i -> "https://a.test/" + i).toList();

    private final Map<String, String> unavailable = new HashMap<>();

    private TargetStage stage(PushRouting routing, List<Node> nodes) {
        return new TargetStage(nodes, routing, true, node -> Optional.ofNullable(unavailable.get(node)));
    }

    private Node hashed(TargetStage stage, String url) {
        Targets targets = stage.of(url);
        assertThat(targets.nodes()).hasSize(1);
        return targets.nodes().getFirst();
    }

    @Test
    void tier_that_does_not_hash_gets_every_url_on_every_node() {
        unavailable.put("l2-1", "it has not received all purges");
        assertThat(stage(PushRouting.ALL, NODES).of("https://a.test/")).isEqualTo(new Targets(NODES, null));
    }

    @Test
    void tier_that_hashes_gets_every_url_on_one_node_and_shares_them_out_evenly() {
        TargetStage stage = stage(PushRouting.HASH, NODES);
        Map<Node, Long> shares =
                URLS.stream().collect(Collectors.groupingBy(url -> hashed(stage, url), Collectors.counting()));
        assertThat(shares.values()).hasSize(4).allMatch(share -> share > 180 && share < 320);
    }

    @Test
    void node_that_goes_takes_only_its_own_urls_along() {
        TargetStage four = stage(PushRouting.HASH, NODES);
        TargetStage three = stage(PushRouting.HASH, NODES.subList(0, 3));
        assertThat(URLS)
                .filteredOn(url -> !hashed(four, url).equals(NODES.get(3)))
                .isNotEmpty()
                .allSatisfy(url -> assertThat(hashed(three, url)).isEqualTo(hashed(four, url)));
    }

    @Test
    void hash_is_the_documented_one() {
        assertThat(hashed(stage(PushRouting.HASH, NODES), "https://a.test/x").id())
                .isEqualTo("l2-0");
    }

    @Test
    void urls_of_a_lagging_node_go_to_the_others_within_bounded_loads_and_say_so() {
        TargetStage before = stage(PushRouting.HASH, NODES);
        List<Node> own = URLS.stream().map(url -> hashed(before, url)).toList();
        unavailable.put("l2-3", "it has not received all purges");
        TargetStage stage = stage(PushRouting.HASH, NODES);
        Map<Node, Integer> loads = new HashMap<>();
        int moved = 0;
        for (int i = 0; i < URLS.size(); i++) {
            Targets targets = stage.of(URLS.get(i));
            Node node = targets.nodes().getFirst();
            loads.merge(node, 1, Integer::sum);
            if (own.get(i).id().equals("l2-3")) {
                moved++;
                assertThat(targets.remark())
                        .isEqualTo("in " + node.id()
                                + " instead of l2-3, which was unavailable: it has not received all purges");
                assertThat(loads.get(node)).isLessThanOrEqualTo((int) Math.ceil(1.25 * (i + 1) / 3));
            } else {
                assertThat(targets).isEqualTo(new Targets(List.of(own.get(i)), null));
            }
        }
        assertThat(moved).isGreaterThan(180);
        assertThat(loads).doesNotContainKey(NODES.get(3));
    }

    @Test
    void url_waits_for_its_own_node_if_no_node_is_available() {
        NODES.forEach(node -> unavailable.put(node.id(), "its state is not known yet"));
        assertThat(stage(PushRouting.HASH, NODES).of("https://a.test/x"))
                .isEqualTo(new Targets(List.of(NODES.getFirst()), null));
    }
}
