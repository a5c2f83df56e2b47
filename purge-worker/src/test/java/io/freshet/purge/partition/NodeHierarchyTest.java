package io.freshet.purge.partition;

import static org.assertj.core.api.Assertions.assertThat;

import io.freshet.purge.node.NodeChannel;
import io.freshet.purge.stage.SettableClock;
import io.freshet.purge.stage.TestFleet;
import io.freshet.purge.topology.TierTopology;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Two parents, l2-a and l2-b, of two children, l1-a and l1-b. */
class NodeHierarchyTest {

    private static final TierTopology TIERS = TestFleet.tiers();

    private final SettableClock clock = new SettableClock();
    private final PartitionOffsets offsets = new PartitionOffsets();
    private final NodeHierarchy nodes = new NodeHierarchy(TIERS.inOrder(), offsets, clock);
    private final NodePosition parent = position("l2-a");
    private final NodePosition otherParent = position("l2-b");
    private final NodePosition child = position("l1-a");
    private final NodePosition otherChild = position("l1-b");

    @AfterAll
    static void close() {
        TIERS.all().forEach(NodeChannel::close);
    }

    @BeforeEach
    void open() {
        offsets.open("topic-1", 10, 5);
    }

    @Test
    void every_node_of_an_upper_tier_is_a_parent() {
        assertThat(nodes.parents(child)).containsExactly(parent, otherParent);
        assertThat(nodes.parents(parent)).isEmpty();
        assertThat(nodes.descendants(otherParent)).containsExactly(child, otherChild);
        assertThat(nodes.downTo(0)).containsExactly(parent, otherParent);
        assertThat(nodes.downTo(1)).hasSize(4);
        assertThat(nodes.downTo(Integer.MAX_VALUE)).hasSize(4);
    }

    @Test
    void childs_offset_is_capped_by_its_parents_and_not_by_its_peers() {
        nodes.markLagging(parent, "is down");
        nodes.markLagging(otherChild, "is down");
        otherChild.rewindTo(6);
        offsets.advancePosition(12);
        assertThat(nodes.cappedByParents(child, NodePosition::appliedOffset)).isEqualTo(10);
        assertThat(nodes.cappedByParents(otherParent, NodePosition::appliedOffset))
                .isEqualTo(12);
    }

    @Test
    void cursors_are_capped_by_the_lowest_offset_of_the_tiers_above() {
        nodes.markLagging(parent, "is down");
        offsets.advancePosition(12);
        assertThat(nodes.caps(NodePosition::appliedOffset)).containsExactly(Long.MAX_VALUE, 10);
        assertThat(nodes.cursors()).hasSize(4).allSatisfy((id, cursors) -> {
            NodePosition position = position(id);
            assertThat(cursors.applied().offset())
                    .isEqualTo(nodes.cappedByParents(position, NodePosition::appliedOffset));
        });
    }

    @Test
    void child_that_lags_after_its_parent_begins_where_the_parent_does() {
        nodes.markLagging(parent, "is down");
        offsets.advancePosition(12);
        nodes.markLagging(child, "is down");
        assertThat(child.appliedOffset()).isEqualTo(10);
    }

    @Test
    void node_that_lags_already_only_changes_its_reason() {
        nodes.markLagging(parent, "is down");
        Instant since = parent.since();
        clock.advance(Duration.ofMinutes(1));
        offsets.advancePosition(12);
        nodes.markLagging(parent, "is held");
        assertThat(parent.appliedOffset()).isEqualTo(10);
        assertThat(parent.since()).isEqualTo(since);
        assertThat(parent.lagReason()).isEqualTo("is held");
    }

    @Test
    void loss_of_a_parent_is_the_loss_of_its_lagging_children_only() {
        nodes.markLagging(child, "is down");
        nodes.markLost(parent, clock.instant());
        assertThat(child.isLost()).isTrue();
        assertThat(otherChild.isLost() || otherParent.isLost()).isFalse();
        nodes.markLagging(otherChild, "is down");
        assertThat(otherChild.isLost()).isTrue();
    }

    @Test
    void rewind_of_a_parent_rewinds_lagging_children_only() {
        nodes.markLagging(child, "is down");
        nodes.rewind(parent, 6, "was restarted");
        assertThat(parent.appliedOffset()).isEqualTo(6);
        assertThat(child.appliedOffset()).isEqualTo(6);
        assertThat(otherChild.isInSync()).isTrue();
    }

    @Test
    void trimmed_topic_loses_only_nodes_whose_next_command_is_gone() {
        nodes.markLagging(parent, "is down");
        nodes.advanceBeginning(10);
        assertThat(parent.isLost()).isFalse();
        nodes.advanceBeginning(11);
        assertThat(parent.isLost()).isTrue();
        assertThat(parent.appliedOffset()).isEqualTo(11);
        assertThat(otherParent.isInSync()).isTrue();
    }

    @Test
    void parents_that_lagged_after_a_time_are_not_in_sync_since() {
        Instant flush = clock.instant();
        assertThat(nodes.areParentsInSyncSince(child, flush)).isTrue();
        clock.advance(Duration.ofMinutes(1));
        nodes.markLagging(parent, "is down");
        assertThat(nodes.areParentsInSyncSince(child, flush)).isFalse();
        parent.startCatchUp();
        parent.finishCatchUp(clock.instant());
        assertThat(nodes.areParentsInSyncSince(child, flush)).isFalse();
        assertThat(nodes.areParentsInSyncSince(child, clock.instant())).isTrue();
    }

    private NodePosition position(String id) {
        NodeChannel node = TIERS.all().stream()
                .filter(each -> each.node().id().equals(id))
                .findFirst()
                .orElseThrow();
        return nodes.of(node);
    }
}
