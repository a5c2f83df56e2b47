package io.freshet.push.discover;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class UrlReferenceTest {

    /** The examples of RFC 3986, 5.4, without fragments, and what manifests have besides. */
    @ParameterizedTest
    @CsvSource({
        "g, http://a/b/c/g",
        "./g, http://a/b/c/g",
        "g/, http://a/b/c/g/",
        "/g, http://a/g",
        "//g, http://g",
        "?y, http://a/b/c/d;p?y",
        "g?y, http://a/b/c/g?y",
        "g#s, http://a/b/c/g",
        ";x, http://a/b/c/;x",
        "'', http://a/b/c/d;p?q",
        "., http://a/b/c/",
        "./, http://a/b/c/",
        ".., http://a/b/",
        "../g, http://a/b/g",
        "../.., http://a/",
        "../../g, http://a/g",
        "../../../../g, http://a/g",
        "/./g, http://a/g",
        "/../g, http://a/g",
        "g., http://a/b/c/g.",
        "..g, http://a/b/c/..g",
        "./../g, http://a/b/g",
        "g;x=1/../y, http://a/b/c/y",
        "g?y/../x, http://a/b/c/g?y/../x",
        "https://x.example/../g?a, https://x.example/g?a",
        "file:///etc/passwd, file:///etc/passwd",
        "' a b.ts ', http://a/b/c/a b.ts",
    })
    void references_resolve_as_in_rfc_3986(String reference, String url) {
        assertThat(UrlReference.resolve("http://a/b/c/d;p?q", reference)).isEqualTo(url);
    }
}
