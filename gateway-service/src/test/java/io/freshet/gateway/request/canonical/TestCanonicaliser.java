package io.freshet.gateway.request.canonical;

import io.freshet.contracts.url.Canonicaliser;
import io.freshet.fleet.node.Fleet;
import io.freshet.gateway.TestSettings;
import io.freshet.gateway.request.object.LimitProperties;

/** Creates a canonicaliser for tests of other packages. */
public final class TestCanonicaliser {

    private TestCanonicaliser() {}

    public static RequestCanonicaliser with(LimitProperties limits, Fleet fleet) {
        return new RequestCanonicaliser(
                new ObjectReader(limits, new Canonicaliser(limits.maxObjectBytes())),
                new PushHeaders(TestSettings.defaults(PushHeaderProperties.class)),
                fleet);
    }
}
