package io.freshet.gateway.request.query;

import static org.assertj.core.api.Assertions.assertThat;

import io.freshet.contracts.task.TaskStatus;
import io.freshet.gateway.problem.Violation;
import io.freshet.gateway.request.TestSettings;
import io.freshet.gateway.request.json.JsonRequestReaderTest;
import io.freshet.gateway.request.object.Canonicaliser;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.util.LinkedMultiValueMap;
import org.springframework.util.MultiValueMap;
import org.springframework.web.util.UriComponentsBuilder;

class QueryParametersTest {

    @Test
    void what_is_there_is_brought_into_canonical_form() {
        assertThat(read("status=running&limit=007&from=2026-11-22T11:00:00%2B01:00&object=HTTP://H.example"))
                .isEqualTo(Map.of(
                        "status", "running",
                        "limit", "7",
                        "from", "2026-11-22T10:00:00Z",
                        "object", "http://h.example/"));
    }

    @Test
    void everything_wrong_is_named_at_once() {
        assertThat(JsonRequestReaderTest.refused(() -> read(
                                "status=done&limit=0&limit=1&from=yesterday&object=ftp://x&cursor=&nothing=1&Limit=2"))
                        .errors())
                .extracting(Violation::parameter)
                .containsExactly("status", "limit", "from", "object", "cursor", "nothing", "Limit");
    }

    private static Map<String, String> read(String query) {
        MultiValueMap<String, String> parameters = new LinkedMultiValueMap<>();
        UriComponentsBuilder.fromUriString("?" + query)
                .build()
                .getQueryParams()
                .forEach((name, values) -> values.forEach(value -> parameters.add(
                        name,
                        value == null
                                ? ""
                                : java.net.URLDecoder.decode(value, java.nio.charset.StandardCharsets.UTF_8))));
        return QueryParameters.of(parameters)
                .word("status", TaskStatus.class)
                .number("limit", 1, 500)
                .instant("from")
                .url("object", new Canonicaliser(TestSettings.with(Map.of())))
                .text("cursor", 10)
                .end();
    }
}
