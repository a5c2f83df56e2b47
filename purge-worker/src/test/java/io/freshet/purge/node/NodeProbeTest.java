package io.freshet.purge.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.freshet.fleet.node.Node;
import io.freshet.purge.driver.PurgeDriver;
import io.freshet.purge.http.ScriptedServer;
import io.freshet.purge.verify.PurgeVerifier;
import io.freshet.purge.verify.VerificationProperties;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;

class NodeProbeTest {

    private static final Instant NOW = Instant.parse("2026-11-28T12:00:00Z");
    private static final NodeHealth HEALTHY = new NodeHealth.Healthy(Instant.EPOCH);
    private static final String OK = "HTTP/1.1 200 Purged\r\nFreshet-Node: n1\r\nContent-Length: 0\r\n\r\n";
    private static final String UNAUTHORIZED = "HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\n\r\n";
    private static final String BUSY = "HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n";

    private final NodeReachability reachability = new NodeReachability();

    @Test
    void accepted_probe_keeps_a_healthy_node_and_heals_another() throws IOException {
        try (ScriptedServer server = new ScriptedServer(ScriptedServer.saying(OK))) {
            NodeProbe probe = probe(server.node());
            assertThat(probe.check(HEALTHY)).isSameAs(HEALTHY);
            assertThat(probe.check(new NodeHealth.Unreachable(Instant.EPOCH, "gone")))
                    .isEqualTo(new NodeHealth.Healthy(NOW));
            assertThat(server.connectionsAccepted()).isEqualTo(2);
        }
    }

    @Test
    void refused_probe_makes_the_node_refusing_at_once() throws IOException {
        try (ScriptedServer server = new ScriptedServer(ScriptedServer.saying(UNAUTHORIZED))) {
            NodeProbe probe = probe(server.node());
            NodeHealth refusing = probe.check(HEALTHY);
            assertThat(refusing).isEqualTo(new NodeHealth.Refusing(NOW, "answered 401 Unauthorized"));
            assertThat(probe.check(refusing)).isSameAs(refusing);
            assertThat(probe.isFailureUnconfirmed()).isFalse();
        }
    }

    @Test
    void busy_node_is_unreachable_after_the_tolerated_failures() throws IOException {
        reachability.setOnlyWorker(true);
        try (ScriptedServer server = new ScriptedServer(ScriptedServer.saying(BUSY))) {
            NodeProbe probe = probe(server.node());
            assertThat(probe.check(HEALTHY)).isSameAs(HEALTHY);
            assertThat(probe.isFailureUnconfirmed()).isTrue();
            NodeHealth unreachable = probe.check(HEALTHY);
            assertThat(unreachable)
                    .isInstanceOfSatisfying(
                            NodeHealth.Unreachable.class,
                            health -> assertThat(health.cause()).endsWith("answered 503 Busy"));
            assertThat(unreachable.since()).isEqualTo(NOW);
            assertThat(probe.isFailureUnconfirmed()).isFalse();
        }
    }

    @Test
    void node_stays_healthy_while_no_other_node_shows_that_the_network_works() throws IOException {
        try (RefusingPort port = new RefusingPort()) {
            NodeProbe probe = probe(port.node());
            for (int i = 0; i < 5; i++) {
                assertThat(probe.check(HEALTHY)).isSameAs(HEALTHY);
            }
            reachability.answered("n2");
            assertThat(probe.check(HEALTHY)).isInstanceOf(NodeHealth.Unreachable.class);
        }
    }

    @Test
    void unhealthy_node_keeps_the_time_since_when() throws IOException {
        reachability.setOnlyWorker(true);
        NodeHealth refusing = new NodeHealth.Refusing(Instant.EPOCH, "answered 401");
        try (RefusingPort port = new RefusingPort()) {
            NodeProbe probe = probe(port.node());
            probe.check(refusing);
            assertThat(probe.check(refusing))
                    .isInstanceOfSatisfying(
                            NodeHealth.Unreachable.class,
                            health -> assertThat(health.since()).isEqualTo(Instant.EPOCH));
        }
    }

    @Test
    void node_that_keeps_its_canary_is_refusing_at_once() throws IOException {
        String found = "HTTP/1.1 200 OK\r\nFreshet-Node: n1\r\nFreshet-Configuration: 4 1\r\n"
                + "Freshet-Fetch-Age: 0.001\r\nFreshet-Ttl: 60.000\r\nContent-Length: 0\r\n\r\n";
        try (ScriptedServer server = new ScriptedServer(ScriptedServer.saying(found))) {
            NodeProbe probe = probe(server.node(), new VerificationProperties(20, true));
            NodeHealth refusing = probe.check(HEALTHY);
            assertThat(refusing)
                    .isInstanceOfSatisfying(
                            NodeHealth.Refusing.class,
                            health -> assertThat(health.reason()).startsWith("confirms purges without effect"));
            assertThat(probe.check(refusing)).isSameAs(refusing);
        }
    }

    private NodeProbe probe(Node node) {
        return probe(node, new VerificationProperties(0, false));
    }

    private NodeProbe probe(Node node, VerificationProperties verification) {
        Duration timeout = Duration.ofSeconds(30);
        NodeProperties properties =
                new NodeProperties(1, 1, timeout.dividedBy(2), 0, timeout, timeout, timeout, timeout, 2, timeout, 600);
        PurgeDriver driver = PurgeDriver.of(node);
        NodeConnector connector = new NodeConnector(node, driver, properties);
        PurgeVerifier verifier = new PurgeVerifier(node, driver, verification);
        return new NodeProbe(
                node, driver, verifier, connector.forProbes(), 2, reachability, Clock.fixed(NOW, ZoneOffset.UTC));
    }
}
