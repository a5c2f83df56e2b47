package io.freshet.quickstart.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** HTTP tests of an origin and two caches, one the parent of the other. */
class DemoSiteTest {

    private static final String HOST = "www.example.com";
    private static final String TOKEN = "s3cret";
    private static final long MEGABYTE = 1_000_000;

    private final AtomicReference<Instant> now = new AtomicReference<>(Instant.parse("2026-01-01T00:00:00Z"));
    private final InstantSource clock = now::get;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

    private DemoOrigin origin;
    private DemoCache l2;
    private DemoCache l1;

    @BeforeEach
    void start() {
        origin = new DemoOrigin(0);
        l2 = new DemoCache("l2-a", 0, origin.address(), TOKEN, MEGABYTE, clock);
        l1 = new DemoCache("l1-a", 0, l2.address(), TOKEN, MEGABYTE, clock);
    }

    @AfterEach
    void stop() {
        threads.close();
        l1.close();
        l2.close();
        origin.close();
    }

    @Test
    void page_is_fetched_once_and_then_a_hit_in_both_tiers() {
        assertThat(get(l1, "/page")).isEqualTo("MISS www.example.com/page version 1");
        assertThat(get(l1, "/page")).isEqualTo("HIT www.example.com/page version 1");
        assertThat(get(l2, "/page")).isEqualTo("HIT www.example.com/page version 1");
        assertThat(requests()).containsExactly("1 www.example.com/page");
    }

    @Test
    void new_version_of_one_page_does_not_change_others() {
        publish("/page");
        assertThat(get(l1, "/page")).endsWith("version 2");
        assertThat(get(l1, "/other")).endsWith("version 1");
        publish("");
        assertThat(get(l2, "/new")).endsWith("version 2");
    }

    @Test
    void scheme_host_and_query_are_part_of_the_key_and_a_default_port_is_not() {
        get(l1, "/page");
        assertThat(get(l1, "/page?a=1")).startsWith("MISS");
        assertThat(send(l1, "GET", "/page", Map.of("X-Forwarded-Proto", "https"))
                        .cache())
                .isEqualTo("MISS");
        assertThat(send(l1, "GET", "/page", Map.of("Host", "shop.example.com")).cache())
                .isEqualTo("MISS");
        assertThat(send(l1, "GET", "/page", Map.of("Host", "WWW.example.com:80"))
                        .cache())
                .isEqualTo("HIT");
    }

    @Test
    void url_that_is_no_valid_uri_is_passed_on_byte_for_byte() {
        String url = "/a[1]/%7e~/%zz?q=[x]|{y}";
        assertThat(get(l1, url)).isEqualTo("MISS www.example.com" + url + " version 1");
        assertThat(purge(l1, url, Map.of()).status()).isEqualTo(200);
    }

    @Test
    void one_copy_serves_all_encodings_and_a_purge_removes_it_only() {
        Map<String, String> gzip = Map.of("Accept-Encoding", "br, gzip");
        assertThat(send(l1, "GET", "/page", gzip).header("content-encoding")).isEqualTo("gzip");
        get(l1, "/page");
        get(l1, "/other");
        publish("");
        assertThat(get(l1, "/page")).isEqualTo("HIT www.example.com/page version 1");

        TestResponse purged = purge(l2, "/page", Map.of());
        assertThat(purged.status()).isEqualTo(200);
        assertThat(purged.header("freshet-node")).isEqualTo("l2-a");
        assertThat(purge(l1, "/page", gzip).status()).isEqualTo(200);

        assertThat(send(l1, "GET", "/page", gzip).cache()).isEqualTo("MISS");
        assertThat(get(l1, "/page")).isEqualTo("HIT www.example.com/page version 2");
        assertThat(get(l1, "/other")).isEqualTo("HIT www.example.com/other version 1");
    }

    @Test
    void purge_of_an_absent_page_answers_404_with_freshet_node() {
        TestResponse reply = purge(l1, "/page", Map.of());
        assertThat(reply.status()).isEqualTo(404);
        assertThat(reply.header("freshet-node")).isEqualTo("l1-a");
    }

    @Test
    void ban_removes_a_directory_of_one_host_only() {
        List.of("/dir/a", "/dir/sub/b?c", "/directory", "/other/dir/").forEach(page -> get(l1, page));
        send(l1, "GET", "/dir/a", Map.of("Host", "shop.example.com"));

        assertThat(ban(l1, "/dir/", Map.of()).status()).isEqualTo(200);

        assertThat(get(l1, "/dir/a")).startsWith("MISS");
        assertThat(get(l1, "/dir/sub/b?c")).startsWith("MISS");
        assertThat(get(l1, "/directory")).startsWith("HIT");
        assertThat(get(l1, "/other/dir/")).startsWith("HIT");
        assertThat(send(l1, "GET", "/dir/a", Map.of("Host", "shop.example.com")).cache())
                .isEqualTo("HIT");
    }

    @Test
    void second_ban_keeps_what_was_fetched_after_the_first() {
        get(l1, "/dir/a");
        assertThat(ban(l1, "/dir/", Map.of("Freshet-Keep", "3600.000")).status())
                .isEqualTo(200);
        assertThat(get(l1, "/dir/a")).startsWith("HIT");
        ban(l1, "/dir/", Map.of("Freshet-Keep", "3600 && obj.status != 0"));
        assertThat(get(l1, "/dir/a")).startsWith("MISS");
    }

    @Test
    void look_describes_a_copy_and_fetches_nothing() {
        assertThat(purge(l1, "/page", Map.of("Freshet-Look", "1")).status()).isEqualTo(404);
        assertThat(requests()).allMatch(String::isEmpty);
        get(l1, "/page");
        TestResponse look = purge(l1, "/page", Map.of("Freshet-Look", "1"));
        assertThat(look.status()).isEqualTo(200);
        assertThat(look.header("freshet-fetch-age")).matches("[0-9]+[.][0-9]{3}");
        assertThat(look.header("freshet-ttl")).matches("[0-9]+[.][0-9]{3}");
        assertThat(look.header("freshet-age")).isEqualTo("0.000");
        assertThat(look.header("freshet-status")).isEqualTo("200");
        assertThat(look.header("freshet-vary")).isEqualTo("Accept-Encoding");
        assertThat(get(l1, "/page")).startsWith("HIT");
    }

    @Test
    void origin_is_asked_through_the_parent_without_a_lookup_or_a_purge() {
        get(l2, "/page");
        TestResponse answer = purge(l2, "/page", Map.of("Freshet-Origin", "1"));
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.header("freshet-node")).isEqualTo("l2-a");
        assertThat(answer.header("freshet-status")).isEqualTo("200");
        assertThat(answer.header("freshet-fetch-age")).isEmpty();
        assertThat(requests()).containsExactly("2 www.example.com/page");
        assertThat(get(l2, "/page")).startsWith("HIT");
        assertThat(purge(l2, "/missing/page", Map.of("Freshet-Origin", "1")).header("freshet-status"))
                .isEqualTo("404");
    }

    @Test
    void canary_is_kept_without_a_fetch_until_it_is_purged() {
        assertThat(purge(l1, "/canary/1", Map.of("Freshet-Canary", "1")).status())
                .isEqualTo(200);
        assertThat(purge(l1, "/canary/1", Map.of("Freshet-Look", "1")).status()).isEqualTo(200);
        ban(l1, "/canary/", Map.of());
        assertThat(purge(l1, "/canary/1", Map.of("Freshet-Look", "1")).status()).isEqualTo(404);
        assertThat(requests()).allMatch(String::isEmpty);
    }

    @Test
    void purge_without_the_token_is_refused() {
        get(l1, "/page");
        for (Map<String, String> headers :
                List.of(Map.<String, String>of(), Map.of("Freshet-Token", ""), Map.of("Freshet-Token", "s3cre"))) {
            assertThat(send(l1, "PURGE", "/page", headers).status()).isEqualTo(401);
            assertThat(send(l1, "BAN", "/", headers).status()).isEqualTo(401);
        }
        assertThat(send(l1, "PURGE", "/page", Map.of("Freshet-Probe", "1")).status())
                .isEqualTo(401);
        assertThat(get(l1, "/page")).startsWith("HIT");
    }

    @Test
    void flush_with_the_token_removes_all_pages_of_all_hosts() {
        get(l1, "/page");
        send(l1, "GET", "/page", Map.of("Host", "shop.example.com"));
        Map<String, String> flush = Map.of("Freshet-Flush", "1", "Host", "node_1:6081");
        assertThat(send(l1, "BAN", "/", flush).status()).isEqualTo(401);
        assertThat(get(l1, "/page")).startsWith("HIT");
        TestResponse flushed = send(l1, "BAN", "/", Http.and(flush, "Freshet-Token", TOKEN));
        assertThat(flushed.status()).isEqualTo(200);
        assertThat(flushed.header("freshet-node")).isEqualTo("l1-a");
        assertThat(get(l1, "/page")).startsWith("MISS");
        assertThat(send(l1, "GET", "/page", Map.of("Host", "shop.example.com")).cache())
                .isEqualTo("MISS");
    }

    @Test
    void probe_removes_nothing() {
        get(l1, "/");
        assertThat(purge(l1, "/", Map.of("Freshet-Probe", "1")).status()).isEqualTo(200);
        assertThat(get(l1, "/")).startsWith("HIT");
    }

    @Test
    void soft_purged_copy_is_served_until_it_is_refetched() {
        get(l1, "/page");
        publish("");
        assertThat(purge(l2, "/page", Map.of("Freshet-Soft", "1")).status()).isEqualTo(200);
        assertThat(purge(l1, "/page", Map.of("Freshet-Soft", "1")).status()).isEqualTo(200);
        assertThat(purge(l1, "/absent", Map.of("Freshet-Soft", "1")).status()).isEqualTo(404);

        assertThat(get(l1, "/page")).isEqualTo("HIT www.example.com/page version 1");
        await().untilAsserted(() -> assertThat(get(l1, "/page")).isEqualTo("HIT www.example.com/page version 2"));
        assertThat(requests()).containsExactly("2 www.example.com/page");
    }

    @Test
    void stale_copy_is_not_kept_as_fresh_by_the_child_cache() {
        get(l2, "/page");
        publish("");
        purge(l2, "/page", Map.of("Freshet-Soft", "1"));
        assertThat(get(l1, "/page")).isEqualTo("MISS www.example.com/page version 1");
        await().untilAsserted(() -> assertThat(get(l1, "/page")).endsWith("version 2"));
    }

    @Test
    void soft_purged_copy_is_not_served_after_the_grace_time() {
        get(l1, "/page");
        publish("");
        List.of(l2, l1).forEach(cache -> purge(cache, "/page", Map.of("Freshet-Soft", "1")));
        pass(Duration.ofMinutes(61));
        assertThat(get(l1, "/page")).isEqualTo("MISS www.example.com/page version 2");
    }

    @Test
    void response_fetched_during_a_purge_is_not_cached() throws Exception {
        for (Map<String, String> kind : List.of(Map.<String, String>of(), Map.of("Freshet-Soft", "1"))) {
            String page = "/slow" + kind.size() + "?delay=400";
            Future<String> slow = threads.submit(() -> get(l1, page));
            await().untilAsserted(() -> assertThat(requests()).contains("1 " + HOST + page));
            publish("");
            assertThat(purge(l2, page, kind).status()).isEqualTo(200);
            assertThat(purge(l1, page, kind).status()).isEqualTo(200);
            String old = slow.get();
            assertThat(old).startsWith("MISS");
            assertThat(get(l1, page)).startsWith("MISS").isNotEqualTo(old);
        }
    }

    @Test
    void response_fetched_during_a_ban_is_not_cached() throws Exception {
        Future<String> slow = threads.submit(() -> get(l2, "/dir/slow?delay=400"));
        await().untilAsserted(() -> assertThat(requests()).hasSize(1));
        publish("");
        ban(l2, "/dir/", Map.of());
        assertThat(slow.get()).endsWith("version 1");
        assertThat(get(l2, "/dir/slow?delay=400")).isEqualTo("MISS www.example.com/dir/slow?delay=400 version 2");
    }

    @Test
    void page_requested_by_many_at_once_is_fetched_once() {
        List<CompletableFuture<String>> answers = IntStream.range(0, 20)
                .mapToObj(_ -> CompletableFuture.supplyAsync(() -> get(l1, "/slow?delay=200"), threads))
                .toList();
        assertThat(answers.stream().map(CompletableFuture::join)).allMatch(answer -> answer.endsWith("version 1"));
        assertThat(requests()).containsExactly("1 www.example.com/slow?delay=200");
    }

    @Test
    void uncacheable_page_is_fetched_every_time_and_a_push_is_answered_not_stored() {
        assertThat(send(l2, "GET", "/page", Map.of("Freshet-Push", "1")).header("freshet-stored"))
                .isEqualTo("yes");
        TestResponse missing = send(l2, "GET", "/missing/page", Map.of("Freshet-Push", "1"));
        assertThat(missing.status()).isEqualTo(404);
        assertThat(missing.header("freshet-stored")).isEqualTo("no");
        assertThat(get(l2, "/missing/page")).startsWith("MISS");
        assertThat(requests()).contains("2 www.example.com/missing/page");
    }

    @Test
    void age_of_a_copy_is_the_sum_over_all_tiers() {
        get(l2, "/page");
        pass(Duration.ofMinutes(50));
        assertThat(send(l1, "GET", "/page", Map.of()).header("age")).isEqualTo("3000");
        pass(Duration.ofMinutes(11));
        publish("");
        assertThat(get(l1, "/page")).isEqualTo("MISS www.example.com/page version 2");
    }

    @Test
    void cache_keeps_at_most_its_capacity() {
        try (DemoCache small = new DemoCache("small", 0, origin.address(), TOKEN, 20_000, clock)) {
            IntStream.range(0, 100).forEach(i -> get(small, "/" + i));
            long kept = IntStream.range(0, 100)
                    .filter(i -> purge(small, "/" + i, Map.of()).status() == 200)
                    .count();
            assertThat(kept).isBetween(1L, 20L);
        }
    }

    @Test
    void unreachable_parent_is_a_502_that_is_not_cached() {
        DemoOrigin other = new DemoOrigin(0);
        URI address = other.address();
        try (DemoCache cache = new DemoCache("c", 0, address, TOKEN, MEGABYTE, clock)) {
            other.close();
            assertThat(send(cache, "GET", "/page", Map.of()).status()).isEqualTo(502);
            try (DemoOrigin again = new DemoOrigin(address.getPort())) {
                assertThat(again.address()).isEqualTo(address);
                assertThat(get(cache, "/page")).startsWith("MISS");
            }
        }
    }

    @Test
    void pipelined_requests_are_answered_in_order() throws IOException {
        get(l1, "/a");
        try (Socket socket = new Socket("localhost", l1.address().getPort())) {
            String requests = request("PURGE", "/slow?delay=100") + request("PURGE", "/a") + request("PURGE", "/a");
            socket.getOutputStream().write(requests.getBytes(StandardCharsets.US_ASCII));
            BufferedReader reader =
                    new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
            assertThat(reader.lines()
                            .filter(line -> line.startsWith("HTTP/1.1"))
                            .limit(3))
                    .map(line -> line.substring(9, 12))
                    .containsExactly("404", "200", "404");
        }
    }

    @Test
    void ban_drops_what_its_headers_name_and_an_invalid_one_nothing() {
        List.of("/a", "/a?x", "/ab", "/c/1.js", "/c/1.css").forEach(url -> get(l1, url));

        assertThat(ban(l1, "/", Map.of("Freshet-Names", "all")).status()).isEqualTo(400);
        assertThat(ban(l1, "/", Map.of("Freshet-Match", "^/(a$")).status()).isEqualTo(400);
        assertThat(ban(l1, "/a", Map.of("Freshet-Names", "path")).status()).isEqualTo(200);
        assertThat(ban(l1, "/", Map.of("Freshet-Match", "^/c/[^/]*[.]js$")).status())
                .isEqualTo(200);

        assertThat(List.of(get(l1, "/a"), get(l1, "/a?x"), get(l1, "/c/1.js")))
                .allMatch(page -> page.startsWith("MISS"));
        assertThat(List.of(get(l1, "/ab"), get(l1, "/c/1.css"))).allMatch(page -> page.startsWith("HIT"));
        assertThat(ban(l1, "/", Map.of("Freshet-Names", "host", "Host", "shop.example.com"))
                        .status())
                .isEqualTo(200);
        assertThat(get(l1, "/ab")).startsWith("HIT");
        assertThat(ban(l1, "/", Map.of("Freshet-Names", "host")).status()).isEqualTo(200);
        assertThat(get(l1, "/ab")).startsWith("MISS");
    }

    @Test
    void ban_of_a_tag_drops_the_copies_that_have_it_on_the_hosts_it_names() {
        List.of("a.example.com", "b.example.com")
                .forEach(host -> purge(l1, "/1", Map.of("Freshet-Canary", "1", "Host", host)));
        get(l1, "/page");

        banTag("news", "a.example.com", Map.of());
        assertThat(hasCanary("a.example.com")).isTrue();
        banTag("news,freshet-canary", "a.example.com", Map.of());
        assertThat(hasCanary("a.example.com")).isFalse();
        assertThat(hasCanary("b.example.com")).isTrue();
        banTag("freshet-canary", "b.example.com", Map.of("Freshet-Subdomains", "1"));
        assertThat(hasCanary("b.example.com")).isTrue();
        banTag("freshet-canary", "example.com", Map.of("Freshet-Subdomains", "1"));
        assertThat(hasCanary("b.example.com")).isFalse();

        assertThat(get(l1, "/page")).startsWith("HIT");
        assertThat(ban(l1, "/", Map.of("Freshet-Tags", "a b")).status()).isEqualTo(400);
    }

    private void banTag(String tags, String host, Map<String, String> headers) {
        Map<String, String> all = Http.and(Http.and(headers, "Freshet-Tags", tags), "Host", host);
        assertThat(ban(l1, "/", all).status()).isEqualTo(200);
    }

    private boolean hasCanary(String host) {
        return purge(l1, "/1", Map.of("Freshet-Look", "1", "Host", host)).status() == 200;
    }

    @Test
    void what_a_cache_resolves_is_banned_together() {
        List.of("/a.b", "/a.b?x", "/aXb", "/c(/1", "/c(", "/d").forEach(url -> get(l1, url));
        TestResponse path = ban(l1, "/a.b", Map.of("Freshet-Names", "path", "Freshet-Resolve", "1"));
        TestResponse directory = ban(l1, "/c(/", Map.of("Freshet-Resolve", "1"));
        assertThat(List.of(path.header("freshet-pattern"), directory.header("freshet-pattern")))
                .containsExactly("^/a[.]b([?]|$)", "^/c[(]/");
        assertThat(path.header("freshet-host")).isEqualTo(HOST);
        assertThat(get(l1, "/a.b")).startsWith("HIT");

        String both = "^(?:/a[.]b([?]|$).*|/c[(]/.*)$";
        ban(l1, "/", Map.of("Host", "node", "Freshet-Resolved", HOST, "Freshet-Match", both));
        assertThat(List.of(get(l1, "/a.b"), get(l1, "/a.b?x"), get(l1, "/c(/1")))
                .allMatch(page -> page.startsWith("MISS"));
        assertThat(List.of(get(l1, "/aXb"), get(l1, "/c("), get(l1, "/d"))).allMatch(page -> page.startsWith("HIT"));
    }

    private static String request(String method, String url) {
        return method + ' ' + url + " HTTP/1.1\r\nHost: " + HOST + "\r\nFreshet-Token: " + TOKEN + "\r\n\r\n";
    }

    private void pass(Duration time) {
        now.updateAndGet(instant -> instant.plus(time));
    }

    private void publish(String page) {
        assertThat(Http.send(origin.address(), "POST", "/_version" + page, Map.of())
                        .status())
                .isEqualTo(200);
    }

    private List<String> requests() {
        return Http.send(origin.address(), "GET", "/_requests", Map.of())
                .body()
                .lines()
                .toList();
    }

    private static TestResponse purge(DemoCache cache, String url, Map<String, String> headers) {
        return send(cache, "PURGE", url, Http.and(headers, "Freshet-Token", TOKEN));
    }

    private static TestResponse ban(DemoCache cache, String directory, Map<String, String> headers) {
        return send(cache, "BAN", directory, Http.and(headers, "Freshet-Token", TOKEN));
    }

    private static String get(DemoCache cache, String url) {
        TestResponse reply = send(cache, "GET", url, Map.of());
        return reply.cache() + ' ' + reply.body().strip();
    }

    private static TestResponse send(DemoCache cache, String method, String url, Map<String, String> headers) {
        return Http.send(cache.address(), method, url, Http.and(Map.of("Host", HOST), headers));
    }
}
