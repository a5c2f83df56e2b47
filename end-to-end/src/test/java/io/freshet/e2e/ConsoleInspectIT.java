package io.freshet.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.freshet.cluster.Fleet;
import io.freshet.cluster.Pages;
import io.freshet.cluster.TestCluster;
import io.freshet.e2e.browser.Browser;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.ResourceLock;

/** The console's page that shows what each cache holds for a URL, in Chromium. */
@ExtendWith(OnlyWithBrowser.class)
@ClusterTest
@Order(Order.DEFAULT + 22)
// Chromium aborts requests when a network interface comes or goes, as it does with containers.
@ResourceLock("network interfaces")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ConsoleInspectIT {

    private final TestCluster cluster;
    private Browser browser;

    ConsoleInspectIT(TestCluster cluster) {
        this.cluster = cluster;
    }

    @BeforeAll
    void open() {
        browser = Browser.open(cluster.gatewayAddress());
        browser.go("/");
        browser.signIn(Fleet.TOKEN);
    }

    @BeforeEach
    void forget_errors_of_the_test_before() {
        browser.errors();
    }

    @AfterAll
    void close() {
        browser.close();
    }

    @Test
    void copies_and_the_origin_are_shown_and_a_link_shows_them_again() {
        Pages pages = cluster.origin().pages();
        String url = pages.url("inspected.html");
        cluster.l1().getFirst().get(url);
        browser.go("/inspect");

        browser.type("#inspect-url", url);
        browser.click("#inspect-ask");

        browser.awaitText(card("l1-a"), "In cache");
        assertThat(browser.text(card("l1-a"))).contains("Status", "200", "Fresh for", "Size");
        browser.awaitText(card("l2-a"), "In cache");
        browser.awaitText(card("l1-b"), "Not in cache");
        assertThat(browser.text("#inspected")).doesNotContain("Origin");
        assertThat(pages.fetches(url)).isEqualTo(1);

        browser.go("/inspect?origin=true&url=" + URLEncoder.encode(url, StandardCharsets.UTF_8));

        browser.awaitText("#inspected", "HEAD request through l2-a");
        assertThat(browser.accessibilityFaults()).isEmpty();
        assertThat(browser.errors()).isEmpty();
    }

    @Test
    void url_of_a_foreign_domain_is_refused_with_the_reason() {
        browser.go("/inspect?url=" + URLEncoder.encode("https://elsewhere.example/a", StandardCharsets.UTF_8));

        browser.awaitText(".empty-failure", "elsewhere.example");
    }

    private static String card(String node) {
        return "[data-node='" + node + "']";
    }
}
