package io.freshet.gateway.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.freshet.contracts.url.InvalidObjectException;
import io.freshet.gateway.problem.ProblemException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.http.MediaType;

class LineFormatTest {

    @Test
    void text_line_is_its_object_without_white_space_around_it() throws InvalidObjectException {
        assertThat(LineFormat.TEXT.object(" https://a/b\t")).isEqualTo("https://a/b");
        assertThat(LineFormat.TEXT.object("  ")).isNull();
        assertThat(LineFormat.TEXT.object("# a comment")).isNull();
    }

    @Test
    void json_line_is_a_string_or_an_object() throws InvalidObjectException {
        assertThat(LineFormat.NDJSON.object("\"https://a/b\"")).isEqualTo("https://a/b");
        assertThat(LineFormat.NDJSON.object("{\"object\": \"https:\\/\\/a/\\u0062\"}"))
                .isEqualTo("https://a/b");
        assertThat(LineFormat.NDJSON.object(" ")).isNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "# no comment",
                "https://a/b",
                "{\"object\": 1}",
                "{\"object\": \"a\", \"soft\": true}",
                "{\"url\": \"a\"}",
                "[\"a\"]",
                "{\"object\": \"a\"} {\"object\": \"b\"}",
                "\"a\", \"object\": \"b\"",
                "\"a\"} {",
                "\"a\" \"b\"",
                "{",
                "null"
            })
    void json_line_of_another_shape_is_refused(String line) {
        assertThatThrownBy(() -> LineFormat.NDJSON.object(line)).isInstanceOf(InvalidObjectException.class);
    }

    @Test
    void format_follows_from_the_media_type() {
        assertThat(LineFormat.of(MediaType.parseMediaType("application/x-ndjson")))
                .isEqualTo(LineFormat.NDJSON);
        assertThat(LineFormat.of(MediaType.parseMediaType("text/plain;charset=utf-8")))
                .isEqualTo(LineFormat.TEXT);
        assertThat(LineFormat.of(MediaType.APPLICATION_FORM_URLENCODED)).isEqualTo(LineFormat.TEXT);
        assertThatThrownBy(() -> LineFormat.of(MediaType.parseMediaType("text/plain;charset=utf-16")))
                .isInstanceOf(ProblemException.class)
                .hasMessageContaining("only UTF-8");
    }
}
