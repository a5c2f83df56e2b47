package io.freshet.purge.driver;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.freshet.contracts.Selector;
import io.freshet.fleet.node.Driver;
import io.freshet.fleet.node.Node;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class VarnishBanJoinerTest {

    private final PurgeDriver driver =
            PurgeDriver.of(new Node("l1-a", URI.create("http://10.0.0.1:80"), new Driver.Varnish("varnish", "s3cret")));
    private final BanJoiner joiner = requireNonNull(driver.banJoiner());

    private static PurgeAnswer answer(Map<String, String> headers) {
        return new PurgeAnswer(200, "Resolved", headers);
    }

    private ResolvedBan pattern(Purge purge, String pattern) throws IOException {
        return joiner.resolved(
                purge, answer(Map.of("freshet-node", "l1-a", "freshet-host", "b.test", "freshet-pattern", pattern)));
    }

    private static Purge directory(String path) {
        return Purge.of(Selector.DIRECTORY, "http://a.test" + path, false);
    }

    private static Purge tag(String object) {
        return Purge.of(Selector.TAG, object, false);
    }

    private ResolvedBan tagBan(Purge purge) throws IOException {
        return joiner.resolved(purge, null);
    }

    @Test
    void node_is_asked_how_it_compares_a_path_and_adds_no_ban() {
        Purge path = Purge.of(Selector.IGNORE_QUERY, "https://a.test/x", false);
        assertThat(requireNonNull(joiner.resolve(path)).text())
                .startsWith("BAN /x HTTP/1.1\r\nHost: a.test\r\n")
                .contains("\r\nFreshet-Token: s3cret\r\n", "\r\nFreshet-Resolve: 1\r\n", "\r\nFreshet-Names: path\r\n")
                .contains("\r\nX-Forwarded-Proto: https\r\n")
                .doesNotContain("Freshet-Soft");
        assertThat(requireNonNull(joiner.resolve(Purge.of(Selector.DIRECTORY, "http://a.test/d/", true)))
                        .text())
                .contains("\r\nFreshet-Soft: 1\r\n");
    }

    @ParameterizedTest
    @EnumSource(names = {"URL", "REGEX", "TAG"})
    void node_is_not_asked_about_what_has_no_path(Selector selector) {
        String object = selector == Selector.TAG ? "a.test#t" : "http://a.test/x";
        assertThat(joiner.resolve(Purge.of(selector, object, false))).isNull();
    }

    @Test
    void paths_become_one_expression_of_the_patterns_and_the_host_of_the_node() throws IOException {
        ResolvedBan first = pattern(directory("/a/"), "^/v2/a/");
        ResolvedBan second = pattern(Purge.of(Selector.IGNORE_QUERY, "http://a.test/b", false), "^/v2/b([?]|$)");
        assertThat(first.group()).isEqualTo(second.group());
        assertThat(joiner.join(List.of(first, second)).text())
                .startsWith("BAN / HTTP/1.1\r\n")
                .contains("\r\nFreshet-Resolved: b.test\r\n")
                .contains("\r\nFreshet-Match: ^(?:/v2/a/.*|/v2/b([?]|$).*)$\r\n")
                .doesNotContain("Freshet-Keep", "Freshet-Soft");
    }

    @Test
    void single_ban_is_the_request_of_its_own() throws IOException {
        Purge purge = directory("/a/");
        assertThat(joiner.join(List.of(pattern(purge, "^/a/"))).text())
                .isEqualTo(driver.request(purge).text());
    }

    @Test
    void equal_tags_are_named_once() throws IOException {
        assertThat(joiner.join(List.of(tagBan(tag("a.test#t")), tagBan(tag("a.test#u")), tagBan(tag("a.test#t"))))
                        .text())
                .contains("Host: a.test\r\n", "\r\nFreshet-Tags: t,u\r\n");
    }

    @Test
    void tags_of_subdomains_are_apart_from_those_of_the_name() throws IOException {
        ResolvedBan ofSubdomains = tagBan(tag("*.a.test#t"));
        assertThat(ofSubdomains.group()).isNotEqualTo(tagBan(tag("a.test#t")).group());
        assertThat(joiner.join(List.of(ofSubdomains, tagBan(tag("*.a.test#u")))).text())
                .contains("Host: a.test\r\n", "\r\nFreshet-Subdomains: 1\r\n", "\r\nFreshet-Tags: t,u\r\n");
    }

    @Test
    void joined_second_purge_keeps_what_each_of_them_keeps() throws IOException {
        long now = System.nanoTime();
        Purge older = tag("a.test#t").second(now - Duration.ofSeconds(100).toNanos());
        Purge newer = tag("a.test#u").second(now - Duration.ofSeconds(10).toNanos());
        assertThat(joiner.join(List.of(tagBan(older), tagBan(newer))).text()).contains("\r\nFreshet-Keep: 10.");
        assertThat(tagBan(older).group()).isNotEqualTo(tagBan(tag("a.test#t")).group());
    }

    @Test
    void stale_directories_are_named_by_their_keys() throws IOException {
        Purge soft = Purge.of(Selector.DIRECTORY, "http://a.test/a/", true);
        ResolvedBan keyed = joiner.resolved(
                soft,
                answer(Map.of(
                        "freshet-node",
                        "l1-a",
                        "freshet-host",
                        "a.test",
                        "freshet-pattern",
                        "^/a/",
                        "freshet-key",
                        "/a/")));
        ResolvedBan other =
                new ResolvedBan(Purge.of(Selector.DIRECTORY, "http://a.test/b/", true), "a.test", true, "/b/", "/b/");
        assertThat(joiner.join(List.of(keyed, other)).text())
                .contains(
                        "\r\nFreshet-Soft: 1\r\n", "\r\nFreshet-Keys: /a/,/b/\r\n", "Freshet-Match: ^(?:/a/.*|/b/.*)$");
        assertThat(keyed.group()).isNotEqualTo(pattern(directory("/a/"), "^/a/").group());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "/a/", "^/a b"})
    void answer_without_a_pattern_is_no_answer(String pattern) {
        assertThatThrownBy(() -> pattern(directory("/a/"), pattern))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("Freshet-Pattern");
    }

    @Test
    void answer_of_another_node_is_no_answer() {
        assertThatThrownBy(() -> joiner.resolved(
                        directory("/a/"),
                        answer(Map.of("freshet-node", "l2-a", "freshet-host", "a.test", "freshet-pattern", "^/a/"))))
                .isInstanceOf(IOException.class);
    }
}
