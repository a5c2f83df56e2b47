package io.freshet.purge.driver;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.freshet.contracts.Selector;
import io.freshet.contracts.inspection.CopyDetails;
import io.freshet.fleet.node.Driver;
import io.freshet.fleet.node.Node;
import java.net.URI;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HttpInspectorTest {

    private static final Purge PAGE = Purge.of(Selector.URL, "https://a.test/p?q", false);
    private static final String DATE = "Sun, 29 Nov 2026 09:00:00 GMT";

    private final CacheInspector nginx =
            inspector(new Driver.LookRequest("GET", Map.of("Freshet-Look", "1"), 500, "Freshet-Look", true));
    private final CacheInspector squid =
            inspector(new Driver.LookRequest("HEAD", Map.of("Cache-Control", "only-if-cached"), 504, "", false));

    private static CacheInspector inspector(Driver.LookRequest look) {
        Driver.Http settings =
                new Driver.Http("http", "PURGE", Map.of("X-Purge-Token", "s3cret"), null, "", null, null, look);
        PurgeDriver driver = PurgeDriver.of(new Node("l1-a", URI.create("http://10.0.0.1:80"), settings));
        return requireNonNull(driver.inspector());
    }

    private static PurgeAnswer answer(int status, String... headers) {
        return switch (headers.length) {
            case 0 -> new PurgeAnswer(status, "", Map.of());
            case 2 -> new PurgeAnswer(status, "", Map.of(headers[0], headers[1]));
            default -> new PurgeAnswer(status, "", Map.of(headers[0], headers[1], headers[2], headers[3]));
        };
    }

    @Test
    void a_look_is_a_request_for_the_page_with_the_headers_of_purges_and_looks() {
        assertThat(nginx.look(PAGE).text()).isEqualTo("""
                GET /p?q HTTP/1.1
                Host: a.test
                X-Purge-Token: s3cret
                Freshet-Look: 1
                X-Forwarded-Proto: https

                """.replace("\n", "\r\n"));
        assertThat(squid.look(PAGE).text())
                .startsWith("HEAD /p?q HTTP/1.1\r\n")
                .contains("\r\nCache-Control: only-if-cached\r\n");
    }

    @ParameterizedTest
    @CsvSource({
        "304, cache HIT",
        "200, cache HIT",
        "404, cache HIT",
        "500, cache HIT",
        "200, cache STALE",
        "200, cache UPDATING"
    })
    void a_copy_that_the_cache_says_it_served_is_present(int status, String cache) {
        assertThat(nginx.look(answer(status, "freshet-look", cache, "freshet-date", DATE)))
                .isInstanceOfSatisfying(
                        Look.Undated.class, copy -> assertThat(copy.copy()).contains(DATE));
    }

    @ParameterizedTest
    @CsvSource({
        "500, cache MISS",
        "500, cache EXPIRED",
        "500, cache BYPASS",
        "200, cache MISS",
        "200, cache",
        "301, cache",
        "404, cache"
    })
    void a_page_that_was_not_served_from_the_cache_is_absent(int status, String cache) {
        assertThat(nginx.look(answer(status, "freshet-look", cache))).isEqualTo(new Look.Absent());
    }

    @Test
    void the_status_tells_whether_a_page_is_cached_if_nothing_else_does() {
        assertThat(nginx.look(answer(500))).isEqualTo(new Look.Absent());
        assertThat(squid.look(answer(504))).isEqualTo(new Look.Absent());
        for (int status : new int[] {200, 203, 301, 304, 404, 410}) {
            assertThat(squid.look(answer(status)))
                    .isInstanceOfSatisfying(
                            Look.Undated.class, copy -> assertThat(copy.doubt()).isEmpty());
            assertThat(nginx.look(answer(status)))
                    .isInstanceOfSatisfying(
                            Look.Undated.class,
                            copy -> assertThat(copy.doubt()).contains("lacks the header Freshet-Look"));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {400, 401, 403, 405, 429, 502, 503, 504})
    void a_server_that_does_not_let_us_look_tells_nothing(int status) {
        assertThat(nginx.look(answer(status, "freshet-look", "cache")))
                .isEqualTo(new Look.Unknown("answered " + status + " to a look"));
        assertThat(nginx.look(answer(status))).isInstanceOf(Look.Unknown.class);
    }

    @Test
    void copies_with_another_date_or_etag_are_other_copies() {
        Look copy = nginx.look(answer(200, "freshet-date", DATE, "etag", "\"1\""));

        assertThat(nginx.look(answer(200, "freshet-date", DATE, "etag", "\"1\"")))
                .isEqualTo(copy);
        assertThat(nginx.look(answer(200, "freshet-date", DATE.replace("00 GMT", "01 GMT"), "etag", "\"1\"")))
                .isNotEqualTo(copy);
        assertThat(nginx.look(answer(200, "freshet-date", DATE, "etag", "\"2\"")))
                .isNotEqualTo(copy);
    }

    @Test
    void a_copy_is_described_by_what_a_response_without_a_body_tells() {
        assertThat(nginx.detailHeaders()).containsExactly("Vary");
        assertThat(nginx.details(answer(304, "etag", "\"1\"", "vary", "Accept-Encoding")))
                .isEqualTo(new CopyDetails(null, null, null, null, null, "\"1\"", null, "Accept-Encoding", null, null));
    }

    @Test
    void a_look_over_http_sends_no_scheme_as_clients_without_a_terminator_do() {
        Purge plain = Purge.of(Selector.URL, "http://a.test/p", false);

        assertThat(nginx.look(plain).text()).doesNotContain("X-Forwarded-Proto");
        assertThat(nginx.put(plain).text()).contains("X-Forwarded-Proto: http\r\n");
    }

    @Test
    void a_test_object_is_an_ordinary_request_with_the_token() {
        assertThat(nginx.canPut()).isTrue();
        assertThat(squid.canPut()).isFalse();
        assertThat(nginx.put(PAGE).text())
                .startsWith("GET /p?q HTTP/1.1\r\n")
                .contains("\r\nX-Purge-Token: s3cret\r\n")
                .doesNotContain("Freshet-Look");
    }
}
