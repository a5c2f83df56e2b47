package io.freshet.purge.driver;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.freshet.contracts.Selector;
import io.freshet.fleet.node.Driver;
import io.freshet.fleet.node.Node;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class PurgeDriverTest {

    private static final String MARKED = "l1-a";

    private final PurgeDriver varnish = driver(new Driver.Varnish("varnish", "s3cret"));
    private final PurgeDriver nginx = driver(new Driver.Http(
            "nginx", "PURGE", Map.of("X-Purge-Token", "s3cret"), null, Driver.IDENTITY_HEADER, null, null, null));
    private final PurgeDriver newerNginx = driver(new Driver.Http(
            "nginx",
            "PURGE",
            Map.of(),
            new Driver.DirectoryPurge("PURGE", "*"),
            Driver.IDENTITY_HEADER,
            null,
            null,
            null));
    private final PurgeDriver squid = driver(new Driver.Http("squid", "PURGE", Map.of(), null, "", null, null, null));

    private static PurgeDriver driver(Driver settings) {
        return PurgeDriver.of(new Node("l1-a", URI.create("http://10.0.0.1:80"), settings));
    }

    private static PurgeAnswer answer(int status, String reason, @Nullable String identity) {
        return new PurgeAnswer(status, reason, identity == null ? Map.of() : Map.of("freshet-node", identity));
    }

    @Test
    void varnish_is_asked_for_the_objects_own_host_and_scheme() {
        PurgeRequest request = varnish.request(Purge.of(Selector.URL, "https://www.example.com:8443/a%20b?c=d", false));
        assertThat(request.text()).isEqualTo("""
                PURGE /a%20b?c=d HTTP/1.1
                Host: www.example.com:8443
                Freshet-Token: s3cret
                X-Forwarded-Proto: https

                """.replace("\n", "\r\n"));
    }

    @Test
    void varnish_marks_urls_stale_and_directories_only_with_xkey() {
        assertThat(varnish.request(Purge.of(Selector.URL, "http://a.test/", true))
                        .text())
                .contains("\r\nFreshet-Soft: 1\r\n");
        assertThat(varnish.request(Purge.of(Selector.DIRECTORY, "http://a.test/d/", true))
                        .text())
                .startsWith("BAN /d/ HTTP/1.1\r\n")
                .contains("\r\nFreshet-Soft: 1\r\n")
                .doesNotContain("Freshet-Keep");
        CacheInspector inspector = requireNonNull(varnish.inspector());
        String plain = inspector.configuration(new PurgeAnswer(200, "", Map.of("freshet-configuration", "4 x")));
        String withXkey = inspector.configuration(
                new PurgeAnswer(200, "", Map.of("freshet-configuration", "4 x", "freshet-soft", "directories")));
        assertThat(varnish.marksStale(Selector.URL, null)).isTrue();
        assertThat(varnish.marksStale(Selector.DIRECTORY, null)).isFalse();
        assertThat(varnish.marksStale(Selector.DIRECTORY, plain)).isFalse();
        assertThat(varnish.marksStale(Selector.DIRECTORY, withXkey)).isTrue();
    }

    @Test
    void varnish_is_told_by_headers_what_a_ban_names() {
        assertThat(text(Selector.IGNORE_QUERY, "http://a.test/p"))
                .startsWith("BAN /p HTTP/1.1\r\n")
                .contains("\r\nFreshet-Names: path\r\n");
        assertThat(text(Selector.PREFIX, "http://a.test/p?q"))
                .startsWith("BAN /p?q HTTP/1.1\r\n")
                .doesNotContain("Freshet-Names", "Freshet-Match");
        assertThat(text(Selector.REGEX, "http://a.test/p[0-9]+"))
                .startsWith("BAN / HTTP/1.1\r\nHost: a.test\r\n")
                .contains("\r\nFreshet-Match: ");
        assertThat(text(Selector.HOST, "a.test:8080"))
                .startsWith("BAN / HTTP/1.1\r\nHost: a.test:8080\r\n")
                .contains("\r\nFreshet-Names: host\r\n", "\r\nX-Forwarded-Proto: http\r\n");
    }

    @Test
    void port_80_of_a_host_is_no_default_port_and_stays() {
        assertThat(text(Selector.HOST, "a.test:80")).contains("Host: a.test:80\r\n", "X-Forwarded-Proto: https\r\n");
    }

    @Test
    void varnish_marks_hosts_stale_with_xkey_and_deletes_what_it_cannot_mark() {
        String withXkey = "4 x with xkey";
        assertThat(varnish.marksStale(Selector.HOST, withXkey)).isTrue();
        assertThat(varnish.marksStale(Selector.HOST, "4 x")).isFalse();
        assertThat(softText(Selector.HOST, "a.test")).contains("\r\nFreshet-Soft: 1\r\n");
        Map<Selector, String> deleted = Map.of(
                Selector.IGNORE_QUERY, "http://a.test/p",
                Selector.PREFIX, "http://a.test/d/",
                Selector.REGEX, "http://a.test/p");
        deleted.forEach((selector, object) -> {
            assertThat(varnish.marksStale(selector, withXkey)).isFalse();
            assertThat(softText(selector, object)).doesNotContain("Freshet-Soft");
        });
    }

    private String text(Selector selector, String object) {
        return varnish.request(Purge.of(selector, object, false)).text();
    }

    private String softText(Selector selector, String object) {
        return varnish.request(Purge.of(selector, object, true)).text();
    }

    @ParameterizedTest
    @EnumSource(
            value = Selector.class,
            names = {"IGNORE_QUERY", "REGEX", "HOST", "TAG", "EVERYTHING"})
    void selector_that_an_older_vcl_takes_for_another_is_refused_with_the_remedy(Selector selector) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> varnish.requireKnown(selector, null))
                .withMessageContaining("older freshet.vcl: install");
        varnish.requireKnown(selector, "4 x");
        varnish.requireKnown(Selector.DIRECTORY, null);
        varnish.requireKnown(Selector.PREFIX, null);
    }

    @ParameterizedTest
    @CsvSource({"2 1, false", "x 1, false", "'', false", "3 1, false", "4 1, true", "10 1, true"})
    void configuration_is_known_from_version_4_on(String configuration, boolean isKnown) {
        PurgeAnswer probe = new PurgeAnswer(200, "", Map.of("freshet-configuration", configuration));
        assertThat(requireNonNull(varnish.inspector()).configuration(probe) != null)
                .isEqualTo(isKnown);
    }

    @Test
    void second_purge_of_a_directory_tells_how_long_ago_the_first_was_applied() {
        Purge first = Purge.of(Selector.DIRECTORY, "http://a.test/d/", false);
        long fiveSecondsAgo = System.nanoTime() - 5_000_000_000L;
        assertThat(varnish.request(first.second(fiveSecondsAgo)).text())
                .containsPattern("Freshet-Keep: [5-9][.]\\d{3}\r\n");
        assertThat(nginx.keepsNewCopies(Selector.DIRECTORY)).isFalse();
    }

    @Test
    void look_tells_absence_age_and_staleness() {
        CacheInspector inspector = requireNonNull(varnish.inspector());
        assertThat(inspector
                        .look(Purge.of(Selector.URL, "https://a.test/p", false))
                        .text())
                .isEqualTo("""
                PURGE /p HTTP/1.1
                Host: a.test
                Freshet-Token: s3cret
                Freshet-Look: 1
                X-Forwarded-Proto: https

                """.replace("\n", "\r\n"));
        assertThat(inspector.look(answer(404, "", MARKED))).isEqualTo(new Look.Absent());
        assertThat(inspector.look(found("12.345", "60.000")))
                .isEqualTo(new Look.Present(Duration.ofMillis(12_345), false));
        assertThat(inspector.look(found("-0.001", "-2.500"))).isEqualTo(new Look.Present(Duration.ofMillis(-1), true));
        assertThat(inspector.look(found("", "60.000"))).isInstanceOf(Look.Unknown.class);
        assertThat(inspector.look(answer(200, "Purged", MARKED))).isInstanceOf(Look.Unknown.class);
        assertThat(inspector.look(answer(404, "", "l2-a"))).isInstanceOf(Look.Unknown.class);
        assertThat(inspector.look(answer(503, "Busy", MARKED))).isEqualTo(new Look.Unknown("answered 503 Busy"));
    }

    private static PurgeAnswer found(String fetchAge, String ttl) {
        return new PurgeAnswer(
                200, "In cache", Map.of("freshet-node", MARKED, "freshet-fetch-age", fetchAge, "freshet-ttl", ttl));
    }

    @ParameterizedTest
    @CsvSource({"200, PURGED", "204, PURGED", "404, ABSENT"})
    void known_answers_of_our_own_configuration_are_success(int status, PurgeOutcome.Gone outcome) {
        assertThat(varnish.outcome(answer(status, "", MARKED))).isEqualTo(outcome);
        assertThat(nginx.outcome(answer(status, "", MARKED))).isEqualTo(outcome);
        assertThat(squid.outcome(answer(status, "", null))).isEqualTo(outcome);
    }

    @Test
    void no_driver_claims_that_a_directory_held_something() {
        PurgeAnswer purged = new PurgeAnswer(200, "", Map.of("freshet-node", MARKED));
        PurgeAnswer absent = new PurgeAnswer(404, "", Map.of("freshet-node", MARKED));
        Purge directory = Purge.of(Selector.DIRECTORY, "http://a.test/d/", false);
        Purge url = Purge.of(Selector.URL, "http://a.test/d", false);
        for (PurgeDriver driver : new PurgeDriver[] {varnish, newerNginx}) {
            assertThat(driver.outcome(directory, purged)).isEqualTo(PurgeOutcome.Gone.BANNED);
            assertThat(driver.outcome(directory, absent)).isEqualTo(PurgeOutcome.Gone.ABSENT);
            assertThat(driver.outcome(url, purged)).isEqualTo(PurgeOutcome.Gone.PURGED);
            assertThat(driver.outcome(directory, new PurgeAnswer(403, "", Map.of("freshet-node", MARKED))))
                    .isInstanceOf(PurgeOutcome.Refused.class);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {100, 201, 206, 301, 304, 400, 401, 403, 405, 410, 412, 421, 501, 505, 599})
    void any_other_status_is_not_success_even_if_marked(int status) {
        for (PurgeDriver driver : new PurgeDriver[] {varnish, nginx, squid}) {
            assertThat(driver.outcome(answer(status, "Because", MARKED)))
                    .isEqualTo(new PurgeOutcome.Refused("answered " + status + " Because"));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {408, 429, 500, 502, 503, 504})
    void temporary_status_is_retried_and_no_refusal(int status) {
        for (PurgeDriver driver : new PurgeDriver[] {varnish, nginx, squid}) {
            assertThat(driver.outcome(answer(status, "Because", MARKED)))
                    .isEqualTo(new PurgeOutcome.Busy("answered " + status + " Because"));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {200, 204, 404})
    void an_origins_answer_through_a_cache_that_is_not_set_up_is_not_success(int status) {
        assertThat(varnish.outcome(answer(status, "", null)))
                .isInstanceOfSatisfying(
                        PurgeOutcome.Refused.class,
                        refused -> assertThat(refused.answer()).contains("without the header Freshet-Node"));
        assertThat(nginx.outcome(answer(status, "", null))).isInstanceOf(PurgeOutcome.Refused.class);
    }

    @ParameterizedTest
    @ValueSource(ints = {200, 204, 404})
    void a_parents_answer_through_a_cache_that_is_not_set_up_is_not_success(int status) {
        for (PurgeDriver driver : new PurgeDriver[] {varnish, nginx}) {
            assertThat(driver.outcome(answer(status, "", "l2-a")))
                    .isInstanceOfSatisfying(
                            PurgeOutcome.Refused.class,
                            refused -> assertThat(refused.answer()).contains("answered " + status + " as l2-a"));
        }
    }

    @Test
    void an_http_server_purges_directories_only_where_the_configuration_says_how() {
        assertThat(nginx.supports(Selector.DIRECTORY)).isFalse();
        assertThat(newerNginx.supports(Selector.DIRECTORY)).isTrue();
        assertThat(newerNginx
                        .request(Purge.of(Selector.DIRECTORY, "http://a.test/d/", false))
                        .text())
                .startsWith("PURGE /d/* HTTP/1.1\r\n");
        assertThat(nginx.request(Purge.of(Selector.URL, "http://a.test/d", false))
                        .text())
                .contains("\r\nX-Purge-Token: s3cret\r\n", "\r\nHost: a.test\r\n");
    }

    @Test
    void only_the_safe_form_of_a_varnish_url_purge_needs_no_second_one() {
        assertThat(varnish.needsRebound(Selector.URL)).isFalse();
        assertThat(varnish.needsRebound(Selector.DIRECTORY)).isTrue();
        assertThat(nginx.needsRebound(Selector.URL)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://a.test/a b",
                "http://a.test/a\r\nX: y",
                "http://a.test/\u00e9",
                "http://a.test",
                "/a",
                "http:///a",
                "ftp://a.test/a",
                "x"
            })
    void url_that_could_break_the_request_line_is_refused(String url) {
        assertThatIllegalArgumentException().isThrownBy(() -> Purge.of(Selector.URL, url, false));
    }

    @Test
    void nothing_but_visible_ascii_gets_into_a_request_and_a_token_not_into_the_message() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new PurgeRequest("PURGE", "/ HTTP/1.1", "a.test", HeaderLines.NONE));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new PurgeRequest("PURGE", "/", "a.test\r\nX: y", HeaderLines.NONE));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> HeaderLines.of(Map.of("Freshet-Token", "s3cret\r\nX: y")))
                .withMessageContaining("Freshet-Token")
                .withMessageNotContaining("s3cret");
    }
}
