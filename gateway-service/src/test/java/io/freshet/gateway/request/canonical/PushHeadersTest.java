package io.freshet.gateway.request.canonical;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.freshet.gateway.TestSettings;
import io.freshet.gateway.problem.Violation;
import io.freshet.gateway.request.json.JsonRequestReaderTest;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PushHeadersTest {

    private static final PushHeaders HEADERS = new PushHeaders(TestSettings.defaults(PushHeaderProperties.class));

    @Test
    void names_are_canonicalised_and_values_deduplicated() {
        assertThat(HEADERS.read("/headers", Map.of("accept-encoding", List.of("gzip", "br", "gzip"))))
                .containsExactly(Map.entry("Accept-Encoding", List.of("gzip", "br")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"Host", "Range", "Authorization", "X-Forwarded-For", "Connection", "Cookie", "", "a b"})
    void header_that_is_not_allowed_is_refused(String name) {
        assertThat(violations(Map.of(name, List.of("x"))))
                .singleElement()
                .satisfies(violation -> assertThat(violation.pointer()).isEqualTo("/headers/" + name));
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
    void forbidden_headers_cannot_be_configured(String name) {
        assertThatThrownBy(() -> new PushHeaders(TestSettings.with(
                        PushHeaderProperties.class, Map.of("freshet.gateway.push.allowed-headers", name))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(name);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " gzip", "gzip ", "a\r\nHost: evil", "é", "\t"})
    void values_with_control_characters_or_outer_blanks_are_refused(String value) {
        assertThat(violations(Map.of("Accept", List.of("text/html", value))))
                .extracting(Violation::pointer)
                .containsExactly("/headers/Accept/1");
    }

    @Test
    void variants_above_the_limit_are_refused() {
        List<String> four = List.of("a", "b", "c", "d");
        assertThat(HEADERS.read("/headers", Map.of("Accept", four, "Accept-Language", four)))
                .hasSize(2);
        assertThat(violations(Map.of("Accept", four, "Accept-Language", four, "User-Agent", List.of("a", "b"))))
                .singleElement()
                .satisfies(violation -> assertThat(violation.detail()).contains("32", "16"));
    }

    @Test
    void duplicated_name_or_missing_value_is_refused() {
        assertThat(violations(Map.of("Accept", List.of()))).hasSize(1);
        assertThat(violations(Map.of("Accept", List.of("a"), "ACCEPT", List.of("b"))))
                .hasSize(1);
    }

    private static List<Violation> violations(Map<String, List<String>> headers) {
        return JsonRequestReaderTest.refused(() -> HEADERS.read("/headers", headers))
                .errors();
    }
}
