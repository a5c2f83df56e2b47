package io.freshet.gateway.request.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.freshet.contracts.QuotaKind;
import io.freshet.contracts.Selector;
import io.freshet.contracts.Sha256;
import io.freshet.contracts.TaskId;
import io.freshet.contracts.admission.Admission;
import io.freshet.contracts.admission.AdmittedTask;
import io.freshet.contracts.message.PushCommand;
import io.freshet.contracts.message.PushLimits;
import io.freshet.contracts.message.PushTargets;
import io.freshet.contracts.message.Redirects;
import io.freshet.fleet.account.Account;
import io.freshet.fleet.account.Domain;
import io.freshet.fleet.account.Quotas;
import io.freshet.fleet.node.Driver;
import io.freshet.fleet.node.Fleet;
import io.freshet.fleet.node.Node;
import io.freshet.fleet.node.PushRouting;
import io.freshet.fleet.node.Tier;
import io.freshet.gateway.TestSettings;
import io.freshet.gateway.problem.Problem;
import io.freshet.gateway.problem.ProblemException;
import io.freshet.gateway.problem.ProblemType;
import io.freshet.gateway.problem.Violation;
import io.freshet.gateway.request.canonical.CanonicalPush;
import io.freshet.gateway.request.canonical.CanonicalRefresh;
import io.freshet.gateway.request.canonical.CanonicalRequest;
import io.freshet.gateway.request.canonical.CheckResult;
import io.freshet.gateway.request.canonical.PushOptions;
import io.freshet.gateway.request.canonical.TestCanonicaliser;
import io.freshet.gateway.request.object.LimitProperties;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

public class JsonRequestReaderTest {

    private static final Account ACME = new Account(
            "acme",
            false,
            List.of(),
            List.of(new Domain("www.example.com"), new Domain("*.img.example.com"), new Domain("localhost:9000")),
            Quotas.DEFAULT,
            3_000);
    private static final String NOW = "2026-11-29T12:00:00Z";
    private static final JsonRequestReader READER = reader(TestSettings.defaults(LimitProperties.class));

    private static Node node(String id, String region) {
        return new Node(id, URI.create("http://10.0.0.1:80"), new Driver.Varnish("v", "t"), region);
    }

    private static CanonicalPush push(String option) {
        return READER.push(ACME, json(pushWith(option)));
    }

    private static JsonRequestReader reader(LimitProperties limits) {
        return reader(
                limits,
                new Fleet(List.of(
                        new Tier("l2", PushRouting.ALL, List.of(node("l2-eu", "eu"))),
                        new Tier("l1", PushRouting.ALL, List.of(node("l1-eu", "eu"), node("l1-us", "us"))))));
    }

    private static JsonRequestReader reader(LimitProperties limits, Fleet fleet) {
        return new JsonRequestReader(
                TestCanonicaliser.with(limits, fleet, Clock.fixed(Instant.parse(NOW), ZoneOffset.UTC)));
    }

    @Test
    void objects_are_grouped_by_domain_in_order_each_once() {
        CanonicalRefresh refresh = READER.refresh(ACME, json("""
                {"type": "url", "soft": true, "objects": ["https://www.example.com/b", "http://a.img.example.com/1",
                 "https://WWW.example.com:443/b", "https://www.example.com/a", "http://b.img.example.com/1"]}"""));
        assertThat(refresh.selector()).isEqualTo(Selector.URL);
        assertThat(refresh.soft()).isTrue();
        assertThat(refresh.objects())
                .containsExactly(
                        Map.entry("www.example.com", List.of("https://www.example.com/b", "https://www.example.com/a")),
                        Map.entry(
                                "*.img.example.com",
                                List.of("http://a.img.example.com/1", "http://b.img.example.com/1")));
        assertThat(refresh.objectCount()).isEqualTo(4);
    }

    @Test
    void invalid_entries_are_all_listed_with_their_reasons() {
        Problem problem = refusedRefresh("""
                {"type": "url", "objects": ["https://www.example.com/a", "ftp://www.example.com/",
                 "https://foreign.example/",
                 "https://img.example.com/", "http://localhost/", "https://www.example.com/../"]}""");
        assertThat(problem.status()).isEqualTo(400);
        assertThat(problem.errors().stream().map(Violation::pointer))
                .containsExactly("/objects/1", "/objects/2", "/objects/3", "/objects/4", "/objects/5");
        assertThat(problem.errors().get(1).detail()).contains("foreign.example", "domains");
    }

    @Test
    void only_the_first_100_violations_are_listed_and_all_are_counted() {
        Problem problem = refusedRefresh(refresh("url", "\"ftp://x\",".repeat(999) + "\"ftp://x\""));
        assertThat(problem.errors()).hasSize(100);
        assertThat(problem.detail()).contains("1000 violations");
    }

    @ParameterizedTest
    @CsvSource({"url,1000", "ignore-query,1000", "directory,100", "prefix,100", "regex,100"})
    void request_with_more_objects_than_the_limit_is_refused(String type, int limit) {
        assertThat(READER.refresh(ACME, json(refresh(type, directories(limit)))).objectCount())
                .isEqualTo(limit);
        Problem problem = refusedRefresh(refresh(type, directories(limit + 1)));
        assertThat(problem.errors()).singleElement().satisfies(violation -> {
            assertThat(violation.pointer()).isEqualTo("/objects");
            assertThat(violation.detail()).contains(Integer.toString(limit + 1), Integer.toString(limit));
        });
        assertThat(refusedRefresh(refresh(type, "")).errors().getFirst().pointer())
                .isEqualTo("/objects");
    }

    @Test
    void push_with_501_objects_is_refused() {
        String objects = directories(501);
        assertThat(refusedPush("{\"objects\": [" + objects + "]}")
                        .errors()
                        .getFirst()
                        .pointer())
                .isEqualTo("/objects");
    }

    @ParameterizedTest
    @CsvSource(
            delimiterString = " -> ",
            quoteCharacter = '§',
            value = {
                "{} -> /type /objects",
                "{\"type\": \"all\", \"objects\": []} -> /type",
                "{\"type\": \"everything\", \"objects\": []} -> /objects",
                "{\"type\": \"everything\", \"thenPush\": {}} -> /thenPush/objects",
                "{\"type\": \"tag\"} -> /objects",
                "{\"type\": \"tag\", \"objects\": [\"a\"], \"thenPush\": {}} -> /thenPush/objects",
                "{\"type\": \"host\", \"objects\": [\"a\"], \"domain\": \"a\"} -> /domain",
                "{\"type\": \"tag\", \"objects\": [\"a\"], \"domain\": 1} -> /domain",
                "{\"type\": 1, \"objects\": {}} -> /type /objects",
                "{\"type\": null, \"objects\": null} -> /type /objects",
                "{\"type\": \"url\", \"objects\": [\"x\", 1, null, [], {}]} -> /objects/1 /objects/2 /objects/3 "
                        + "/objects/4",
                "{\"type\": \"url\", \"objects\": [], \"soft\": \"true\"} -> /soft",
                "{\"type\": \"url\", \"objects\": [], \"sfot\": true, \"a/b~c\": 1} -> /sfot /a~1b~0c",
                "{\"type\": \"url\", \"Objects\": []} -> /objects /Objects",
                "{\"type\": \"url\", \"objects\": [], \"thenPush\": true} -> /thenPush",
                "{\"type\": \"url\", \"objects\": [], \"thenPush\": null} -> /thenPush",
                "{\"type\": \"directory\", \"objects\": [], \"thenPush\": {}} -> /thenPush/objects",
                "{\"type\": \"url\", \"objects\": [], \"thenPush\": {\"objects\": [1]}} -> /thenPush/objects/0",
                "{\"type\": \"url\", \"objects\": [], \"thenPush\": {\"tier\": 1, \"teir\": \"l2\"}} -> "
                        + "/thenPush/tier /thenPush/teir",
                "{\"type\": \"url\", \"objects\": [], \"thenPush\": {\"headers\": {\"Accept\": [\"a\", 1]}}} -> "
                        + "/thenPush/headers/Accept/1",
            })
    void invalid_missing_and_unknown_fields_are_all_listed(String body, String pointers) {
        assertThat(refusedRefresh(body).errors().stream()
                        .map(Violation::pointer)
                        .collect(Collectors.joining(" ")))
                .isEqualTo(pointers);
    }

    @ParameterizedTest
    @CsvSource(
            delimiterString = " -> ",
            quoteCharacter = '§',
            value = {
                "{\"type\": } -> line 1, column 1",
                "{\"type\": \"url\",\\n \"objects\": [,]} -> line 2",
                "{\"type\": \"url\" -> line 1",
                "{\"type\": \"url\", \"type\": \"url\"} -> Duplicate",
                "{} {} -> not JSON",
                "[] -> an array",
                "\"x\" -> a string",
                "null -> null",
            })
    void body_that_is_not_a_json_object_is_refused_with_the_position(String body, String reason) {
        Problem problem = refusedRefresh(body.replace("\\n", "\n"));
        assertThat(problem.errors())
                .singleElement()
                .satisfies(violation -> assertThat(violation.pointer()).isEmpty());
        assertThat(problem.detail()).contains(reason);
    }

    @Test
    void empty_body_is_refused_as_empty() {
        assertThat(refusedRefresh("").detail()).contains("empty");
    }

    @Test
    void then_push_follows_the_rules_of_a_push() {
        assertThat(withPush("{}").thenPush()).isEqualTo(new PushOptions("l2", new TreeMap<>()));
        PushOptions options = withPush("{\"tier\": \"l1\", \"headers\": {\"accept\": [\"a\", \"b\", \"a\"]}}")
                .thenPush();
        assertThat(options).isEqualTo(new PushOptions("l1", new TreeMap<>(Map.of("Accept", List.of("a", "b")))));
        assertThat(READER.refresh(ACME, json(refresh("url", "\"https://www.example.com/a\"")))
                        .thenPush())
                .isNull();
        assertThat(pointersOf("{\"tier\": \"l3\"}")).containsExactly("/thenPush/tier");
        assertThat(pointersOf("{\"headers\": {\"Host\": [\"a\"], \"Accept\": [\"\"]}}"))
                .containsExactlyInAnyOrder("/thenPush/headers/Host", "/thenPush/headers/Accept/0");
        assertThat(pointersOf("{\"headers\": {\"Accept\": [" + values(17) + "]}}"))
                .containsExactly("/thenPush/headers");
    }

    @Test
    void refresh_with_then_push_is_limited_like_a_push() {
        assertThat(READER.refresh(ACME, json(thenPush(directories(500), "{}"))).objectCount())
                .isEqualTo(500);
        assertThat(refusedRefresh(thenPush(directories(501), "{}")).errors())
                .singleElement()
                .satisfies(violation -> {
                    assertThat(violation.pointer()).isEqualTo("/objects");
                    assertThat(violation.detail()).contains("501", "500", "thenPush");
                });
        JsonRequestReader fewUrls =
                reader(TestSettings.with(LimitProperties.class, Map.of("freshet.gateway.limits.max-urls", "2")));
        assertThat(refused(() -> fewUrls.refresh(ACME, json(thenPush(directories(3), "{}"))))
                        .errors())
                .as("and as many as a refresh")
                .extracting(Violation::pointer)
                .containsExactly("/objects");
    }

    @Test
    void then_push_may_name_its_own_urls_for_some_of_the_domains() {
        String directories = "\"https://www.example.com/d/\", \"http://a.img.example.com/d/\"";
        String urls = "\"https://WWW.example.com/d/a\", \"https://www.example.com/b?c\", "
                + "\"https://www.example.com/d/a\"";

        CanonicalRefresh refresh = READER.refresh(ACME, json(directoryThenPush(directories, urls)));

        assertThat(refresh.selector()).isEqualTo(Selector.DIRECTORY);
        assertThat(refresh.pushFollows()).isTrue();
        assertThat(refresh.pushedObjectsOf("www.example.com"))
                .containsExactly("https://www.example.com/d/a", "https://www.example.com/b?c");
        assertThat(refresh.pushedObjectsOf("*.img.example.com")).isEmpty();
        CanonicalRefresh ofUrls = withPush("{\"objects\": [\"https://www.example.com/b\"]}");
        assertThat(ofUrls.pushedObjectsOf("www.example.com"))
                .as("in place of the refresh's own")
                .containsExactly("https://www.example.com/b");
        assertThat(withPush("{}").pushedObjectsOf("www.example.com")).containsExactly("https://www.example.com/a");
    }

    @Test
    void url_to_push_of_a_domain_that_is_not_refreshed_is_refused_with_the_way_out() {
        assertThat(refusedRefresh(directoryThenPush(
                                "\"https://www.example.com/d/\"",
                                "\"https://www.example.com/d/a\", \"http://a.img.example.com/b\", \"ftp://x\""))
                        .errors())
                .satisfiesExactly(
                        violation -> {
                            assertThat(violation.pointer()).isEqualTo("/thenPush/objects/1");
                            assertThat(violation.detail())
                                    .contains("*.img.example.com", "refreshes nothing", "a request of its own");
                        },
                        violation -> assertThat(violation.pointer()).isEqualTo("/thenPush/objects/2"));
    }

    @Test
    void directory_with_then_push_requires_urls_and_says_so() {
        String without = """
                {"type": "directory", "objects": ["https://www.example.com/d/"], "thenPush": {"tier": "l2"}}""";
        assertThat(refusedRefresh(without).errors()).singleElement().satisfies(violation -> {
            assertThat(violation.pointer()).isEqualTo("/thenPush/objects");
            assertThat(violation.detail()).contains("name the URLs to push in thenPush.objects");
        });
        assertThat(refusedRefresh(directoryThenPush("\"https://www.example.com/d/\"", ""))
                        .errors())
                .singleElement()
                .satisfies(violation -> assertThat(violation.pointer()).isEqualTo("/thenPush/objects"));
    }

    @Test
    void urls_to_push_are_limited_like_a_push_apart_from_the_refresh() {
        String one = "\"https://www.example.com/d/\"";
        assertThat(READER.refresh(ACME, json(directoryThenPush(one, directories(500))))
                        .pushedObjectsOf("www.example.com"))
                .hasSize(500);
        assertThat(refusedRefresh(directoryThenPush(one, directories(501))).errors())
                .singleElement()
                .satisfies(violation -> {
                    assertThat(violation.pointer()).isEqualTo("/thenPush/objects");
                    assertThat(violation.detail()).contains("501", "500");
                });
        assertThat(READER.refresh(ACME, json(thenPush(directories(501), "{\"objects\": [" + one + "]}")))
                        .objectCount())
                .as("URLs that are not pushed are limited as those of a refresh")
                .isEqualTo(501);
    }

    @Test
    void refresh_and_push_of_a_domain_fit_into_one_command() {
        JsonRequestReader longUrls = reader(TestSettings.with(
                LimitProperties.class,
                Map.of(
                        "freshet.gateway.limits.max-object-bytes", "4000",
                        "freshet.gateway.limits.max-urls", "1000",
                        "freshet.gateway.limits.max-pushes", "1000")));
        String urls = IntStream.range(0, 600)
                .mapToObj(i -> "\"https://www.example.com/" + "a".repeat(3_900) + i + '"')
                .collect(Collectors.joining(","));

        assertThat(refused(() -> longUrls.refresh(ACME, json(thenPush(urls, "{\"objects\": [" + urls + "]}"))))
                        .errors())
                .singleElement()
                .satisfies(violation -> {
                    assertThat(violation.pointer()).isEqualTo("/thenPush/objects");
                    assertThat(violation.detail()).contains("4000000", "Split the request");
                });
    }

    @Test
    void children_are_part_of_the_hash_but_the_accounts_domains_are_not() {
        String body = "{\"objects\": [\"https://www.example.com/a\"], \"children\": %s}";
        CanonicalRequest with = READER.push(ACME, json(body.formatted("true")));
        assertThat(with.hash())
                .isNotEqualTo(READER.push(ACME, json(body.formatted("false"))).hash());
        Account moreDomains = new Account(
                "acme",
                false,
                List.of(),
                List.of(new Domain("www.example.com"), new Domain("new.example.com")),
                Quotas.DEFAULT,
                3_000);
        assertThat(READER.push(moreDomains, json(body.formatted("true"))).hash())
                .isEqualTo(with.hash());
    }

    @Test
    void urls_to_push_are_part_of_the_hash() {
        String one = directoryThenPush("\"https://www.example.com/d/\"", "\"https://www.example.com/d/a\"");
        assertThat(READER.refresh(ACME, json(one.replace("/d/a", "/d/b"))).hash())
                .isNotEqualTo(READER.refresh(ACME, json(one)).hash());
        assertThat(READER.refresh(ACME, json(one.replace("www.example.com/d/a", "WWW.EXAMPLE.com:443/d/a")))
                        .hash())
                .isEqualTo(READER.refresh(ACME, json(one)).hash());
    }

    @Test
    void check_returns_a_result_for_every_url_to_push() {
        CheckResult checked = READER.checkRefresh(
                ACME,
                json(directoryThenPush(
                        "\"https://www.example.com/d/\"",
                        "\"https://www.example.com/d/a\", \"http://a.img.example.com/b\"")));

        assertThat(checked.acceptable()).isFalse();
        assertThat(checked.entries()).hasSize(1);
        assertThat(checked.pushEntries())
                .satisfiesExactly(
                        entry -> assertThat(entry.object()).isEqualTo("https://www.example.com/d/a"),
                        entry -> assertThat(entry.error()).contains("refreshes nothing"));
        assertThat(checked.charges()).isEqualTo(Map.of(QuotaKind.DIRECTORY, 1, QuotaKind.PUSH, 1));
        CheckResult none = READER.checkRefresh(ACME, json(directoryThenPush("\"https://www.example.com/d/\"", "")));
        assertThat(none.acceptable()).isFalse();
        assertThat(none.errors())
                .singleElement()
                .satisfies(error -> assertThat(error.pointer()).isEqualTo("/thenPush/objects"));
    }

    private static String directoryThenPush(String directories, String urls) {
        return "{\"type\": \"directory\", \"objects\": [" + directories + "], \"thenPush\": {\"objects\": [" + urls
                + "]}}";
    }

    private static CanonicalRefresh withPush(String thenPush) {
        return READER.refresh(ACME, json(thenPush("\"https://www.example.com/a\"", thenPush)));
    }

    private static List<String> pointersOf(String thenPush) {
        return refusedRefresh(thenPush("\"https://www.example.com/a\"", thenPush)).errors().stream()
                .map(violation -> String.valueOf(violation.pointer()))
                .toList();
    }

    private static String thenPush(String objects, String thenPush) {
        return "{\"type\": \"url\", \"objects\": [" + objects + "], \"thenPush\": " + thenPush + '}';
    }

    private static String values(int count) {
        return IntStream.range(0, count).mapToObj(i -> "\"v" + i + '"').collect(Collectors.joining(","));
    }

    @Test
    void push_follows_redirects_if_it_says_so_and_storing_them_is_the_default() {
        String objects = "{\"objects\": [\"http://localhost:9000/a\"]";
        CanonicalPush plain = READER.push(ACME, json(objects + '}'));
        assertThat(READER.push(ACME, json(objects + ", \"redirects\": \"store\"}"))
                        .hash())
                .isEqualTo(plain.hash());
        CanonicalPush following = READER.push(ACME, json(objects + ", \"redirects\": \"follow\"}"));
        assertThat(following.redirects()).isEqualTo(Redirects.FOLLOW);
        assertThat(following.hash()).isNotEqualTo(plain.hash());
        Problem problem = refusedPush(objects + ", \"redirects\": \"always\"}");
        assertThat(problem.errors().getFirst().pointer()).isEqualTo("/redirects");
    }

    @Test
    void command_of_a_push_has_the_variants_of_its_domain_and_the_domains_that_redirects_may_lead_to() {
        Account account = new Account(
                "acme",
                false,
                List.of(),
                ACME.domains(),
                Quotas.DEFAULT,
                3_000,
                Map.of("localhost:9000", Map.of("Accept-Language", List.of("de", "en"))));
        CanonicalPush push = READER.push(account, json("""
                {"objects": ["http://localhost:9000/a", "https://www.example.com/b"], "redirects": "follow"}"""));
        Admission admission = new Admission(new UUID(0, 1), Instant.EPOCH, List.of());

        PushCommand local = (PushCommand)
                push.command(new AdmittedTask(new TaskId(1), "localhost:9000", 1, false), account, admission);
        PushCommand other = (PushCommand)
                push.command(new AdmittedTask(new TaskId(2), "www.example.com", 1, false), account, admission);

        assertThat(local.variants()).isEqualTo(Map.of("Accept-Language", List.of("de", "en")));
        assertThat(other.variants()).isEmpty();
        assertThat(other.redirects()).isEqualTo(Redirects.FOLLOW);
        assertThat(other.domains()).containsExactly("www.example.com", "*.img.example.com", "localhost:9000");
    }

    @Test
    void push_without_a_tier_warms_the_first_tier() {
        String objects = "\"objects\": [\"http://localhost:9000/a\"]";
        assertThat(READER.push(ACME, json('{' + objects + '}')).tier()).isEqualTo("l2");
        assertThat(READER.push(ACME, json('{' + objects + ", \"tier\": \"l1\"}"))
                        .tier())
                .isEqualTo("l1");
        Problem problem = refusedPush('{' + objects + ", \"tier\": \"l3\"}");
        assertThat(problem.errors().getFirst().pointer()).isEqualTo("/tier");
        assertThat(problem.detail()).contains("l1", "l2");
    }

    @Test
    void equal_requests_have_equal_hashes_and_others_do_not() {
        String base = refresh("url", "\"https://www.example.com/a\", \"https://www.example.com/b\"");
        String hash = READER.refresh(ACME, json(base)).hash();
        assertThat(READER.refresh(ACME, json(base.replace("www.example", "WWW.EXAMPLE")))
                        .hash())
                .isEqualTo(hash);
        assertThat(List.of(
                        READER.refresh(ACME, json(base.replace("/b", "/c"))).hash(),
                        READER.refresh(ACME, json(base.replace("{", "{\"soft\": true, ")))
                                .hash(),
                        READER.push(ACME, json(base.replace("\"type\": \"url\", ", "")))
                                .hash(),
                        READER.refresh(ACME, json(base.replace("}", ", \"thenPush\": {}}")))
                                .hash(),
                        READER.refresh(ACME, json(base.replace("}", ", \"thenPush\": {\"tier\": \"l1\"}}")))
                                .hash()))
                .doesNotContain(hash)
                .doesNotHaveDuplicates();
    }

    @Test
    void hash_of_a_refresh_is_stable_across_versions() {
        String stable = """
                ["refresh","url",{"selector":"url","objects":{\
                "www.example.com":["https://www.example.com/a"]},"soft":false}]""";
        assertThat(READER.refresh(ACME, json(refresh("url", "\"https://www.example.com/a\"")))
                        .hash())
                .isEqualTo(Sha256.hex(json(stable)));
    }

    @Test
    void check_returns_a_result_for_every_entry() {
        CheckResult checked = READER.checkRefresh(
                ACME,
                json(refresh(
                        "url",
                        "\"ftp://x\",".repeat(300)
                                + "\"https://WWW.example.com:443/a\", \"http://a.img.example.com/1\", "
                                + "\"https://www.example.com/a\"")));
        assertThat(checked.acceptable()).isFalse();
        assertThat(checked.entries()).hasSize(303);
        assertThat(checked.entries().subList(0, 300))
                .allSatisfy(entry -> assertThat(entry.error()).contains("http://"));
        assertThat(checked.entries().subList(300, 303))
                .containsExactly(
                        new CheckResult.CheckedEntry("https://www.example.com/a", "www.example.com", null, null),
                        new CheckResult.CheckedEntry("http://a.img.example.com/1", "*.img.example.com", null, null),
                        new CheckResult.CheckedEntry("https://www.example.com/a", "www.example.com", 300, null));
        assertThat(checked.objectCount()).isEqualTo(2);
        assertThat(checked.charges()).isEqualTo(Map.of(QuotaKind.URL, 2));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "https://www.example.com/a",
                "ftp://www.example.com/",
                "https://foreign.example/",
                "https://www.example.com/%2e%2E/",
                "https://www.example.com/#a",
                "not a URL",
            })
    void check_finds_the_same_violations_as_the_request(String object) {
        String body = refresh("url", '"' + object + '"');
        CheckResult checked = READER.checkRefresh(ACME, json(body));
        if (checked.acceptable()) {
            assertThat(READER.refresh(ACME, json(body)).objectCount()).isEqualTo(1);
        } else {
            assertThat(refusedRefresh(body).errors().getFirst().detail())
                    .isEqualTo(checked.entries().getFirst().error());
        }
    }

    @ParameterizedTest
    @CsvSource({
        "ignore-query,https://www.example.com/a?b=c,https://www.example.com/a,URL",
        "prefix,https://www.example.com/img/a?v=,https://www.example.com/img/a?v=,DIRECTORY",
        "regex,https://WWW.example.com/img/.*,https://www.example.com/img/.*,REGEX",
        "host,WWW.example.com,www.example.com,HOST",
        "host,https://www.example.com/,www.example.com,HOST"
    })
    void every_type_has_its_canonical_form_and_its_quota(String type, String text, String object, QuotaKind quota) {
        String body = refresh(type, '"' + text + '"');
        CanonicalRefresh refresh = READER.refresh(ACME, json(body));
        assertThat(refresh.selector().toString()).isEqualTo(type);
        assertThat(refresh.objects()).containsExactly(Map.entry("www.example.com", List.of(object)));
        CheckResult checked = READER.checkRefresh(ACME, json(body));
        assertThat(checked.charges()).isEqualTo(Map.of(quota, 1));
        assertThat(checked.entries().getFirst().object()).isEqualTo(object);
    }

    @Test
    void unknown_type_is_refused_with_all_types() {
        assertThat(refusedRefresh(refresh("all", "")).errors().getFirst().detail())
                .isEqualTo("is none of url, ignore-query, directory, prefix, regex, host, tag, everything");
    }

    @Test
    void tag_is_an_object_of_each_domain_or_of_the_one_that_is_named() {
        String tags = "{\"type\": \"tag\", \"soft\": true, \"objects\": [\"news\", \"News\", \"news\"]";
        CanonicalRefresh everywhere = READER.refresh(ACME, json(tags + '}'));
        assertThat(everywhere.soft()).isTrue();
        assertThat(everywhere.objects())
                .containsExactly(
                        Map.entry("www.example.com", List.of("www.example.com#news", "www.example.com#News")),
                        Map.entry("*.img.example.com", List.of("*.img.example.com#news", "*.img.example.com#News")),
                        Map.entry("localhost:9000", List.of("localhost:9000#news", "localhost:9000#News")));
        assertThat(READER.refresh(ACME, json(tags + ", \"domain\": \"https://WWW.example.com/\"}"))
                        .objects())
                .containsExactly(Map.entry("www.example.com", List.of("www.example.com#news", "www.example.com#News")));
        assertThat(READER.refresh(ACME, json(tags + ", \"domain\": \"a.img.example.com\"}"))
                        .objects())
                .containsExactly(
                        Map.entry("*.img.example.com", List.of("a.img.example.com#news", "a.img.example.com#News")));
    }

    @Test
    void everything_is_an_object_of_each_domain_and_its_quota_is_per_domain() {
        CanonicalRefresh everywhere = READER.refresh(ACME, json("{\"type\": \"everything\"}"));
        assertThat(everywhere.objects())
                .containsExactly(
                        Map.entry("www.example.com", List.of("www.example.com")),
                        Map.entry("*.img.example.com", List.of("*.img.example.com")),
                        Map.entry("localhost:9000", List.of("localhost:9000")));
        assertThat(everywhere.quota(ACME)).isEqualTo(3 * 5);
        CanonicalRefresh one =
                READER.refresh(ACME, json("{\"type\": \"everything\", \"domain\": \"*.img.example.com\"}"));
        assertThat(one.objects()).containsExactly(Map.entry("*.img.example.com", List.of("*.img.example.com")));
        assertThat(one.quota(ACME)).isEqualTo(3 * 5);
        assertThat(one.hash()).isNotEqualTo(everywhere.hash());
    }

    @ParameterizedTest
    @CsvSource({
        "www.example.org,which is neither one of the account's domains nor a host that one of them covers",
        "*.a.img.example.com,which is neither one of the account's domains nor a host",
        "*.example.com,which is neither one of the account's domains nor a host",
        "www.example.com/a,has a path",
        "'',is empty",
        "www.example.com#a,has an invalid host name",
    })
    void domain_that_is_not_the_accounts_is_refused_with_the_way_out(String domain, String reason) {
        for (String body : List.of(
                "{\"type\": \"everything\", \"domain\": \"" + domain + "\"}",
                "{\"type\": \"tag\", \"objects\": [\"a\"], \"domain\": \"" + domain + "\"}")) {
            assertThat(refusedRefresh(body).errors()).singleElement().satisfies(violation -> {
                assertThat(violation.pointer()).isEqualTo("/domain");
                assertThat(violation.detail()).contains(reason);
            });
            assertThat(refused(() -> READER.checkRefresh(ACME, json(body))).errors())
                    .extracting(Violation::pointer)
                    .containsExactly("/domain");
        }
    }

    @Test
    void invalid_tags_are_all_listed_by_request_and_check() {
        String body = refresh("tag", "\"a\", \"a,b\", \"https://www.example.com/\", \"a b\", \"\"");
        List<Violation> violations = refusedRefresh(body).errors();
        assertThat(violations)
                .extracting(Violation::pointer)
                .containsExactly("/objects/1", "/objects/2", "/objects/3", "/objects/4");
        CheckResult checked = READER.checkRefresh(ACME, json(body));
        assertThat(checked.acceptable()).isFalse();
        assertThat(checked.entries().subList(1, 5))
                .extracting(CheckResult.CheckedEntry::error)
                .isEqualTo(violations.stream().map(Violation::detail).toList());
    }

    @Test
    void request_of_too_many_tags_is_refused_and_in_many_domains_with_the_way_out() {
        assertThat(READER.refresh(ACME, json(refresh("tag", values(256)))).objectCount())
                .isEqualTo(3 * 256);
        assertThat(refusedRefresh(refresh("tag", values(257)))
                        .errors()
                        .getFirst()
                        .detail())
                .isEqualTo("has 257 entries; between 1 and 256 are allowed");
        Account large = accountWith(IntStream.range(0, 79)
                .mapToObj(i -> new Domain("d" + i + ".example"))
                .toList());
        String body = refresh("tag", values(256));
        Problem problem = refused(() -> READER.refresh(large, json(body)));
        assertThat(problem.errors()).singleElement().satisfies(violation -> {
            assertThat(violation.pointer()).isEqualTo("/objects");
            assertThat(violation.detail()).contains("79 domains are 20224 objects", "Name a domain");
        });
        CheckResult checked = READER.checkRefresh(large, json(body));
        assertThat(checked.acceptable()).isFalse();
        assertThat(checked.errors()).isEqualTo(problem.errors());
        assertThat(READER.refresh(large, json(body.replace("]}", "], \"domain\": \"d7.example\"}")))
                        .objectCount())
                .isEqualTo(256);
    }

    @Test
    void account_without_domains_is_told_so() {
        Account none = accountWith(List.of());
        assertThat(refused(() -> READER.refresh(none, json("{\"type\": \"everything\"}")))
                        .errors())
                .singleElement()
                .satisfies(violation -> assertThat(violation.detail()).contains("has no domains"));
    }

    private static Account accountWith(List<Domain> domains) {
        return new Account("large", false, List.of(), domains, Quotas.DEFAULT, 3_000);
    }

    @Test
    void check_counts_a_tag_once_per_domain_and_names_the_domain_if_it_is_one() {
        CheckResult everywhere = READER.checkRefresh(ACME, json(refresh("tag", "\"a\", \"b\", \"a\"")));
        assertThat(everywhere.acceptable()).isTrue();
        assertThat(everywhere.charges()).isEqualTo(Map.of(QuotaKind.TAG, 6));
        assertThat(everywhere.objectCount()).isEqualTo(6);
        assertThat(everywhere.entries())
                .containsExactly(
                        new CheckResult.CheckedEntry("a", null, null, null),
                        new CheckResult.CheckedEntry("b", null, null, null),
                        new CheckResult.CheckedEntry("a", null, 0, null));
        CheckResult one = READER.checkRefresh(ACME, json("""
                {"type": "tag", "objects": ["a"], "domain": "a.img.example.com"}"""));
        assertThat(one.charges()).isEqualTo(Map.of(QuotaKind.TAG, 1));
        assertThat(one.entries())
                .containsExactly(new CheckResult.CheckedEntry("a.img.example.com#a", "*.img.example.com", null, null));
    }

    @Test
    void check_of_everything_lists_the_domains() {
        CheckResult checked = READER.checkRefresh(ACME, json("{\"type\": \"everything\"}"));
        assertThat(checked.acceptable()).isTrue();
        assertThat(checked.charges()).isEqualTo(Map.of(QuotaKind.EVERYTHING, 3));
        assertThat(checked.entries())
                .extracting(CheckResult.CheckedEntry::object)
                .containsExactly("www.example.com", "*.img.example.com", "localhost:9000");
    }

    @Test
    void push_after_a_tag_or_everything_names_its_urls() {
        for (String refreshed : List.of("\"type\": \"tag\", \"objects\": [\"a\"]", "\"type\": \"everything\"")) {
            String body = "{" + refreshed + ", \"thenPush\": {\"objects\": [\"http://a.img.example.com/1\"]}}";
            CanonicalRefresh refresh = READER.refresh(ACME, json(body));
            assertThat(refresh.pushedObjectsOf("*.img.example.com")).containsExactly("http://a.img.example.com/1");
            assertThat(refresh.pushedObjectsOf("www.example.com")).isEmpty();
            assertThat(READER.checkRefresh(ACME, json(body)).acceptable()).isTrue();
            assertThat(refusedRefresh(
                                    body.replace("{" + refreshed, "{" + refreshed + ", \"domain\": \"localhost:9000\""))
                            .errors())
                    .extracting(Violation::pointer)
                    .containsExactly("/thenPush/objects/0");
        }
    }

    @Test
    void url_without_query_may_be_pushed_afterwards() {
        CanonicalRefresh refresh = READER.refresh(ACME, json("""
                {"type": "ignore-query", "objects": ["https://www.example.com/a?b=c"], "thenPush": {}}"""));
        assertThat(refresh.pushedObjectsOf("www.example.com")).containsExactly("https://www.example.com/a");
        assertThat(READER.checkRefresh(ACME, json("""
                {"type": "ignore-query", "objects": ["https://www.example.com/a?b=c"], "thenPush": {}}""")).charges())
                .isEqualTo(Map.of(QuotaKind.URL, 1, QuotaKind.PUSH, 1));
    }

    @ParameterizedTest
    @CsvSource({
        "1,n1 (driver nginx) cannot purge by prefix. Use a type that every node can purge by: url.",
        "3,'n1 (driver nginx), n2 (driver nginx), n3 (driver nginx) cannot purge by prefix."
                + " Use a type that every node can purge by: url.'",
        "5,'n1 (driver nginx), n2 (driver nginx), n3 (driver nginx) and 2 more nodes cannot purge by prefix."
                + " Use a type that every node can purge by: url.'"
    })
    void type_that_nodes_cannot_purge_by_is_refused_and_at_most_three_are_named(int count, String reason) {
        JsonRequestReader reader = reader(TestSettings.defaults(LimitProperties.class), fleetWithNginx(count, null));
        String body = refresh("prefix", "\"https://www.example.com/a\"");
        Problem problem = refused(() -> reader.refresh(ACME, json(body)));
        assertThat(problem.type()).isEqualTo(ProblemType.UNSUPPORTED_BY_NODES.uri());
        assertThat(problem.detail()).isEqualTo(reason);
        CheckResult checked = reader.checkRefresh(ACME, json(body));
        assertThat(checked.acceptable()).isFalse();
        assertThat(checked.errors()).containsExactly(Violation.at("/type", reason));
        assertThat(checked.entries())
                .singleElement()
                .satisfies(entry -> assertThat(entry.error()).isNull());
    }

    @Test
    void directory_is_refused_only_if_a_node_has_no_purge_for_it() {
        String body = refresh("directory", "\"https://www.example.com/d/\"");
        LimitProperties limits = TestSettings.defaults(LimitProperties.class);
        JsonRequestReader older = reader(limits, fleetWithNginx(1, null));
        assertThat(refused(() -> older.refresh(ACME, json(body))).status()).isEqualTo(409);
        Driver.DirectoryPurge directory = new Driver.DirectoryPurge("PURGE", "*");
        assertThat(reader(limits, fleetWithNginx(1, directory))
                        .refresh(ACME, json(body))
                        .objectCount())
                .isEqualTo(1);
    }

    private static Fleet fleetWithNginx(int count, Driver.@Nullable DirectoryPurge directory) {
        Driver nginx = new Driver.Http("nginx", "PURGE", Map.of(), directory, "Freshet-Node", null, null, null);
        List<Node> nodes = IntStream.rangeClosed(1, count)
                .mapToObj(i -> new Node("n" + i, URI.create("http://10.0.0.1:80"), nginx))
                .toList();
        return new Fleet(List.of(
                new Tier("l2", PushRouting.ALL, List.of(node("l2-eu", "eu"))), new Tier("l1", PushRouting.ALL, nodes)));
    }

    @Test
    void check_of_too_many_entries_checks_as_many_as_are_allowed() {
        CheckResult checked = READER.checkRefresh(ACME, json(refresh("directory", directories(101))));
        assertThat(checked.acceptable()).isFalse();
        assertThat(checked.errors())
                .singleElement()
                .satisfies(error -> assertThat(error.detail()).contains("101 entries"));
        assertThat(checked.entries())
                .hasSize(100)
                .allSatisfy(entry -> assertThat(entry.error()).isNull());
        assertThat(checked.charges()).isEqualTo(Map.of(QuotaKind.DIRECTORY, 100));
    }

    @Test
    void limits_are_read_and_are_part_of_the_hash() {
        CanonicalPush push = push("\"limits\": {\"requestsInFlight\": 2, \"requestsPerSecond\": 20,"
                + " \"bytesPerSecond\": 5000000000}");
        assertThat(push.limits()).isEqualTo(new PushLimits(2, 20, 5_000_000_000L));
        assertThat(push.hash())
                .isNotEqualTo(push("\"limits\": {\"requestsPerSecond\": 20}").hash());
        assertThat(READER.push(ACME, json(pushWith("\"limits\": {}"))).limits()).isNull();
        assertThat(push.retrying(new TaskId(1)).limits()).isEqualTo(push.limits());
    }

    @Test
    void limits_are_whole_numbers_from_1() {
        assertThat(refusedPush(pushWith("\"limits\": {\"requestsInFlight\": 0, \"requestsPerSecond\": 1.5,"
                                + " \"bytesPerSecond\": \"1MB\", \"burst\": 1}"))
                        .errors())
                .extracting(Violation::pointer)
                .containsExactlyInAnyOrder(
                        "/limits/requestsInFlight",
                        "/limits/requestsPerSecond",
                        "/limits/bytesPerSecond",
                        "/limits/burst");
    }

    @Test
    void tiers_region_and_nodes_select_where_a_push_goes() {
        assertThat(push("\"tiers\": [\"l1\"]"))
                .extracting(CanonicalPush::tier, CanonicalPush::targets)
                .containsExactly("l1", null);
        assertThat(push("\"tiers\": [\"l2\", \"l1\"]"))
                .extracting(CanonicalPush::tier, CanonicalPush::targets)
                .containsExactly("l2", new PushTargets(List.of("l2", "l1"), null, List.of()));
        assertThat(push("\"tier\": \"l1\", \"region\": \"eu\""))
                .extracting(CanonicalPush::tier, CanonicalPush::targets)
                .containsExactly("l1", new PushTargets(List.of(), "eu", List.of()));
        assertThat(push("\"nodes\": [\"l1-us\", \"l1-eu\"]"))
                .extracting(CanonicalPush::tier, CanonicalPush::targets)
                .containsExactly("l1", new PushTargets(List.of(), null, List.of("l1-eu", "l1-us")));
        assertThat(push("\"tiers\": [\"l2\", \"l1\"]").hash())
                .isNotEqualTo(push("\"tier\": \"l2\"").hash());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "\"tier\": \"l1\", \"tiers\": [\"l2\"]; /tiers; exclude each other",
                "\"tiers\": []; /tiers; names no tier",
                "\"tiers\": [\"l2\", \"l3\"]; /tiers/1; the tiers are [l2, l1]",
                "\"tiers\": [\"l1\", \"l2\"]; /tiers; parents first, since a node fetches through them: [l2, l1]",
                "\"tiers\": [\"l2\", \"l2\"]; /tiers; each tier once",
                "\"region\": \"asia\"; /region; the regions are [eu, us]",
                "\"tiers\": [\"l2\", \"l1\"], \"region\": \"us\"; /region; has no node in these tiers: [l2]",
                "\"nodes\": []; /nodes; names no node",
                "\"nodes\": [\"l1-eu\", \"l9\"]; /nodes/1; the nodes are l2-eu, l1-eu, l1-us",
                "\"nodes\": [\"l1-eu\"], \"region\": \"eu\"; /nodes; excludes tier, tiers and region",
            })
    void place_of_a_push_that_does_not_exist_is_refused_with_those_that_do(
            String option, String pointer, String reason) {
        assertThat(refusedPush(pushWith(option)).errors()).singleElement().satisfies(violation -> {
            assertThat(violation.pointer()).isEqualTo(pointer);
            assertThat(violation.detail()).contains(reason);
        });
    }

    @Test
    void start_time_is_read_with_any_offset_and_is_part_of_the_hash() {
        CanonicalPush push = READER.push(ACME, json(pushWith("\"startAt\": \"2026-11-30T07:00:00.123456+01:00\"")));
        assertThat(push.startAt()).isEqualTo("2026-11-30T06:00:00.123Z");
        assertThat(push.retrying(new TaskId(1)).startAt()).isEqualTo(push.startAt());
        assertThat(READER.push(ACME, json(pushWith("\"startAt\": \"2026-11-30T06:00:00.123Z\"")))
                        .hash())
                .isEqualTo(push.hash());
        assertThat(READER.push(ACME, json(pushWith("\"startAt\": \"2026-11-30T06:00:01Z\"")))
                        .hash())
                .isNotEqualTo(push.hash());
        assertThat(READER.checkPush(ACME, json(pushWith("\"startAt\": \"2026-11-30T06:00:01Z\"")))
                        .acceptable())
                .isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "2026-11-29T11:59:01Z,",
        "2026-12-06T12:00:00Z,",
        "2026-11-29T11:58:59Z, has passed",
        "2026-12-06T12:00:01Z, more than 7 days",
        "2026-11-30T06:00:00, RFC 3339",
        "tomorrow, RFC 3339",
    })
    void start_time_is_at_most_a_week_ahead_and_not_in_the_past(String startAt, @Nullable String reason) {
        String body = pushWith("\"startAt\": \"" + startAt + '"');
        if (reason == null) {
            assertThat(READER.push(ACME, json(body)).startAt()).isEqualTo(startAt);
        } else {
            assertThat(refusedPush(body).errors()).singleElement().satisfies(violation -> {
                assertThat(violation.pointer()).isEqualTo("/startAt");
                assertThat(violation.detail()).contains(reason);
            });
            assertThat(refused(() -> READER.checkPush(ACME, json(body))).errors())
                    .hasSize(1);
        }
    }

    @Test
    void check_lists_all_charges_of_pushes_and_then_push() {
        String objects = "\"https://www.example.com/a\"";
        assertThat(READER.checkPush(ACME, json("{\"objects\": [" + objects + "]}"))
                        .charges())
                .isEqualTo(Map.of(QuotaKind.PUSH, 1));
        assertThat(READER.checkRefresh(ACME, json(thenPush(objects, "{}"))).charges())
                .isEqualTo(Map.of(QuotaKind.URL, 1, QuotaKind.PUSH, 1));
        Problem problem = refused(() -> READER.checkRefresh(ACME, json(thenPush(objects, "{\"tier\": \"l9\"}"))));
        assertThat(problem.errors().getFirst().pointer()).isEqualTo("/thenPush/tier");
    }

    public static Problem refused(org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
        ProblemException refused = catchThrowableOfType(ProblemException.class, call);
        assertThat(refused).as("refused").isNotNull();
        return refused.problem();
    }

    private static Problem refusedRefresh(String body) {
        return refused(() -> READER.refresh(ACME, json(body)));
    }

    private static Problem refusedPush(String body) {
        return refused(() -> READER.push(ACME, json(body)));
    }

    private static String pushWith(String option) {
        return "{\"objects\": [\"https://www.example.com/a\"], " + option + '}';
    }

    private static String refresh(String type, String objects) {
        return "{\"type\": \"" + type + "\", \"objects\": [" + objects + "]}";
    }

    private static String directories(int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> "\"https://www.example.com/" + i + "/\"")
                .collect(Collectors.joining(","));
    }

    private static byte[] json(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
