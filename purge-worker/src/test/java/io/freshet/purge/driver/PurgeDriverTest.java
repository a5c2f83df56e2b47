package io.freshet.purge.driver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.freshet.contracts.Selector;
import io.freshet.fleet.node.Driver;
import io.freshet.fleet.node.Node;
import java.net.URI;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PurgeDriverTest {

    private static final String MARKED = "l1-a";

    private final PurgeDriver varnish = driver(new Driver.Varnish("varnish", "s3cret"));
    private final PurgeDriver nginx = driver(new Driver.Http(
            "nginx", "PURGE", Map.of("X-Purge-Token", "s3cret"), null, Driver.IDENTITY_HEADER, null, null, null));
    private final PurgeDriver newerNginx = driver(new Driver.Http(
            "nginx", "PURGE", Map.of(), new Driver.DirectoryPurge("PURGE", "*"), Driver.IDENTITY_HEADER, null, null, null));
    private final PurgeDriver squid = driver(new Driver.Http("squid", "PURGE", Map.of(), null, "", null, null, null));

    private static PurgeDriver driver(Driver settings) {
        return PurgeDriver.of(new Node("l1-a", URI.create("http://10.0.0.1:80"), settings));
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
    void varnish_can_purge_a_url_softly_and_bans_a_directory_hard() {
        assertThat(varnish.request(Purge.of(Selector.URL, "http://a.test/", true))
                        .text())
                .contains("\r\nFreshet-Soft: 1\r\n");
        assertThat(varnish.request(Purge.of(Selector.DIRECTORY, "http://a.test/d/", true))
                        .text())
                .startsWith("BAN /d/ HTTP/1.1\r\n")
                .contains("\r\nFreshet-Ban: ^/d/\r\n")
                .doesNotContain("Freshet-Soft");
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '"',
            value = {
                "/a.b/, ^/a[.]b/",
                "/a(1)[2]*+$/, ^/a[(]1[)][[]2[]][*][+][$]/",
                "/%7Bx%7D/, ^/%7Bx%7D/",
            })
    void a_ban_means_exactly_the_directory_and_never_a_pattern(String path, String expression) {
        assertThat(VarnishDriver.startsWith(path)).isEqualTo(expression);
        assertThat(java.util.regex.Pattern.compile(
                                expression.replace("[[]", "\\[").replace("[]]", "\\]"))
                        .matcher(path + "page")
                        .lookingAt())
                .isTrue();
    }

    @ParameterizedTest
    @CsvSource({"200, PURGED", "204, PURGED", "404, ABSENT"})
    void known_answers_of_our_own_configuration_are_success(int status, PurgeOutcome.Gone outcome) {
        assertThat(varnish.outcome(new PurgeAnswer(status, "", MARKED))).isEqualTo(outcome);
        assertThat(nginx.outcome(new PurgeAnswer(status, "", MARKED))).isEqualTo(outcome);
        assertThat(squid.outcome(new PurgeAnswer(status, "", null))).isEqualTo(outcome);
    }

    @ParameterizedTest
    @ValueSource(ints = {100, 201, 206, 301, 304, 400, 401, 403, 405, 410, 412, 421, 501, 505, 599})
    void any_other_status_is_not_success_even_if_marked(int status) {
        for (PurgeDriver driver : new PurgeDriver[] {varnish, nginx, squid}) {
            assertThat(driver.outcome(new PurgeAnswer(status, "Because", MARKED)))
                    .isEqualTo(new PurgeOutcome.Refused("answered " + status + " Because"));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {408, 429, 500, 502, 503, 504})
    void temporary_status_is_retried_and_no_refusal(int status) {
        for (PurgeDriver driver : new PurgeDriver[] {varnish, nginx, squid}) {
            assertThat(driver.outcome(new PurgeAnswer(status, "Because", MARKED)))
                    .isEqualTo(new PurgeOutcome.Busy("answered " + status + " Because"));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {200, 204, 404})
    void an_origins_answer_through_a_cache_that_is_not_set_up_is_not_success(int status) {
        assertThat(varnish.outcome(new PurgeAnswer(status, "", null)))
                .isInstanceOfSatisfying(
                        PurgeOutcome.Refused.class,
                        refused -> assertThat(refused.answer()).contains("without the header Freshet-Node"));
        assertThat(nginx.outcome(new PurgeAnswer(status, "", null))).isInstanceOf(PurgeOutcome.Refused.class);
    }

    @ParameterizedTest
    @ValueSource(ints = {200, 204, 404})
    void a_parents_answer_through_a_cache_that_is_not_set_up_is_not_success(int status) {
        for (PurgeDriver driver : new PurgeDriver[] {varnish, nginx}) {
            assertThat(driver.outcome(new PurgeAnswer(status, "", "l2-a")))
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
