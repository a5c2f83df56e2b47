package io.freshet.purge.node;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class NodeReachabilityTest {

    private final NodeReachability reachability = new NodeReachability();

    @Test
    void node_is_at_fault_once_another_answers_after_it_began_to_fail() {
        reachability.answered("n2");
        assertThat(reachability.failed("n1")).isFalse();
        reachability.answered("n1");
        assertThat(reachability.failed("n1")).isFalse();
        reachability.answered("n2");
        assertThat(reachability.failed("n1")).isTrue();
    }

    @Test
    void node_is_at_fault_at_once_if_there_is_only_one_worker() {
        reachability.setOnlyWorker(true);
        assertThat(reachability.failed("n1")).isTrue();
        reachability.setOnlyWorker(false);
        assertThat(reachability.failed("n1")).isFalse();
    }

    @Test
    void worker_is_isolated_while_every_node_fails() {
        assertThat(reachability.isIsolated()).isFalse();
        reachability.add("n1");
        reachability.add("n2");
        assertThat(reachability.isIsolated()).isFalse();
        reachability.failed("n1");
        assertThat(reachability.isIsolated()).isFalse();
        reachability.failed("n2");
        assertThat(reachability.isIsolated()).isTrue();
        reachability.answered("n1");
        assertThat(reachability.isIsolated()).isFalse();
    }
}
