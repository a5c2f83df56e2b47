package io.freshet.contracts.url;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.freshet.contracts.Selector;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Canonical forms of objects that are no plain URLs: see also {@link CanonicaliserTest}. */
class SelectorFormsTest {

    private static final Canonicaliser CANONICALISER = new Canonicaliser(1024);

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
            })
    void expression_follows_the_host(String text, String canonical) throws Exception {
        assertCanonical(Selector.REGEX, text, canonical, "h.example");
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
