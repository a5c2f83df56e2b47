package io.freshet.gateway.request.canonical;

import io.freshet.contracts.url.Canonicaliser;
import io.freshet.fleet.node.Fleet;
import io.freshet.fleet.watch.CurrentFleet;
import io.freshet.gateway.TestSettings;
import io.freshet.gateway.request.object.LimitProperties;
import java.time.Clock;

/** Creates a canonicaliser for tests of other packages. */
public final class TestCanonicaliser {

    private TestCanonicaliser() {}

    public static RequestCanonicaliser with(LimitProperties limits, Fleet fleet) {
        return with(limits, fleet, Clock.systemUTC());
    }

    public static RequestCanonicaliser with(LimitProperties limits, Fleet fleet, Clock clock) {
        Canonicaliser objects = new Canonicaliser(limits.maxObjectBytes());
        SelectorSupport support = new SelectorSupport(new CurrentFleet(fleet));
        return new RequestCanonicaliser(
                new ObjectReader(limits, objects),
                new DomainRefreshReader(limits, objects, support),
                new PushHeaders(TestSettings.defaults(PushHeaderProperties.class)),
                new PushStart(clock),
                new PushNodes(new CurrentFleet(fleet)),
                support);
    }
}
