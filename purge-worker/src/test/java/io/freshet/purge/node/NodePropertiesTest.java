package io.freshet.purge.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

class NodePropertiesTest {

    @Test
    void defaults_stand_in_the_record() {
        assertThat(bind(Map.of()))
                .isEqualTo(new NodeProperties(
                        8,
                        64,
                        Duration.ofMillis(250),
                        32,
                        Duration.ofSeconds(1),
                        Duration.ofSeconds(60),
                        Duration.ofSeconds(1),
                        Duration.ofSeconds(1),
                        2,
                        Duration.ofSeconds(10),
                        600));
    }

    @ParameterizedTest
    @CsvSource({"8, 1, 8", "8, 250, 8", "8, 500, 4", "8, 4000, 2", "3, 1, 3", "1, 4000, 1"})
    void connections_of_a_node_become_fewer_with_the_fleet(int max, int nodes, int connections) {
        NodeProperties properties = bind(Map.of("freshet.nodes.max-connections", Integer.toString(max)));
        assertThat(properties.forFleetOf(nodes, 50_000).maxConnections()).isEqualTo(connections);
    }

    @ParameterizedTest
    @CsvSource({
        "max-connections, 0",
        "max-pipelined-requests, 0",
        "max-stalled-connections, -1",
        "probe-failures, 0",
        "stall-timeout, 0s",
        "connect-timeout, 0s",
        "answer-timeout, -1s",
        "probe-interval, 0s",
        "probe-timeout, 0s",
        "slow-timeout, 0s",
    })
    void value_out_of_range_is_an_error_that_names_the_key(String key, String value) {
        assertThatThrownBy(() -> bind(Map.of("freshet.nodes." + key, value)))
                .rootCause()
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(key);
    }

    private static NodeProperties bind(Map<String, String> values) {
        return new Binder(new MapConfigurationPropertySource(values))
                .bindOrCreate("freshet.nodes", NodeProperties.class);
    }
}
