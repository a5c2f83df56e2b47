package io.freshet.gateway.request.query;

import static org.assertj.core.api.Assertions.assertThat;

import io.freshet.contracts.Selector;
import io.freshet.contracts.task.TaskStatus;
import io.freshet.contracts.url.Canonicaliser;
import io.freshet.gateway.problem.Violation;
import io.freshet.gateway.request.json.JsonRequestReaderTest;
import java.net.URI;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.http.HttpMethod;
import org.springframework.mock.http.server.reactive.MockServerHttpRequest;

class QueryParametersTest {

    @Test
    void parameters_are_canonicalised() {
        assertThat(read("status=running&limit=007&from=2026-11-22T11:00:00%2B01:00&object=HTTP://H.example"))
                .isEqualTo(Map.of(
                        "status", "running",
                        "limit", "7",
                        "from", "2026-11-22T10:00:00Z",
                        "object", "http://h.example/"));
    }

    @ParameterizedTest
    @CsvSource({
        "object=http://h.example/a+b, object, http://h.example/a+b",
        "object=http://h.example/a%2Bb, object, http://h.example/a+b",
        "object=http://h.example/a%20b, object, http://h.example/a%20b",
        "object=http://h.example/?q=a+b%26c, object, http://h.example/?q=a+b&c",
        "from=2026-11-22T11:00:00+01:00, from, 2026-11-22T10:00:00Z",
        "pageToken=a+b, pageToken, a+b",
    })
    void plus_sign_is_not_decoded_as_a_blank(String query, String name, String value) {
        assertThat(read(query)).isEqualTo(Map.of(name, value));
    }

    @ParameterizedTest
    @CsvSource({
        "object=H.example, h.example",
        "object=http://h.example/a.*, http://h.example/a.*",
        "object=http://h.example/?a, http://h.example/?a",
        "type=directory&object=http://h.example/a, http://h.example/a",
        "type=ignore-query&object=http://h.example/?a, http://h.example/",
        "type=regex&object=http://H.example/a?b, http://h.example/a?b",
        "type=host&object=http://h.example/, h.example",
        "object=H.example%23News, h.example%23News",
        "type=tag&object=*.h.example%23a, *.h.example%23a",
        "object=*.H.example, *.h.example",
        "type=everything&object=h.example, h.example",
    })
    void object_is_read_by_its_type_or_as_what_it_looks_like(String query, String object) {
        assertThat(read(query)).containsEntry("object", object.replace("%23", "#"));
    }

    @Test
    void invalid_and_unknown_parameters_are_all_listed() {
        assertThat(JsonRequestReaderTest.refused(
                                () -> read("status=done&limit=0&limit=1&from=yesterday&object=ftp://x&pageToken=&"
                                        + "nothing=1"
                                        + "&Limit=2&flag"))
                        .errors())
                .extracting(Violation::parameter)
                .containsExactly("status", "limit", "from", "object", "pageToken", "nothing", "Limit", "flag");
    }

    private static Map<String, String> read(String query) {
        return QueryParameters.of(MockServerHttpRequest.method(HttpMethod.GET, URI.create("http://localhost/?" + query))
                        .build())
                .enumValue("type", Selector.class)
                .enumValue("status", TaskStatus.class)
                .number("limit", 1, 500)
                .instant("from")
                .object("object", new Canonicaliser(1024))
                .string("pageToken", 10)
                .verify();
    }
}
