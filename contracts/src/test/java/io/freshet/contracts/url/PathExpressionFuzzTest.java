package io.freshet.contracts.url;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Random expressions and URLs, the same in every run: java.util.regex decides what an expression means. */
class PathExpressionFuzzTest {

    private static final int EXPRESSIONS = 100_000;
    private static final int LONG_URL = 2_000;

    /** Parts of expressions over few characters, so that random URLs match often. */
    private static final String[] PARTS = {
        "a", "b", "c", "-", ",", "/", ".", ".", ".*", ".*", ".+", ".{2,}", "[ab]", "[^a]", "[^a,]", "[a-c]", "\\d",
                "\\.",
        "\\w", "(", "(", "(?:", ")", ")", ")?", "|", "|", "?", "*", "+", "{2}", "{1,3}", "{0,5}", "{1,}", "ab", "\\[",
        "[\\]\\-a]", "[^/]"
    };
    /** Parts that are refused in many or all places. */
    private static final String[] REFUSED = {
        "^", "$", "\\1", "(?=", "*?", "++", "{", "}", "[", "]", "\\", "\"", " ", "\u00e9", "\t", "#", "<", "&&",
        "[z-a]", "{,2}", "{256}", "\\s", "[]", "()", "\ud800", "[a-", "\u0000", "`"
    };

    private static final String URL_CHARACTERS = "aabbc-,/.1]";

    @Test
    void random_expression_matches_the_same_urls_in_both_forms() {
        Random random = new Random(1);
        int accepted = 0;
        int matching = 0;
        for (int i = 0; i < EXPRESSIONS; i++) {
            String text = expression(random);
            try {
                PathExpression expression = PathExpression.parse(text);
                accepted++;
                matching += requireSameMatches(expression, random);
            } catch (InvalidObjectException e) {
                assertThat(e.reason()).isNotBlank();
            }
        }
        assertThat(accepted).isGreaterThan(EXPRESSIONS / 20);
        assertThat(matching).isGreaterThan(EXPRESSIONS / 20);
    }

    @Test
    void random_expression_takes_few_steps_on_urls_that_almost_match() {
        Random random = new Random(2);
        List<String> urls = List.of(
                "/" + "a".repeat(LONG_URL),
                "/" + "ab".repeat(LONG_URL / 2),
                "/" + "b".repeat(LONG_URL) + "\u0001",
                "/" + "/a1-".repeat(LONG_URL / 4),
                url(random, LONG_URL),
                url(random, LONG_URL));
        for (int i = 0; i < 10_000; i++) {
            String text = expression(random);
            try {
                Pattern pattern =
                        Pattern.compile(javaForm(PathExpression.parse(text).pcre()));
                for (String url : urls) {
                    assertThat(steps(pattern, url))
                            .as("%s on %.10s...", text, url)
                            .isLessThan(200L * LONG_URL);
                }
            } catch (InvalidObjectException e) {
                assertThat(e.reason()).isNotBlank();
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/.*a.*a.*a.*a.*a.*a.*a.*a.*a.*a.*x",
                "/.*aa.*aa.*aa.*aaab",
                "/.*a[^ab]*b.*c",
                "/.*ba[a]{0,9}.*ab.*x",
                "/a*b",
                "/a{1,}x",
                "/(a|aa)?(a|aa)?(a|aa)?x",
                "/.*[a-c]+x.*[a-c]+y",
                "/(a|aa|aaa|aaaa).*aaaa.*b.*c",
                "/.*-[a-z]+-.*-[a-z]+-.*x",
                "/.*/[a-z0-9]+/[a-z0-9]+/x.*y",
                "/[^/]*a",
                "/a*ab?",
                "/[^/]*\\.(js|css)",
                "/.*/[^/]*a(a|b)x",
                "/.*-[a-z]*/[^/]*aa",
            })
    void number_of_steps_is_proportional_to_url(String text) throws Exception {
        Pattern pattern = Pattern.compile(javaForm(PathExpression.parse(text).pcre()));
        for (String part : List.of("a", "ab", "aab", "/a", "-a", "-aaaaaaaaa", "/aaaaaaaa/aaaaaaa", "abc")) {
            assertThat(steps(pattern, "/" + part.repeat(LONG_URL / part.length())))
                    .as(part)
                    .isLessThan(40L * LONG_URL);
        }
    }

    private static int requireSameMatches(PathExpression expression, Random random) {
        assertThat(expression.pcre()).as(expression.text()).matches("[!-~&&[^\\\\\"',]]+");
        Pattern text = Pattern.compile(expression.text());
        Pattern pcre = Pattern.compile(javaForm(expression.pcre()));
        int matching = 0;
        for (int i = 0; i < 20; i++) {
            String url = url(random, random.nextInt(12));
            boolean matches = text.matcher(url).matches();
            assertThat(pcre.matcher(url).find())
                    .as("%s as %s on %s", expression.text(), expression.pcre(), url)
                    .isEqualTo(matches);
            matching += matches ? 1 : 0;
        }
        return matching;
    }

    /** Returns a PCRE2 expression in Java's syntax, in which a class may contain others. */
    private static String javaForm(String pcre) {
        StringBuilder java = new StringBuilder();
        int memberFrom = -1;
        for (int i = 0; i < pcre.length(); i++) {
            char c = pcre.charAt(i);
            if (memberFrom < 0) {
                memberFrom = c == '[' ? pcre.startsWith("[^", i) ? i + 2 : i + 1 : -1;
            } else if (c == ']' && i > memberFrom) {
                memberFrom = -1;
            } else if (c == '[' || c == ']') {
                java.append('\\');
            }
            java.append(c);
        }
        return java.toString();
    }

    private static String expression(Random random) {
        StringBuilder expression = new StringBuilder("/");
        int parts = 1 + random.nextInt(10);
        boolean withRefused = random.nextInt(4) == 0;
        for (int i = 0; i < parts; i++) {
            String[] from = withRefused && random.nextInt(4) == 0 ? REFUSED : PARTS;
            expression.append(from[random.nextInt(from.length)]);
        }
        return expression.toString();
    }

    private static String url(Random random, int length) {
        StringBuilder url = new StringBuilder("/");
        for (int i = 0; i < length; i++) {
            url.append(URL_CHARACTERS.charAt(random.nextInt(URL_CHARACTERS.length())));
        }
        return url.toString();
    }

    private static long steps(Pattern pattern, String url) {
        CountedText text = new CountedText(url);
        boolean _ = pattern.matcher(text).find();
        return text.reads;
    }

    /** Text that counts how often an engine reads one of its characters. */
    private static final class CountedText implements CharSequence {

        private final String text;
        private long reads;

        CountedText(String text) {
            this.text = text;
        }

        @Override
        public int length() {
            return text.length();
        }

        @Override
        public char charAt(int index) {
            reads++;
            return text.charAt(index);
        }

        @Override
        public CharSequence subSequence(int start, int end) {
            return text.substring(start, end);
        }
    }
}
