package io.freshet.purge.stage;

import io.freshet.fleet.node.Driver;
import io.freshet.fleet.node.Fleet;
import io.freshet.fleet.node.Node;
import io.freshet.fleet.node.PushRouting;
import io.freshet.fleet.node.Tier;
import io.freshet.purge.node.NodeChannel;
import io.freshet.purge.node.NodeProperties;
import io.freshet.purge.node.NodeReachability;
import io.freshet.purge.node.Peers;
import io.freshet.purge.topology.TierTopology;
import io.freshet.purge.verify.VerificationProperties;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** Channels to nodes that receive nothing: two parents that need a second purge, two children that do not. */
public final class TestFleet {

    private static final NodeProperties RARELY_PROBED = new NodeProperties(
            1,
            1,
            Duration.ofMillis(500),
            0,
            Duration.ofSeconds(1),
            Duration.ofSeconds(1),
            Duration.ofHours(1),
            Duration.ofSeconds(1),
            1_000,
            Duration.ofHours(1),
            600);

    private TestFleet() {}

    public static TierTopology tiers() {
        Driver parents = new Driver.Http("plain", "PURGE", Map.of(), null, "", null, null, null);
        Driver children = new Driver.Varnish("varnish", "s3cret");
        Fleet fleet = new Fleet(List.of(
                new Tier("l2", PushRouting.ALL, List.of(node("l2-a", parents), node("l2-b", parents))),
                new Tier("l1", PushRouting.ALL, List.of(node("l1-a", children), node("l1-b", children)))));
        NodeReachability reachability = new NodeReachability();
        Peers peers = new Peers();
        return new TierTopology(
                fleet,
                (_, node) -> new NodeChannel(
                        node,
                        RARELY_PROBED,
                        new VerificationProperties(0, false),
                        reachability,
                        peers,
                        new SimpleMeterRegistry(),
                        Clock.systemUTC()));
    }

    private static Node node(String id, Driver driver) {
        return new Node(id, URI.create("http://127.0.0.1:1"), driver);
    }
}
