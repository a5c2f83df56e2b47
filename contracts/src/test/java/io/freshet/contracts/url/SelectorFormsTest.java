package io.freshet.contracts.url;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.freshet.contracts.Selector;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Canonical forms of objects that are no plain URLs: see also {@link CanonicaliserTest}. */
class SelectorFormsTest {

    private static final Canonicaliser CANONICALISER = new Canonicaliser(1024);
    /** Parts of tags, of which some have a meaning in headers, VCL and expressions. */
    private static final String[] TAG_PARTS = {
        "a",
        "b7",
        "-",
        "#",
        "news",
        "product-1",
        "/",
        ":",
        ";",
        "=",
        "%20",
        "%0d%0a",
        "'",
        "(.*)",
        "||",
        "&&",
        "~",
        "$",
        "{",
        "}",
        "<",
        ">",
        "^",
        "\u007f",
        "\u0000",
        "\r\nX-Evil: 1",
        "\t",
        " ",
        ",",
        "\"",
        "\\",
        "\u00e9",
        "\u2028",
        "\ud83d\ude00",
        "\ud800",
        "https://",
        "*."
    };

    @ParameterizedTest
    @CsvSource(
            delimiterString = " -> ",
            value = {
                "http://h.example/a?b=1&c -> http://h.example/a",
                "http://h.example/a? -> http://h.example/a",
                "http://h.example?q -> http://h.example/",
                "HTTPS://H.example:443/a -> https://h.example/a",
            })
    void query_that_is_ignored_is_left_out(String text, String canonical) throws Exception {
        assertCanonical(Selector.IGNORE_QUERY, text, canonical, "h.example");
    }

    @ParameterizedTest
    @CsvSource(
            delimiterString = " -> ",
            value = {
                "http://h.example/img/logo -> http://h.example/img/logo",
                "http://h.example/list?page= -> http://h.example/list?page=",
                "http://H.example/ä -> http://h.example/%C3%A4",
                "http://h.example/a b -> http://h.example/a%20b",
                "http://h.example/ -> http://h.example/",
            })
    void prefix_may_end_anywhere(String text, String canonical) throws Exception {
        assertCanonical(Selector.PREFIX, text, canonical, "h.example");
    }

    @ParameterizedTest
    @CsvSource(
            delimiterString = " -> ",
            value = {
                "www.example.com -> www.example.com",
                "WWW.Example.com/ -> www.example.com",
                "http://www.example.com/ -> www.example.com",
                "https://www.example.com:443 -> www.example.com",
                "www.example.com:443 -> www.example.com",
                "www.example.com:80 -> www.example.com",
            })
    void host_has_one_form(String text, String canonical) throws Exception {
        assertCanonical(Selector.HOST, text, canonical, canonical);
    }

    @ParameterizedTest
    @CsvSource(
            delimiterString = " -> ",
            value = {
                "https://www.example.com:8443/ -> www.example.com:8443",
                "localhost:08080 -> localhost:8080",
                "http://bücher.example -> xn--bcher-kva.example",
            })
    void port_and_punycode_belong_to_the_host(String text, String canonical) throws Exception {
        assertCanonical(Selector.HOST, text, canonical, canonical);
    }

    @ParameterizedTest
    @CsvSource(
            delimiterString = " -> ",
            value = {
                "https://H.example/img/.*[.]png -> https://h.example/img/.*[.]png",
                "https://h.example:443/a -> https://h.example/a",
                "https://h.example/[a/*]\\/[^/]* -> https://h.example/[a/*]\\/[^/]*",
            })
    void expression_follows_the_host(String text, String canonical) throws Exception {
        assertCanonical(Selector.REGEX, text, canonical, "h.example");
    }

    @ParameterizedTest
    @CsvSource(
            delimiterString = " -> ",
            value = {
                "H.example#News -> h.example#News -> h.example",
                "*.H.example#a#b -> *.h.example#a#b -> *.h.example",
                "h.example:8080#product-1/~!' -> h.example:8080#product-1/~!' -> h.example:8080",
            })
    void tag_stays_as_it_is_after_its_domain(String text, String canonical, String domain) throws Exception {
        assertCanonical(Selector.TAG, text, canonical, domain);
    }

    @ParameterizedTest
    @CsvSource(
            delimiterString = " -> ",
            value = {
                "WWW.Example.com -> www.example.com",
                "https://www.example.com/ -> www.example.com",
                "*.Example.com -> *.example.com",
                "*.example.com:443 -> *.example.com",
                "*.b\u00fccher.example:8080 -> *.xn--bcher-kva.example:8080",
            })
    void everything_of_a_domain_is_its_name(String text, String canonical) throws Exception {
        assertCanonical(Selector.EVERYTHING, text, canonical, canonical);
    }

    @Test
    void tag_of_1024_bytes_is_the_longest_whatever_the_limit_of_other_objects() throws Exception {
        String longest = "t".repeat(DomainTag.MAX_TAG_BYTES);
        String host = ("a".repeat(60) + '.').repeat(4) + "example:8080";
        assertThat(new Canonicaliser(10)
                        .canonicalise("*." + host + '#' + longest, Selector.TAG)
                        .url())
                .hasSizeLessThanOrEqualTo(DomainTag.MAX_OBJECT_BYTES)
                .endsWith(longest);
        assertThatThrownBy(() -> CANONICALISER.canonicalise("h.example#t" + longest, Selector.TAG))
                .hasMessageContaining("has 1025 bytes");
    }

    /** Random texts, the same in every run: each is refused, or comes through unchanged and without a separator. */
    @Test
    void hostile_tag_is_refused_or_not_changed() throws Exception {
        Random random = new Random(3);
        int accepted = 0;
        for (int i = 0; i < 100_000; i++) {
            String tag = hostileTag(random);
            try {
                String object = CANONICALISER
                        .canonicalise("h.example#" + tag, Selector.TAG)
                        .url();
                accepted++;
                assertThat(object).isEqualTo("h.example#" + tag);
                assertThat(DomainTag.split(object)).isEqualTo(new DomainTag("h.example", tag));
                assertThat(tag).matches("[!-~&&[^,\"\\\\]]+");
            } catch (InvalidObjectException e) {
                assertThat(e.reason()).isNotBlank();
                assertThat(tag).doesNotMatch("[a-z0-9#-]+");
            }
        }
        assertThat(accepted).isBetween(10_000, 90_000);
    }

    private static String hostileTag(Random random) {
        StringBuilder tag = new StringBuilder();
        int parts = 1 + random.nextInt(6);
        for (int i = 0; i < parts; i++) {
            tag.append(TAG_PARTS[random.nextInt(TAG_PARTS.length)]);
        }
        return tag.toString();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "PREFIX -> http://h.example -> has no path; to refresh a whole host use type host",
                "PREFIX -> http://h.example?a -> has no path",
                "PREFIX -> http://h.example/a* -> a prefix names all that starts with it",
                "PREFIX -> http://h.example/a#b -> fragment",
                "PREFIX -> http://h.example/a/../b -> dot segment",
                "PREFIX -> h.example/a -> write one of them before the host",
                "IGNORE_QUERY -> http://h.example/a?* -> wildcard",
                "IGNORE_QUERY -> http://h.example/a#b -> fragment",
                "HOST -> http://h.example/a -> has a path",
                "HOST -> h.example/a/ -> has a path",
                "HOST -> h.example?a -> has a path",
                "HOST -> *.h.example -> wildcard (*) in its host",
                "HOST -> user@h.example -> user info",
                "HOST -> h.example,i.example -> invalid host name",
                "HOST -> h.example && obj.status -> invalid host name",
                "HOST -> h.example#a -> invalid host name",
                "HOST -> http:// -> has no host",
                "HOST -> ftp://h.example -> neither http",
                "HOST -> h.example:0 -> port",
                "REGEX -> http://h.example -> has no expression",
                "REGEX -> http://*.h.example/a -> wildcard (*) in its host",
                "REGEX -> h.example/.* -> neither http",
                "REGEX -> https://h.example/images/* -> did you mean .* for any characters, or type directory",
                "REGEX -> https://h.example/[a-z/*]/*.png -> at character 10 repeats the slash",
                "TAG -> news -> is not a tag within a domain",
                "TAG -> #news -> is not a tag within a domain",
                "TAG -> h.example# -> is empty",
                "TAG -> https://h.example/#news -> has a URL before the tag",
                "TAG -> h.example#https://h.example/a -> is a URL; refresh it by type url",
                "TAG -> h.example#a,b -> make each tag an entry of its own",
                "TAG -> h.example#a b -> make each tag an entry of its own",
                "TAG -> h.example#a  -> has white space around it",
                "TAG -> h.example#\"a\" -> without quotation marks",
                "TAG -> h.example#a\\b -> has a backslash at character 2",
                "TAG -> h.example#caf\u00e9 -> has the character U+00E9 at character 4",
                "TAG -> h.*.example#a -> wildcard (*) in its host",
                "EVERYTHING -> *.*.example -> wildcard (*) in its host",
                "EVERYTHING -> https://*.h.example/ -> write the sub-domains of a name as *.example.com",
                "EVERYTHING -> h.example/a -> has a path",
                "EVERYTHING -> *. -> is empty",
            })
    void invalid_object_is_refused_with_its_reason(String parameters) {
        String[] parts = parameters.split(" -> ");
        assertThatThrownBy(() -> CANONICALISER.canonicalise(parts[1], Selector.valueOf(parts[0])))
                .isInstanceOf(InvalidObjectException.class)
                .hasMessageContaining(parts[2]);
    }

    private static void assertCanonical(Selector selector, String text, String canonical, String authority)
            throws InvalidObjectException {
        assertThat(CANONICALISER.canonicalise(text, selector)).isEqualTo(new CanonicalObject(canonical, authority));
        assertThat(CANONICALISER.canonicalise(canonical, selector).url())
                .as("a canonical form is its own")
                .isEqualTo(canonical);
    }
}
