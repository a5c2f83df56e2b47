package io.freshet.gateway.request.canonical;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.freshet.gateway.problem.Violation;
import io.freshet.gateway.request.TestSettings;
import io.freshet.gateway.request.json.JsonRequestReaderTest;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PushHeadersTest {

    private static final PushHeaders HEADERS = new PushHeaders(TestSettings.with(Map.of()));

    @Test
    void names_are_taken_as_configured_and_values_once() {
        assertThat(HEADERS.read("/headers", Map.of("accept-encoding", List.of("gzip", "br", "gzip"))))
                .containsExactly(Map.entry("Accept-Encoding", List.of("gzip", "br")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"Host", "Range", "Authorization", "X-Forwarded-For", "Connection", "Cookie", "", "a b"})
    void what_is_not_allowed_is_refused_by_name(String name) {
        assertThat(faults(Map.of(name, List.of("x"))))
                .singleElement()
                .satisfies(fault -> assertThat(fault.pointer()).isEqualTo("/headers/" + name));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Host",
                "range",
                "AUTHORIZATION",
                "X-Forwarded-Proto",
                "Transfer-Encoding",
                "If-None-Match",
                "bad name"
            })
    void some_headers_cannot_even_be_configured(String name) {
        assertThatThrownBy(() -> new PushHeaders(TestSettings.with(Map.of("freshet.gateway.push.headers", name))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(name);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " gzip", "gzip ", "a\r\nHost: evil", "é", "\t"})
    void values_that_would_break_a_request_are_refused(String value) {
        assertThat(faults(Map.of("Accept", List.of("text/html", value))))
                .extracting(Violation::pointer)
                .containsExactly("/headers/Accept/1");
    }

    @Test
    void the_number_of_variants_is_bounded() {
        List<String> four = List.of("a", "b", "c", "d");
        assertThat(HEADERS.read("/headers", Map.of("Accept", four, "Accept-Language", four)))
                .hasSize(2);
        assertThat(faults(Map.of("Accept", four, "Accept-Language", four, "User-Agent", List.of("a", "b"))))
                .singleElement()
                .satisfies(fault -> assertThat(fault.detail()).contains("32", "16"));
    }

    @Test
    void a_name_is_there_once_and_has_a_value() {
        assertThat(faults(Map.of("Accept", List.of()))).hasSize(1);
        assertThat(faults(Map.of("Accept", List.of("a"), "ACCEPT", List.of("b"))))
                .hasSize(1);
    }

    private static List<Violation> faults(Map<String, List<String>> headers) {
        return JsonRequestReaderTest.refused(() -> HEADERS.read("/headers", headers))
                .errors();
    }
}
