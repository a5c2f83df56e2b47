package io.freshet.contracts.message;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.net.URI;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Definition of a node that no configuration file names. A compacted topic holds the newest of each node.
 *
 * @param tier name of a tier of the configuration file
 * @param address such as {@code http://10.0.0.7:80}
 * @param driver name of a driver of the configuration file
 * @param region name of the region that the node serves; null for none
 * @param retired whether the node has left the fleet
 * @param by account that defined or retired the node; the DNS name if it was discovered
 */
public record NodeDefinition(
        String node,
        String tier,
        URI address,
        String driver,
        @Nullable String region,
        Source source,
        boolean retired,
        String by,
        Instant at)
        implements Message {

    /** Origin of a definition. */
    public enum Source {
        /** An operator's request. */
        @JsonProperty("api")
        API,
        /** Records of a DNS name. */
        @JsonProperty("dns")
        DNS
    }

    public NodeDefinition {
        requireNonNull(node, "node");
        requireNonNull(tier, "tier");
        requireNonNull(address, "address");
        requireNonNull(driver, "driver");
        requireNonNull(source, "source");
        requireNonNull(by, "by");
        requireNonNull(at, "at");
    }

    @Override
    @JsonIgnore
    public String key() {
        return node;
    }

    /** Returns a definition that says that the node has left the fleet. */
    public NodeDefinition retire(String retiredBy, Instant now) {
        return new NodeDefinition(node, tier, address, driver, region, source, true, retiredBy, now);
    }
}
