package io.freshet.purge.driver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.freshet.contracts.Selector;
import io.freshet.fleet.node.Driver;
import io.freshet.fleet.node.Node;
import java.net.URI;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class TrafficServerDriverTest {

    private static final String TOKEN = "s3cret";

    private final Driver settings = settings(true);
    private final PurgeDriver driver = PurgeDriver.of(new Node("ats-a", URI.create("http://10.0.0.1:8080"), settings));

    private static Driver settings(boolean hostPurge) {
        return new Driver.TrafficServer("ats", TOKEN, hostPurge, Driver.TrafficServer.RESTART_TOKEN);
    }

    @Test
    void host_and_everything_are_supported_only_with_remap_purge() {
        assertThat(Selector.values())
                .filteredOn(settings::supports)
                .containsExactlyInAnyOrder(Selector.URL, Selector.HOST, Selector.EVERYTHING);
        assertThat(Selector.values()).filteredOn(settings(false)::supports).containsExactly(Selector.URL);
    }

    @Test
    void url_is_purged_with_the_token_and_needs_a_second_purge() {
        assertThat(text(Selector.URL, "http://a.test/b?c=d"))
                .isEqualTo("PURGE /b?c=d HTTP/1.1\r\nHost: a.test\r\nFreshet-Token: s3cret\r\n\r\n");
        assertThat(driver.needsRebound(Selector.URL)).isTrue();
        assertThat(settings).asString().doesNotContain(TOKEN);
    }

    @Test
    void host_is_purged_with_the_secret_of_remap_purge_and_no_second_purge() {
        assertThat(text(Selector.HOST, "a.test:8080"))
                .startsWith("PURGE /.freshet-host HTTP/1.1\r\nHost: a.test:8080\r\n")
                .contains("Freshet-Purge-Host: s3cret\r\n");
        assertThat(text(Selector.EVERYTHING, "a.test")).contains("Freshet-Purge-Host: s3cret\r\n");
        assertThat(driver.needsRebound(Selector.HOST)).isFalse();
    }

    @Test
    void everything_of_sub_domains_is_refused_with_the_way_out() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> driver.request(Purge.of(Selector.EVERYTHING, "*.a.test", false)))
                .withMessageContaining("type host");
    }

    @Test
    void answer_404_to_a_host_purge_is_no_success_unless_no_rule_maps_the_host() {
        Purge host = Purge.of(Selector.HOST, "a.test", false);
        assertThat(driver.outcome(host, answer(200, "OK"))).isEqualTo(PurgeOutcome.Gone.BANNED);
        assertThat(driver.outcome(host, answer(404, "Not Found")))
                .isInstanceOfSatisfying(
                        PurgeOutcome.Refused.class,
                        refused -> assertThat(refused.answer()).contains("remap_purge.so"));
        assertThat(driver.outcome(host, answer(404, "Not Found on Accelerator")))
                .isEqualTo(PurgeOutcome.Gone.ABSENT);
    }

    @Test
    void answer_404_to_a_url_purge_is_absent_only_from_the_node_itself() {
        Purge url = Purge.of(Selector.URL, "http://a.test/", false);
        assertThat(driver.outcome(url, answer(404, "Not Found"))).isEqualTo(PurgeOutcome.Gone.ABSENT);
        assertThat(driver.outcome(url, new PurgeAnswer(404, "Not Found", Map.of())))
                .isInstanceOf(PurgeOutcome.Refused.class);
        assertThat(driver.outcome(url, new PurgeAnswer(403, "Forbidden", Map.of())))
                .isInstanceOf(PurgeOutcome.Refused.class);
    }

    @Test
    void probe_without_a_rule_for_test_objects_is_refused() {
        assertThat(driver.outcome(answer(404, "Not Found"))).isEqualTo(PurgeOutcome.Gone.ABSENT);
        assertThat(driver.outcome(answer(404, "Not Found on Accelerator")))
                .isInstanceOfSatisfying(
                        PurgeOutcome.Refused.class,
                        refused -> assertThat(refused.answer()).contains("/.freshet-canary/", "docs/caches.md"));
    }

    @Test
    void look_serves_an_expired_copy_and_tells_it_by_the_date_of_the_origin() {
        CacheInspector inspector = Objects.requireNonNull(driver.inspector());
        assertThat(inspector
                        .look(Purge.of(Selector.URL, "http://a.test/b", false))
                        .text())
                .contains("Freshet-Look: 1\r\n", "Cache-Control: only-if-cached\r\n", "Freshet-Token: s3cret\r\n");
        assertThat(inspector.look(new PurgeAnswer(504, "Not Cached", Map.of()))).isInstanceOf(Look.Absent.class);
        assertThat(inspector.look(new PurgeAnswer(200, "OK", Map.of("date", "today"))))
                .isEqualTo(new Look.Undated("today null null", ""));
        assertThat(driver.headers()).contains("Date");
    }

    private String text(Selector selector, String object) {
        return driver.request(Purge.of(selector, object, false)).text();
    }

    private static PurgeAnswer answer(int status, String reason) {
        return new PurgeAnswer(status, reason, Map.of("freshet-node", "ats-a"));
    }
}
