package io.freshet.purge.driver;

import static org.assertj.core.api.Assertions.assertThat;

import io.freshet.contracts.Selector;
import io.freshet.contracts.url.Canonicaliser;
import io.freshet.contracts.url.InvalidObjectException;
import io.freshet.fleet.node.Driver;
import io.freshet.fleet.node.Node;
import java.net.URI;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Random hostile objects, the same in every run: each is refused, or reaches the node as the literal that it is. */
class HostileObjectTest {

    private static final int INPUTS = 100_000;
    private static final Canonicaliser CANONICALISER = new Canonicaliser(4_096);

    private static final List<String> PARTS = List.of(
            "a",
            "img",
            "news",
            "b7",
            "-",
            ".",
            "/",
            "//",
            "/..",
            "?",
            "?x=1",
            "#",
            ":",
            ":80",
            ":99999",
            "@",
            "%20",
            "%0d%0a",
            "%00",
            "%",
            "\r\n",
            "\r",
            "\n",
            "\r\nFreshet-Names: host",
            "\r\n\r\nBAN / HTTP/1.1\r\n",
            "\u0000",
            "\t",
            " ",
            "  ",
            "\u007f",
            "\"",
            "'",
            "`",
            "&&",
            " && obj.status == 200",
            "||",
            "!~ .*",
            "~",
            "$",
            "^",
            "*",
            "+",
            "(",
            ")",
            "(a+)+",
            "(a|a)*",
            "(?=a)",
            "\\1",
            "\\",
            "\\Q",
            ".*",
            ".*.*.*",
            "[",
            "]",
            "[^/]*",
            "{",
            "}",
            "{1,9999}",
            "<",
            ">",
            ",",
            ";",
            "=",
            "\u00e9",
            "\u2028",
            "\ud83d\ude00",
            "\ud800",
            "*.",
            "xn--",
            "localhost",
            "http://",
            "https://",
            "a".repeat(10_000));

    private final PurgeDriver driver =
            PurgeDriver.of(new Node("n1", URI.create("http://10.0.0.1:80"), new Driver.Varnish("varnish", "token")));

    @ParameterizedTest
    @CsvSource({
        "HOST, '', BAN / HTTP/1.1|Host: OBJECT",
        "PREFIX, http://h.example/, BAN PATH HTTP/1.1|Host: h.example",
        "REGEX, http://h.example/, BAN / HTTP/1.1|Host: h.example",
        "TAG, h.example#, BAN / HTTP/1.1|Host: h.example"
    })
    void object_is_refused_or_reaches_the_node_as_it_is(Selector selector, String before, String lines) {
        Random random = new Random(selector.ordinal());
        int sent = 0;
        for (int i = 0; i < INPUTS; i++) {
            String input = before + input(random);
            try {
                assertSent(selector, input, lines);
                sent++;
            } catch (InvalidObjectException e) {
                assertThat(e.reason()).as(input).isNotBlank();
            }
        }
        assertThat(sent).as("some are accepted, and most are refused").isBetween(INPUTS / 1_000, INPUTS / 2);
    }

    private void assertSent(Selector selector, String input, String lines) throws InvalidObjectException {
        String object = CANONICALISER.canonicalise(input, selector).url();
        String text = driver.request(Purge.of(selector, object, false)).text();
        String expected = lines.replace("OBJECT", object).replace("PATH", path(object));
        List<String> sent = List.of(text.split("\r\n", -1));
        assertThat(sent.subList(0, 2)).as(input).containsExactly(expected.split("\\|"));
        assertThat(sent.subList(sent.size() - 2, sent.size()))
                .as("the end of %s", input)
                .containsExactly("", "");
        assertThat(sent.subList(0, sent.size() - 2)).as(input).allMatch(line -> line.matches("[ -~]{3,8000}"));
        switch (selector) {
            case HOST ->
                assertThat(sent).as(input).contains("Freshet-Names: host").hasSize(7);
            case TAG -> {
                assertThat(object).as("of %s", input).isEqualTo(input);
                assertThat(sent)
                        .contains("Freshet-Tags: " + input.substring("h.example#".length()))
                        .hasSize(7);
            }
            // What it matches is tested where it is written, PathExpressionFuzzTest; no quoting is left to the server.
            case REGEX ->
                assertThat(sent)
                        .as(input)
                        .hasSize(7)
                        .anyMatch(line -> line.matches("Freshet-Match: \\^[^\"\\\\, ]*[$]"));
            default -> assertThat(sent).as(input).hasSize(6);
        }
    }

    private static String path(String object) {
        return object.startsWith("http") ? object.substring(object.indexOf('/', "https://".length())) : object;
    }

    private static String input(Random random) {
        StringBuilder input = new StringBuilder();
        int parts = 1 + random.nextInt(5);
        for (int i = 0; i < parts; i++) {
            input.append(PARTS.get(random.nextInt(PARTS.size())));
        }
        return input.toString();
    }
}
