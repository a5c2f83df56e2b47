package io.freshet.purge.verify;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Checks that purges have an effect, on nodes whose driver can look into the cache: Varnish, Traffic Server, Squid, and
 * others with {@code look}.
 *
 * @param objects objects of each refresh that are looked at on each node after their purge, evenly spread over the
 *     refresh; an object that the node still has fails. 0 or more; 0 turns these looks off
 * @param canary whether a test object must disappear from the cache of a node by a purge of each kind, before the node
 *     is in sync: when a worker starts, and when the node was away, was restarted, or has another purge configuration
 */
@ConfigurationProperties("freshet.verification")
public record VerificationProperties(
        @DefaultValue("20") int objects,
        @DefaultValue("true") boolean canary) {

    public VerificationProperties {
        if (objects < 0) {
            throw new IllegalArgumentException("freshet.verification.objects must be at least 0");
        }
    }
}
