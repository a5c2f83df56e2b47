package io.freshet.push.routing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.freshet.contracts.TaskId;
import io.freshet.contracts.message.PushCommand;
import io.freshet.contracts.message.PushTargets;
import io.freshet.fleet.node.Driver;
import io.freshet.fleet.node.Fleet;
import io.freshet.fleet.node.Node;
import io.freshet.fleet.node.PushRouting;
import io.freshet.fleet.node.Tier;
import io.freshet.fleet.watch.CurrentFleet;
import java.net.URI;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class TargetStagesTest {

    private static final Fleet FLEET = new Fleet(List.of(
            new Tier("l2", PushRouting.HASH, List.of(node("l2-eu", "eu"), node("l2-us", "us"))),
            new Tier("l1", PushRouting.ALL, List.of(node("l1-eu", "eu"), node("l1-us", "us"), node("l1-x", null)))));

    private static Node node(String id, @Nullable String region) {
        return new Node(id, URI.create("http://10.0.0.1:80"), new Driver.Varnish("v", "t"), region);
    }

    private static List<List<String>> nodes(String tier, @Nullable PushTargets targets) {
        return stages(tier, targets).stream()
                .map(stage -> stage.of("https://a.test/").nodes().stream()
                        .map(Node::id)
                        .toList())
                .toList();
    }

    private static List<TargetStage> stages(String tier, @Nullable PushTargets targets) {
        PushCommand command = new PushCommand(
                new TaskId(1),
                "acme",
                "a.test",
                List.of("https://a.test/"),
                tier,
                Map.of(),
                Instant.EPOCH,
                null,
                null,
                Map.of(),
                null,
                List.of(),
                null,
                null,
                targets);
        return new TargetStages(new CurrentFleet(FLEET), _ -> Optional.empty()).of(command);
    }

    private static PushTargets targets(List<String> tiers, @Nullable String region, String... nodes) {
        return new PushTargets(tiers, region, List.of(nodes));
    }

    @Test
    void tiers_are_stages_in_the_order_of_the_command() {
        assertThat(nodes("l1", null)).containsExactly(List.of("l1-eu", "l1-us", "l1-x"));
        assertThat(nodes("l2", targets(List.of("l2", "l1"), null)))
                .hasSize(2)
                .last()
                .isEqualTo(List.of("l1-eu", "l1-us", "l1-x"));
    }

    @Test
    void only_nodes_of_the_first_tier_ask_the_origin_themselves() {
        assertThat(stages("l2", targets(List.of("l2", "l1"), null)))
                .extracting(TargetStage::asksOrigin)
                .containsExactly(true, false);
        assertThat(stages("l1", targets(List.of(), null, "l1-x", "l2-us")))
                .extracting(TargetStage::asksOrigin)
                .containsExactly(true, false);
    }

    @Test
    void region_selects_the_nodes_of_each_tier_before_the_hash_does() {
        assertThat(nodes("l2", targets(List.of("l2", "l1"), "us"))).containsExactly(List.of("l2-us"), List.of("l1-us"));
        assertThat(nodes("l1", targets(List.of(), "eu"))).containsExactly(List.of("l1-eu"));
    }

    @Test
    void named_nodes_get_all_objects_parents_first() {
        assertThat(nodes("l2", targets(List.of(), null, "l1-x", "l2-us", "l2-eu")))
                .containsExactly(List.of("l2-eu", "l2-us"), List.of("l1-x"));
    }

    @Test
    void names_that_the_fleet_does_not_have_any_more_are_refused() {
        assertThatIllegalArgumentException().isThrownBy(() -> nodes("l3", null)).withMessageContaining("\"l3\"");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> nodes("l2", targets(List.of(), "asia")))
                .withMessageContaining("asia");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> nodes("l2", targets(List.of(), null, "l2-eu", "gone")))
                .withMessageContaining("gone");
    }
}
