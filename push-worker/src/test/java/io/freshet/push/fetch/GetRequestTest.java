package io.freshet.push.fetch;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.freshet.fleet.node.Driver;
import io.freshet.fleet.node.Node;
import java.net.URI;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GetRequestTest {

    private static final PublicUrl URL = PublicUrl.parse("https://www.example.com/a");
    private static final Node VARNISH =
            new Node("l2-a", URI.create("http://10.0.0.1:80"), new Driver.Varnish("varnish", "t"));

    @Test
    void request_to_a_varnish_is_a_push_with_its_token() {
        assertThat(encode(Map.of("Accept-Encoding", "br"))).isEqualTo("""
                        GET /a HTTP/1.1\r
                        Host: www.example.com\r
                        X-Forwarded-Proto: https\r
                        Freshet-Push: 1\r
                        Freshet-Token: t\r
                        Accept-Encoding: br\r
                        User-Agent: Freshet\r
                        \r
                        """);
    }

    @Test
    void variant_replaces_the_user_agent_but_not_what_makes_it_a_push() {
        assertThat(encode(Map.of("user-agent", "Phone", "host", "b.test", "freshet-push", "0")))
                .containsIgnoringCase("user-agent: Phone\r\n")
                .containsIgnoringCase("host: www.example.com\r\n")
                .containsIgnoringCase("freshet-push: 1\r\n")
                .doesNotContain("Freshet\r\n", "b.test", ": 0\r\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a\r\nX: y", "a\nX: y", "a\u0000", "\u00e4", "a\tb", "\u007f"})
    void character_that_is_not_visible_ascii_is_refused(String text) {
        assertThatThrownBy(() -> encode(Map.of("Accept", text))).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> encode(Map.of(text, "a"))).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> GetRequest.encode(VARNISH, new PublicUrl("http", "a.test", "/" + text), Map.of()))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private static String encode(Map<String, String> headers) {
        return new String(GetRequest.encode(VARNISH, URL, headers), ISO_8859_1);
    }
}
