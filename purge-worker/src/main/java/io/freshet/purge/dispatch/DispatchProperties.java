package io.freshet.purge.dispatch;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Settings of the dispatch.
 *
 * @param purgesInFlight purges in flight at once over all refreshes; one object for one node is one purge. Together
 *     with objects-in-flight it bounds the worker's memory. At least 1
 */
@ConfigurationProperties("freshet.delivery")
public record DispatchProperties(@DefaultValue("50000") int purgesInFlight) {

    public DispatchProperties {
        if (purgesInFlight < 1) {
            throw new IllegalArgumentException("freshet.delivery.purges-in-flight must be at least 1");
        }
    }
}
