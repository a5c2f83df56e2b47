package io.freshet.contracts.url;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PathExpressionTest {

    @ParameterizedTest
    @CsvSource(
            delimiterString = " -> ",
            quoteCharacter = '§',
            value = {
                "/a -> ^/a$",
                "^/a$ -> ^/a$",
                "/a.* -> ^/a.*$",
                "/.*\\.js -> ^/.*?[.]js$",
                "/a.*b.*c -> ^/a(?>.*?b).*?c$",
                "/a.*b.* -> ^/a(?>.*?b).*$",
                "/a.*.*b -> ^/a.*?b$",
                "/a.+b -> ^/a..*?b$",
                "/a.{3,}b -> ^/a.{3}.*?b$",
                // what .* matches as well is left out
                "/ax*.*y? -> ^/a.*$",
                "/a[0-9]+x?.*[a-z]+ -> ^/a[0-9].*?[a-z]$",
                "/a.*(b?)x{2,5}c -> ^/a.*?x{2}c$",
                "/.*(js|json).* -> ^/(?>.*?(?:js|json)).*$",
                // quantifiers: no comma, one way for each number
                "/[0-9]+ -> ^/[0-9]++$",
                "/a*b -> ^/a*+b$",
                "/a{3,}b -> ^/a{3}a*+b$",
                "/a{0,2} -> ^/(?:aa??)??$",
                "/a{1,4} -> ^/a(?:a{2})??a??$",
                "/a{2}b? -> ^/a{2}b??$",
                // groups
                "/(png|jpe?g) -> ^/(?:png|jpe??g)$",
                "/a(?:-hd)? -> ^/a(?:-hd)??$",
                "/(abc|d)/.*x -> ^(?>/(?:d|abc)/).*?x$",
                // characters
                "/\\*\\[\\]\\|\\$\\{\\}\\(\\) -> ^/[*][[][]][|][$][{][}][(][)]$",
                "/\\d\\w -> ^/[0-9][0-9A-Za-z_]$",
                "/[\\]a\\-\\[.bcA] -> ^/[]Aa-c.[-]$",
                "/[^/]*/ -> ^/[^/]*+/$",
                // the last repetition may give back what it has matched
                "/[^/]*\\.js -> ^/[^/]*[.]js$",
                "/a+/[^/]+\\.js -> ^/a++/[^/]+[.]js$",
                "/a{3,}a -> ^/a{3}a*a$",
                "/.*/[^/]*a -> ^/.*?/[^/]*a$",
                "/&&%~:;=@! -> ^/&&%~:;=@!$",
                "/, -> ^/(?:(?=[+--])[^+-])$",
                "/[^,/] -> ^/(?:(?!(?=[+--])[^+-])[^/])$",
                "/[a,'] -> ^/(?:(?=[+--])[^+-]|(?=[&-(])[^&(]|a)$",
            })
    void expression_becomes_pcre(String text, String pcre) throws Exception {
        assertThat(PathExpression.parse(text).pcre()).isEqualTo(pcre);
    }

    @ParameterizedTest
    @CsvSource(
            delimiterString = " -> ",
            quoteCharacter = '§',
            ignoreLeadingAndTrailingWhitespace = false,
            value = {
                "§§ -> does not start with /",
                "a -> does not start with /",
                "^ -> does not start with /",
                ".*/a -> does not start with /; an expression matches path and query as a whole",
                "/(a)(\\1) -> has a back-reference (\\1) at character 6; write what it stands for once more",
                "/(?=a) -> has look-around, a named group or an option: (?= at character 2; only",
                "/(?<!a) -> has look-around, a named group or an option: (?< at character 2",
                "/(?i)a -> has look-around, a named group or an option: (?i at character 2",
                "/(*COMMIT) -> has a verb: (* at character 2",
                "/a*? -> has a lazy quantifier (?) at character 4",
                "/a++ -> has a possessive quantifier (+) at character 4",
                "/a?{2} -> has two quantifiers in a row at character 4",
                "/(a)+ -> repeats a group (+) at character 5",
                "/(a){2} -> repeats a group ({) at character 5",
                "/(a+)b -> has an unlimited quantifier (+) in a group at character 4",
                "/(.*|b) -> has an unlimited quantifier (*) in a group at character 4",
                "/a|/b -> has alternatives (|) outside of a group at character 3; write an entry for each alternative",
                "/^a -> has a ^ inside at character 2",
                "/[a^] -> has a ^ inside at character 4",
                "/a$b -> has an anchor ($) inside at character 3; write \\$",
                "/a b -> has a blank at character 3; write it percent-encoded, as in %20",
                "/a\tb -> has the control character U+0009 at character 3",
                "/é -> has a character beyond ASCII at character 2; write it percent-encoded, as in %C3%A9",
                "/\" -> has the character \" at character 2; write it percent-encoded, as in %22",
                "/[!<] -> has the character < at character 4; write it percent-encoded, as in %3C",
                "/a#b -> has a fragment (#), which never reaches a server at character 3",
                "/\\s -> has the escape \\s at character 2; only \\d, \\w",
                "/[\\D] -> has the escape \\D at character 3",
                "/\\\\ -> has a backslash for itself at character 3",
                "/\\ -> has a backslash before nothing at character 2",
                "/(a -> has a ( without its ) at character 2",
                "/a) -> has a ) without its ( at character 3",
                "/[a -> has a [ without its ] at character 2",
                "/a] -> has a ] that closes nothing at character 3",
                "/a{2 -> has a { without its } at character 3",
                "/a{,2} -> has a { that is no quantifier at character 3",
                "/a{x} -> has a { that is no quantifier at character 3",
                "/a{256} -> repeats more than 255 times at character 4",
                "/a{3,2} -> has a quantifier whose limits are in wrong order at character 3",
                "/a{0} -> repeats a character 0 times at character 3",
                "/[] -> has an empty class at character 2",
                "/[^]a] -> has an empty class at character 2",
                "/[z-a] -> has a range in wrong order at character 3",
                "/[a-c-e] -> has a - in a class that makes no range at character 6",
                "/[a-\\d] -> has a range with no clear end at character 3",
                "/[a[b]] -> has a [ in a class at character 4",
                "/[a&&b] -> has && in a class, which some engines take for an intersection at character 4",
                "/() -> has an empty alternative at character 3",
                "/(a|) -> has an empty alternative at character 5",
                "/*** -> has two quantifiers in a row at character 3",
                "/(*) -> has a verb: (* at character 2",
                "/((((a)))) -> has groups more than 3 deep at character 5",
                "/abcdefg[a-z]*x.*y -> at character 9 [a-z]* may be followed by a character that it matches itself",
                "/a*b?a[b-d]*/ -> at character 2 a* may be followed by a character that it matches itself",
                "/a*(b|c?)(d|a)-a*a -> at character 2 a* may be followed by",
                "/a+a?b.*c -> at character 2 a+ may be followed by",
                "/.*/[^/]*a.*b -> at character 5 [^/]* may be followed by",
                "/[^/]*a{1,23} -> at character 2 [^/]* may be followed by",
                "/(a|aa)?(a|aa)?(a|aa)?[a-z]*b{10} -> at character 23 [a-z]* may be followed by",
                "/.*a[a-z]+/ -> at character 5 [a-z]+ has nothing but its own characters before it, back to .*",
                "/a{0,255}b? -> has too many alternatives; split it into several entries",
                "/(a|ab)(c|bc|b).*y[ab]{0,99}z -> has too many alternatives",
                "/.*a[^b]{0,2}a.*b -> has alternatives between two .* of which one may match within another",
                "/.*(a..b|..).*b -> has alternatives between two .* of which one may match within another",
                "/.*a?b{255}c{255}.?d.*b -> has a part of more than 256 characters",
            })
    void expression_outside_of_subset_is_refused_with_position_and_way_out(String text, String reason) {
        assertThatThrownBy(() -> PathExpression.parse(text))
                .isInstanceOf(InvalidObjectException.class)
                .hasMessageContaining(reason);
    }

    @ParameterizedTest
    @CsvSource(
            delimiterString = " -> ",
            quoteCharacter = '§',
            value = {
                "^/a$ -> /a",
                "/a\\$ -> /a\\$",
                "/a\\$$ -> /a\\$",
                "/(a|b)?[^/]*/ -> /(a|b)?[^/]*/",
            })
    void text_is_expression_without_anchors(String text, String canonical) throws Exception {
        assertThat(PathExpression.parse(text).text()).isEqualTo(canonical);
        assertThat(PathExpression.parse(canonical)).isEqualTo(PathExpression.parse(text));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/img/[0-9]+/[a-z-]+\\.(jpe?g|png|webp)",
                "/.*\\.(js|json)(\\?v=[0-9]{1,9})?",
                "/(de|en|fr)/.*/products?/.*\\.html",
                "/.*/img/[0-9]+/.*\\.(js|json).*",
                "/.*foo.{0,3}bar.*z",
                "/[^/]*/[^/]*/[^?]*\\?.*id=\\d+",
                "/a/.{0,255}",
                "/[^/]*\\.js",
                "/.*/[^/]+-[0-9]{3}\\.(jpe?g|png|webp|avif|gif)",
            })
    void usual_expression_is_accepted(String text) throws Exception {
        assertThat(PathExpression.parse(text).pcre()).startsWith("^").endsWith("$");
    }

    @ParameterizedTest
    @CsvSource(
            delimiterString = " -> ",
            value = {
                // the first match is not the one that ends first
                "/.*x?ab.*bc -> /abbc",
                "/.*a[bc]{0,3}d.*d -> /abdcd",
                "/(a|ab)(c|bcd)(d?)x.* -> /abcdx",
                "/(a|ab|abb).*bc -> /abbc",
                "/.*(js|json).*on -> /json",
                "/[a-z]+-.*[0-9]+ -> /ab-x1",
            })
    void section_leaves_most_room_for_what_follows(String text, String url) throws Exception {
        assertThat(url).matches(text);
        assertThat(url).matches(PathExpression.parse(text).pcre());
    }

    @Test
    void hidden_characters_match_only_themselves() throws Exception {
        for (char c = ' '; c <= '~'; c++) {
            String url = "/" + c;
            assertThat(url.matches(PathExpression.parse("/,").pcre())).isEqualTo(c == ',');
            assertThat(url.matches(PathExpression.parse("/'").pcre())).isEqualTo(c == '\'');
            assertThat(url.matches(PathExpression.parse("/[^,']").pcre())).isEqualTo(c != ',' && c != '\'');
            assertThat(url.matches(PathExpression.parse("/[+,a]").pcre())).isEqualTo("+,a".indexOf(c) >= 0);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"(", "[", "{", "a{1,", "(a|", "(?:a", "a", "\\.", "[a-z]", "a.*", ".*", ".{255}", "b?", "\\"})
    void long_text_is_parsed_or_refused(String repeated) {
        String text = "/" + repeated.repeat(10_000 / repeated.length());
        try {
            assertThat(Pattern.compile(PathExpression.parse(text).text())).isNotNull();
        } catch (InvalidObjectException e) {
            assertThat(e.reason()).isNotBlank();
        }
    }
}
