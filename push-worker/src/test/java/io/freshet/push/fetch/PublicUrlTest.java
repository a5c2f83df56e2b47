package io.freshet.push.fetch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PublicUrlTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://www.example.com/",
                "http://localhost:9000/a/b.png?x=%7e&y=[1]|2",
                "http://[2001:db8::1]:81/~a//b;c",
                "https://a.test/a@b:c?d/e?f"
            })
    void a_url_is_taken_apart_and_put_together_byte_for_byte(String url) {
        assertThat(PublicUrl.parse(url)).hasToString(url);
    }

    @Test
    void the_authority_becomes_host_and_the_rest_the_request_target() {
        assertThat(PublicUrl.parse("http://localhost:9000/a?b"))
                .isEqualTo(new PublicUrl("http", "localhost:9000", "/a?b"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "/a",
                "ftp://a.test/",
                "http://a.test",
                "http://a.test?b",
                "http://user@a.test/",
                "http://a.test/#b",
                "http://a.test/ b",
                "http://a.test/\r\nX: y",
                "http://a.test/é",
                "http:///a"
            })
    void url_that_is_not_canonical_is_refused(String url) {
        assertThatIllegalArgumentException().isThrownBy(() -> PublicUrl.parse(url));
    }
}
