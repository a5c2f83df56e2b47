package io.freshet.contracts.url;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import io.freshet.contracts.Selector;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CanonicaliserTest {

    private static final Canonicaliser CANONICALISER = new Canonicaliser(1024);

    @ParameterizedTest
    @CsvSource(
            delimiterString = " -> ",
            quoteCharacter = '§',
            value = {
                // scheme, host and port
                "http://www.example.com/a -> http://www.example.com/a",
                "HTTPS://WWW.Example.COM/A -> https://www.example.com/A",
                "http://www.example.com:80/a -> http://www.example.com/a",
                "https://www.example.com:443/a -> https://www.example.com/a",
                "https://www.example.com:0443/a -> https://www.example.com/a",
                "https://www.example.com:80/a -> https://www.example.com:80/a",
                "http://www.example.com:443/a -> http://www.example.com:443/a",
                "http://localhost:9000/a -> http://localhost:9000/a",
                "http://my_bucket.example.com/a -> http://my_bucket.example.com/a",
                "http://bücher.example/a -> http://xn--bcher-kva.example/a",
                "http://BÜCHER.Example/a -> http://xn--bcher-kva.example/a",
                "http://XN--Bcher-KVA.example/a -> http://xn--bcher-kva.example/a",
                "http://www。example。com/a -> http://www.example.com/a",
                // a request always has a path
                "http://www.example.com -> http://www.example.com/",
                "http://www.example.com?q=1 -> http://www.example.com/?q=1",
                "http://www.example.com/? -> http://www.example.com/?",
                // what is encoded, and what stays byte for byte
                "http://h.example/a b -> http://h.example/a%20b",
                "http://h.example/\"<>\\^`{|} -> http://h.example/%22%3C%3E%5C%5E%60%7B%7C%7D",
                "http://h.example/?\"<>\\^`{|} -> http://h.example/?%22%3C%3E%5C%5E%60%7B%7C%7D",
                "http://h.example/é -> http://h.example/%C3%A9",
                "http://h.example/?q=é€😀 -> http://h.example/?q=%C3%A9%E2%82%AC%F0%9F%98%80",
                "http://h.example/%7e~%7E -> http://h.example/%7e~%7E",
                "http://h.example/100% -> http://h.example/100%",
                "http://h.example/%zz%2 -> http://h.example/%zz%2",
                "http://h.example/%00%0a%20 -> http://h.example/%00%0a%20",
                "http://h.example/!$&'()*+,;=:@-._ -> http://h.example/!$&'()*+,;=:@-._",
                "http://h.example/[1]?a[]=2 -> http://h.example/[1]?a[]=2",
                // no lists and no wildcards, though they look like some
                "http://h.example/proxy/http://b.example/ -> http://h.example/proxy/http://b.example/",
                "http://h.example/?a=http://b,http://c -> http://h.example/?a=http://b,http://c",
                "http://h.example/a*b/*c?*= -> http://h.example/a*b/*c?*=",
                "http://h.example//a//b/ -> http://h.example//a//b/",
                "http://h.example/http://h.example/a -> http://h.example/http://h.example/a",
                "http://h.example/?http%3A%2F%2Fb%20http%3A%2F%2F -> http://h.example/?http%3A%2F%2Fb%20http%3A%2F%2F",
                "http://h.example/http%3A%2F%2Fb -> http://h.example/http%3A%2F%2Fb",
                "http://h.example/a_(b) -> http://h.example/a_(b)",
                "http://h.example/?a[] -> http://h.example/?a[]",
                "http://http/a -> http://http/a",
                // no dot segments, though they look like some
                "http://h.example/.a/..b/... -> http://h.example/.a/..b/...",
                "http://h.example/a.b/%2e%2e%2e -> http://h.example/a.b/%2e%2e%2e",
                "http://h.example/a?x=/../b -> http://h.example/a?x=/../b",
                "http://h.example/%252e%252e/ -> http://h.example/%252e%252e/",
                "http://h.example/a\\..\\b -> http://h.example/a%5C..%5Cb",
            })
    void object_is_canonicalised(String text, String canonical) throws Exception {
        assertThat(CANONICALISER.canonicalise(text, Selector.URL).url()).isEqualTo(canonical);
        assertThat(CANONICALISER.canonicalise(canonical, Selector.URL).url())
                .as("a canonical form is its own")
                .isEqualTo(canonical);
    }

    @ParameterizedTest
    @CsvSource(
            delimiterString = " -> ",
            quoteCharacter = '§',
            ignoreLeadingAndTrailingWhitespace = false,
            value = {
                "ftp://www.example.com/a -> neither http",
                "www.example.com/a -> neither http:// nor https://; write one of them before the host",
                "www.example.com:8080 -> before the host",
                "//www.example.com/a -> before the host",
                "http:/www.example.com/a -> neither http:// nor https://; the scheme is mistyped",
                "http:www.example.com -> mistyped",
                "http//www.example.com/a -> mistyped",
                "http;//www.example.com/a -> mistyped",
                "https:\\\\www.example.com\\a -> mistyped",
                "hxxp://www.example.com/a -> mistyped",
                "htp://www.example.com/a -> mistyped",
                "ttps://www.example.com/a -> mistyped",
                "javascript:alert(1) -> neither http",
                " http://www.example.com/ -> remove the white space before it",
                "\ufeffhttp://www.example.com/ -> remove the white space before it",
                "\"http://www.example.com/\" -> remove the quotation mark or bracket before it",
                "'http://www.example.com/' -> remove the quotation mark or bracket before it",
                "<http://www.example.com/> -> remove the quotation mark or bracket before it",
                "(http://www.example.com/) -> remove the quotation mark or bracket before it",
                "[\"http://h.example/a\",\"http://h.example/b\"] -> remove the quotation mark or bracket before it",
                "URL: http://www.example.com/ -> remove the text before it",
                "PURGE http://www.example.com/ -> remove the text before it",
                "http://http://www.example.com/ -> two schemes",
                "http://HTTPS://www.example.com/ -> two schemes",
                "http:///a -> no host",
                "http:// -> no host",
                "http://?a -> no host",
                "http://:80/a -> no host",
                "http://user@www.example.com/ -> user info",
                "http://user:secret@www.example.com/ -> user info",
                "http://@www.example.com/ -> user info",
                "http://www.example.com\\@evil.example/ -> user info",
                "http://www.example.com\\a -> invalid host name",
                "http://www.example.com%2f.evil.example/ -> invalid host name",
                "http://www.ex ample.com/ -> invalid host name",
                "http://www..example.com/ -> invalid host name",
                "http://.example.com/ -> invalid host name",
                "http://-www.example.com/ -> invalid host name",
                "http://*.example.com/ -> wildcard (*) in its host; name each host",
                "http://www.example.com／evil/ -> invalid host name",
                "http://www.example.com./a -> ends with a dot",
                "http://straße.example/ -> punycode",
                "http://a‍b.example/ -> punycode",
                "http://[::1]/a -> in brackets",
                "http://[2001:db8::1]:8080/a -> in brackets",
                "http://www.example.com:/a -> port",
                "http://www.example.com:0/a -> port",
                "http://www.example.com:65536/a -> port",
                "http://www.example.com:99999999999/a -> port",
                "http://www.example.com:8a/a -> port",
                "http://www.example.com:-1/a -> port",
                "http://www.example.com:80:80/a -> port",
                "http://www.example.com/a#b -> fragment",
                "http://www.example.com/# -> fragment",
                "http://www.example.com#/a -> fragment",
                "http://www.example.com/a?b#c -> fragment",
                "http://h.example/a http://h.example/b -> two URLs",
                "http://h.example http://h.example/b -> two URLs",
                "http://h.example/a  HTTPS://h.example/b -> two URLs",
                "http://h.example/a http://h.example/b -> two URLs",
                "http://h.example/?a http://h.example/b -> two URLs",
                "http://h.example/a,http://h.example/b -> two URLs",
                "http://h.example/a; http://h.example/b -> two URLs",
                "http://h.example/a|http://h.example/b -> two URLs",
                "http://h.example,http://i.example -> two URLs",
                "http://h.example/a\\nhttp://h.example/b -> two URLs",
                "http://h.example/a%20http://h.example/b -> two URLs",
                "http://h.example/a%0ahttps://h.example/b -> two URLs",
                "http://h.example/a%2Chttp%3A%2F%2Fh.example%2Fb -> two URLs",
                "http://h.example/a%20http%3a%2f%2fh.example%2fb -> two URLs",
                "http://h.example/a+http://h.example/b -> two URLs",
                "http://h.example/a\" \"http://h.example/b -> two URLs",
                "http://h.example/a> <http://h.example/b -> two URLs",
                "http://h.example/a\",\"http://h.example/b -> two URLs",
                "http://h.example/a.pnghttp://h.example/b.png -> two URLs",
                "http://h.example/a  -> ends with white space",
                "http://h.example/a​ -> ends with white space",
                "http://h.example/a, -> a comma",
                "http://h.example/a; -> a semicolon",
                "http://h.example/a\" -> a quotation mark",
                "http://h.example/a> -> a bracket",
                "http://h.example/a| -> remove it",
                "http://h.example/img/* -> use type directory",
                "http://h.example/img* -> use type directory",
                "http://h.example/img/%2a -> use type directory",
                "http://h.example/a?b=* -> use type directory",
                "http://h.example/*/a.png -> use type directory",
                "http://h.example/*.png -> use type directory",
                "http://h.example/%2A.png -> use type directory",
                "http://h.example/img/** -> use type directory",
                "http://h.example/img/%2a%2A -> use type directory",
                "http://h.example/img/**/a.png -> use type directory",
                "http://h.example/img*/a.png -> use type directory",
                "http://h.example/img/?* -> use type directory",
                "http://h.example?* -> use type directory",
                "http://h.example/img/*? -> use type directory",
                "http://h.example/img/*?v=1 -> use type directory",
                "http://h.example/img/.*\\.png -> use type directory",
                "http://www.example.com/. -> dot segment",
                "http://www.example.com/./a -> dot segment",
                "http://www.example.com/a/../b -> dot segment",
                "http://www.example.com/a/.. -> dot segment",
                "http://www.example.com/a/..?q -> dot segment",
                "http://www.example.com/%2e/a -> dot segment",
                "http://www.example.com/%2E%2e/a -> dot segment",
                "http://www.example.com/.%2e/a -> dot segment",
                "http://www.example.com/%2E./a -> dot segment",
            })
    void invalid_object_is_refused_with_its_reason(String text, String reason) {
        assertThatThrownBy(() -> CANONICALISER.canonicalise(text, Selector.URL))
                .isInstanceOf(InvalidObjectException.class)
                .hasMessageContaining(reason);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 9, 10, 13, 27, 31, 127, 128, 159})
    void control_characters_are_refused_at_any_position(int c) {
        String control = Character.toString(c);
        for (String text : new String[] {
            control + "http://h.example/",
            "http://h" + control + ".example/",
            "http://h.example/a" + control + "b",
            "http://h.example/?" + control,
            "http://h.example/" + control
        }) {
            assertThatThrownBy(() -> CANONICALISER.canonicalise(text, Selector.URL))
                    .isInstanceOf(InvalidObjectException.class)
                    .hasMessageContaining(String.format("control character U+%04X", c));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"\t", "\n", "\r\n", ",\n", "\u000b"})
    void pasted_lines_and_columns_are_refused_as_two_urls(String separator) {
        assertThatThrownBy(() -> CANONICALISER.canonicalise(
                        "http://h.example/a" + separator + "http://h.example/b", Selector.URL))
                .isInstanceOf(InvalidObjectException.class)
                .hasMessageContaining("two URLs in one entry");
    }

    @Test
    void unpaired_surrogate_is_refused() {
        assertThatThrownBy(() -> CANONICALISER.canonicalise("http://h.example/\ud83d", Selector.URL))
                .isInstanceOf(InvalidObjectException.class)
                .hasMessageContaining("surrogate");
    }

    @Test
    void limit_counts_bytes_of_the_canonical_form() throws Exception {
        String prefix = "http://h.example/";
        String longest = prefix + "a".repeat(1_024 - prefix.length());
        assertThat(CANONICALISER.canonicalise(longest, Selector.URL).url()).isEqualTo(longest);
        assertThat(CANONICALISER
                        .canonicalise(
                                longest.replace("http://", "HTTP://").replace("example/", "example:80/"), Selector.URL)
                        .url())
                .isEqualTo(longest);
        assertThatThrownBy(() -> CANONICALISER.canonicalise(longest + "a", Selector.URL))
                .isInstanceOf(InvalidObjectException.class)
                .hasMessageContaining("1025 bytes");
        // 340 characters of three bytes, each of which becomes three.
        assertThatThrownBy(() -> CANONICALISER.canonicalise(prefix + "€".repeat(340), Selector.URL))
                .isInstanceOf(InvalidObjectException.class)
                .hasMessageContaining((prefix.length() + 340 * 9) + " bytes");
    }

    @Test
    void hosts_of_any_length_are_handled() {
        for (String host :
                new String[] {"a".repeat(64), "a.".repeat(200) + "b", "a".repeat(1_000_000), "ü".repeat(300_000)}) {
            assertThatThrownBy(() -> CANONICALISER.canonicalise("http://" + host + "/", Selector.URL))
                    .isInstanceOf(InvalidObjectException.class)
                    .hasMessageContaining("host");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://h.example/img/*",
                "http://h.example/img/**",
                "http://h.example/*/",
                "http://h.example/img*/",
                "http://h.example/img/%2A",
                "http://h.example/img/*/%2a/"
            })
    void directory_with_a_wildcard_is_refused_with_the_way_out(String text) {
        assertThatThrownBy(() -> CANONICALISER.canonicalise(text, Selector.DIRECTORY))
                .isInstanceOf(InvalidObjectException.class)
                .hasMessageContaining("leave the wildcard out");
    }

    @ParameterizedTest
    @CsvSource(
            delimiterString = " -> ",
            value = {
                "http://www.example.com/ -> http://www.example.com/",
                "http://www.example.com/a/b/ -> http://www.example.com/a/b/",
                "http://www.example.com/ä/ -> http://www.example.com/%C3%A4/"
            })
    void a_directory_ends_with_a_slash(String text, String canonical) throws Exception {
        assertThat(CANONICALISER.canonicalise(text, Selector.DIRECTORY).url()).isEqualTo(canonical);
    }

    @ParameterizedTest
    @CsvSource(
            delimiterString = " -> ",
            value = {
                "http://www.example.com -> does not end with /",
                "http://www.example.com/a -> does not end with /",
                "http://www.example.com/a%2F -> does not end with /",
                "http://www.example.com/a/? -> has a query",
                "http://www.example.com/a/?b/ -> has a query",
                "http://www.example.com?/ -> has a query",
                "http://www.example.com/a/../ -> dot segment"
            })
    void invalid_directory_is_refused_with_its_reason(String text, String reason) {
        assertThatThrownBy(() -> CANONICALISER.canonicalise(text, Selector.DIRECTORY))
                .isInstanceOf(InvalidObjectException.class)
                .hasMessageContaining(reason);
    }

    @ParameterizedTest
    @ValueSource(strings = {",", " ", "%20", "\"", "*", "/*", "%2a", "http://", "http://h.example/a", "\\n", "+"})
    void long_text_is_checked_in_linear_time(String part) {
        String text = "http://h.example/" + part.repeat(1_000_000 / part.length()) + "?";
        assertTimeoutPreemptively(
                Duration.ofSeconds(10),
                () -> assertThatThrownBy(() -> CANONICALISER.canonicalise(text, Selector.URL))
                        .isInstanceOf(InvalidObjectException.class));
    }

    @Test
    void canonical_form_of_any_text_is_visible_ascii() throws Exception {
        for (int c = 0x20; c < 0x3000; c++) {
            if (!Character.isISOControl(c) && c != '#') {
                String url = CANONICALISER
                        .canonicalise("http://h.example/x" + Character.toString(c) + "y", Selector.URL)
                        .url();
                assertThat(url.chars()).allMatch(b -> b > 0x20 && b < 0x7f);
            }
        }
    }
}
