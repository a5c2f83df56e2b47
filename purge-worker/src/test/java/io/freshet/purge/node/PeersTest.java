package io.freshet.purge.node;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PeersTest {

    private final Peers peers = new Peers();

    @Test
    void only_other_nodes_count_as_idle_peers() {
        Peers.NodeLoad idle = () -> true;
        Peers.NodeLoad busy = () -> false;
        peers.add(idle);
        assertThat(peers.isAnotherIdle(idle)).isFalse();
        peers.add(busy);
        assertThat(peers.isAnotherIdle(idle)).isFalse();
        assertThat(peers.isAnotherIdle(busy)).isTrue();
    }
}
