package io.freshet.gateway.request.canonical;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.freshet.contracts.Selector;
import io.freshet.fleet.account.Account;
import io.freshet.fleet.account.Domain;
import io.freshet.fleet.account.Quotas;
import io.freshet.fleet.node.Driver;
import io.freshet.fleet.node.Fleet;
import io.freshet.fleet.node.NewNodes;
import io.freshet.fleet.node.Node;
import io.freshet.fleet.node.PushRouting;
import io.freshet.fleet.node.Tier;
import io.freshet.fleet.watch.CurrentFleet;
import io.freshet.gateway.TestSettings;
import io.freshet.gateway.problem.ProblemException;
import io.freshet.gateway.problem.ProblemType;
import io.freshet.gateway.request.object.LimitProperties;
import java.net.URI;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class SelectorSupportTest {

    private static final Driver PLAIN =
            new Driver.TrafficServer("ats", "token", true, Driver.TrafficServer.RESTART_TOKEN);
    private static final Driver WIDER = new Driver.Wider(PLAIN, Map.of(Selector.TAG, Selector.HOST));
    private static final Account ACCOUNT = new Account(
            "main", false, List.of(), List.of(new Domain("www.a.test"), new Domain("*.b.test")), Quotas.DEFAULT, 3_000);

    @Test
    void type_that_a_driver_may_widen_is_supported_and_named_as_a_way_out() {
        SelectorSupport support = new SelectorSupport(new CurrentFleet(fleet(WIDER)));

        assertThat(support.refusal(Selector.TAG)).isNull();
        assertThat(support.refusal(Selector.DIRECTORY))
                .isEqualTo("n1 (driver ats) cannot purge by directory. Use a type that every node can purge by:"
                        + " url, host, tag, everything.");
        assertThat(new SelectorSupport(new CurrentFleet(fleet(PLAIN))).refusal(Selector.TAG))
                .contains("cannot purge by tag");
    }

    @Test
    void sub_domains_are_refused_at_once_where_a_node_purges_one_host_at_a_time() {
        RequestCanonicaliser canonicaliser =
                TestCanonicaliser.with(TestSettings.defaults(LimitProperties.class), fleet(WIDER));

        for (String domain : new @Nullable String[] {null, "*.b.test"}) {
            assertThatExceptionOfType(ProblemException.class)
                    .isThrownBy(() -> canonicaliser.requireDomain(ACCOUNT, domain))
                    .satisfies(problem -> assertThat(problem.type()).isEqualTo(ProblemType.UNSUPPORTED_BY_NODES))
                    .withMessageContaining("n1 (driver ats) cannot purge all sub-domains at once");
        }
        canonicaliser.requireDomain(ACCOUNT, "www.a.test");
        canonicaliser.requireDomain(ACCOUNT, "x.b.test");
    }

    private static Fleet fleet(Driver driver) {
        Node node = new Node("n1", URI.create("http://10.0.0.1:8080"), driver);
        return new Fleet(List.of(new Tier("l1", PushRouting.ALL, NewNodes.EMPTY, List.of(node))));
    }
}
