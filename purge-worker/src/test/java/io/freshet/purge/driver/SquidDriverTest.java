package io.freshet.purge.driver;

import static org.assertj.core.api.Assertions.assertThat;

import io.freshet.contracts.Selector;
import io.freshet.fleet.node.Driver;
import io.freshet.fleet.node.Node;
import java.net.URI;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class SquidDriverTest {

    private static final Purge URL = Purge.of(Selector.URL, "http://a.test/b?c=d", false);

    private final PurgeDriver driver = driver(Map.of("Accept-Encoding", "gzip"));

    private static PurgeDriver driver(Map<String, String> variant) {
        Driver settings = new Driver.Squid("squid", "s3cret", variant, Driver.Squid.RESTART_TOKEN);
        assertThat(settings).asString().doesNotContain("s3cret");
        return PurgeDriver.of(new Node("squid-a", URI.create("http://10.0.0.1:80"), settings));
    }

    @Test
    void only_urls_are_supported() {
        assertThat(Selector.values()).filteredOn(driver::supports).containsExactly(Selector.URL);
    }

    @Test
    void variant_without_headers_is_purged_before_the_one_with_headers() {
        assertThat(driver.variants()).isEqualTo(2);
        assertThat(driver.request(URL, 0).text())
                .isEqualTo("PURGE /b?c=d HTTP/1.1\r\nHost: a.test\r\nFreshet-Token: s3cret\r\n\r\n");
        assertThat(driver.request(URL, 1).text()).contains("Accept-Encoding: gzip\r\n");
    }

    @Test
    void purge_without_a_declared_variant_is_one_request() {
        PurgeDriver single = driver(Map.of());
        assertThat(single.variants()).isEqualTo(1);
        assertThat(single.request(URL, 0).text()).isEqualTo(single.request(URL).text());
    }

    @Test
    void answer_404_is_absent_only_from_the_node_itself() {
        assertThat(driver.outcome(new PurgeAnswer(404, "Not Found", Map.of("freshet-node", "squid-a"))))
                .isEqualTo(PurgeOutcome.Gone.ABSENT);
        assertThat(driver.outcome(new PurgeAnswer(404, "Not Found", Map.of())))
                .isInstanceOf(PurgeOutcome.Refused.class);
        assertThat(driver.outcome(new PurgeAnswer(403, "Forbidden", Map.of())))
                .isInstanceOf(PurgeOutcome.Refused.class);
    }

    @Test
    void look_is_absent_if_the_cache_has_no_fresh_copy() {
        CacheInspector inspector = Objects.requireNonNull(driver.inspector());
        assertThat(inspector.look(new PurgeAnswer(504, "Gateway Timeout", Map.of("x-cache", "HIT from squid-a"))))
                .isInstanceOf(Look.Absent.class);
        assertThat(inspector.canPut()).isFalse();
    }
}
