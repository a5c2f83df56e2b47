package io.freshet.gateway.request.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.freshet.contracts.QuotaKind;
import io.freshet.contracts.Selector;
import io.freshet.fleet.Account;
import io.freshet.fleet.Domain;
import io.freshet.fleet.Fleet;
import io.freshet.fleet.PushRouting;
import io.freshet.fleet.Quotas;
import io.freshet.fleet.Tier;
import io.freshet.gateway.problem.Problem;
import io.freshet.gateway.problem.ProblemException;
import io.freshet.gateway.problem.Violation;
import io.freshet.gateway.request.TestSettings;
import io.freshet.gateway.request.canonical.CanonicalRefresh;
import io.freshet.gateway.request.canonical.CheckResult;
import io.freshet.gateway.request.canonical.ObjectReader;
import io.freshet.gateway.request.canonical.PushHeaders;
import io.freshet.gateway.request.canonical.PushOptions;
import io.freshet.gateway.request.canonical.RequestCanonicaliser;
import io.freshet.gateway.request.object.Canonicaliser;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JsonRequestReaderTest {

    private static final Account ACME = new Account(
            "acme",
            false,
            List.of(),
            List.of(new Domain("www.example.com"), new Domain("*.img.example.com"), new Domain("localhost:9000")),
            Quotas.DEFAULT,
            3_000);
    private static final JsonRequestReader READER = reader(TestSettings.with(Map.of()));

    private static JsonRequestReader reader(GatewayProperties settings) {
        ObjectReader objects = new ObjectReader(settings, new Canonicaliser(settings));
        Fleet fleet = new Fleet(
                List.of(new Tier("l2", PushRouting.ALL, List.of()), new Tier("l1", PushRouting.ALL, List.of())));
        return new JsonRequestReader(new RequestCanonicaliser(objects, new PushHeaders(settings), fleet));
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
    void every_wrong_entry_is_named_with_its_reason() {
        Problem problem = refusedRefresh("""
                {"type": "url", "objects": ["https://www.example.com/a", "ftp://www.example.com/", "https://foreign.example/",
                 "https://img.example.com/", "http://localhost/", "https://www.example.com/../"]}""");
        assertThat(problem.status()).isEqualTo(400);
        assertThat(problem.errors().stream().map(Violation::pointer))
                .containsExactly("/objects/1", "/objects/2", "/objects/3", "/objects/4", "/objects/5");
        assertThat(problem.errors().get(1).detail()).contains("foreign.example", "domains");
    }

    @Test
    void the_list_of_wrong_entries_is_bounded_and_the_rest_is_counted() {
        Problem problem = refusedRefresh(refresh("url", "\"ftp://x\",".repeat(999) + "\"ftp://x\""));
        assertThat(problem.errors()).hasSize(100);
        assertThat(problem.detail()).contains("1000 entries");
    }

    @ParameterizedTest
    @CsvSource({"url,1000", "directory,100"})
    void a_request_has_as_many_objects_as_the_limit_and_no_more(String type, int limit) {
        assertThat(READER.refresh(ACME, json(refresh(type, directories(limit)))).objectCount())
                .isEqualTo(limit);
        Problem problem = refusedRefresh(refresh(type, directories(limit + 1)));
        assertThat(problem.errors()).singleElement().satisfies(fault -> {
            assertThat(fault.pointer()).isEqualTo("/objects");
            assertThat(fault.detail()).contains(Integer.toString(limit + 1), Integer.toString(limit));
        });
        assertThat(refusedRefresh(refresh(type, "")).errors().getFirst().pointer())
                .isEqualTo("/objects");
    }

    @Test
    void a_push_has_at_most_500_objects() {
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
                "{\"type\": \"regex\", \"objects\": []} -> /type",
                "{\"type\": 1, \"objects\": {}} -> /type /objects",
                "{\"type\": null, \"objects\": null} -> /type /objects",
                "{\"type\": \"url\", \"objects\": [\"x\", 1, null, [], {}]} -> /objects/1 /objects/2 /objects/3 /objects/4",
                "{\"type\": \"url\", \"objects\": [], \"soft\": \"true\"} -> /soft",
                "{\"type\": \"url\", \"objects\": [], \"sfot\": true, \"a/b~c\": 1} -> /sfot /a~1b~0c",
                "{\"type\": \"url\", \"Objects\": []} -> /objects /Objects",
                "{\"type\": \"url\", \"objects\": [], \"thenPush\": true} -> /thenPush",
                "{\"type\": \"url\", \"objects\": [], \"thenPush\": null} -> /thenPush",
                "{\"type\": \"directory\", \"objects\": [], \"thenPush\": {}} -> /thenPush",
                "{\"type\": \"url\", \"objects\": [], \"thenPush\": {\"tier\": 1, \"teir\": \"l2\"}} -> /thenPush/tier /thenPush/teir",
                "{\"type\": \"url\", \"objects\": [], \"thenPush\": {\"headers\": {\"Accept\": [\"a\", 1]}}} -> /thenPush/headers/Accept/1",
            })
    void every_field_that_is_wrong_missing_or_unknown_is_named(String body, String pointers) {
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
    void what_is_no_json_object_says_where(String body, String reason) {
        Problem problem = refusedRefresh(body.replace("\\n", "\n"));
        assertThat(problem.errors())
                .singleElement()
                .satisfies(fault -> assertThat(fault.pointer()).isEmpty());
        assertThat(problem.detail()).contains(reason);
    }

    @Test
    void an_empty_body_is_said_to_be_empty() {
        assertThat(refusedRefresh("").detail()).contains("empty");
    }

    @Test
    void a_push_that_follows_a_refresh_is_read_by_the_same_rules_as_one_by_itself() {
        assertThat(withPush("{}").thenPush()).isEqualTo(new PushOptions("l2", new TreeMap<>()));
        PushOptions warming = withPush("{\"tier\": \"l1\", \"headers\": {\"accept\": [\"a\", \"b\", \"a\"]}}")
                .thenPush();
        assertThat(warming).isEqualTo(new PushOptions("l1", new TreeMap<>(Map.of("Accept", List.of("a", "b")))));
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
    void a_refresh_that_a_push_follows_has_at_most_as_many_objects_as_a_push() {
        assertThat(READER.refresh(ACME, json(thenPush(directories(500), "{}"))).objectCount())
                .isEqualTo(500);
        assertThat(refusedRefresh(thenPush(directories(501), "{}")).errors())
                .singleElement()
                .satisfies(fault -> {
                    assertThat(fault.pointer()).isEqualTo("/objects");
                    assertThat(fault.detail()).contains("501", "500", "thenPush");
                });
        JsonRequestReader fewUrls = reader(TestSettings.with(Map.of("freshet.gateway.limits.urls", "2")));
        assertThat(refused(() -> fewUrls.refresh(ACME, json(thenPush(directories(3), "{}"))))
                        .errors())
                .as("and as many as a refresh")
                .extracting(Violation::pointer)
                .containsExactly("/objects");
    }

    private static CanonicalRefresh withPush(String thenPush) {
        return READER.refresh(ACME, json(thenPush("\"https://www.example.com/a\"", thenPush)));
    }

    private static List<String> pointersOf(String thenPush) {
        return refusedRefresh(thenPush("\"https://www.example.com/a\"", thenPush)).errors().stream()
                .map(fault -> String.valueOf(fault.pointer()))
                .toList();
    }

    private static String thenPush(String objects, String thenPush) {
        return "{\"type\": \"url\", \"objects\": [" + objects + "], \"thenPush\": " + thenPush + '}';
    }

    private static String values(int count) {
        return IntStream.range(0, count).mapToObj(i -> "\"v" + i + '"').collect(Collectors.joining(","));
    }

    @Test
    void a_push_warms_the_first_tier_unless_it_names_another() {
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
    void the_same_request_has_the_same_hash_and_another_has_another() {
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
    void a_plain_refresh_has_the_hash_that_it_always_had_so_that_keys_outlive_an_upgrade() throws Exception {
        String always = """
                ["refresh","url",{"selector":"url","objects":{"www.example.com":["https://www.example.com/a"]},"soft":false}]""";
        assertThat(READER.refresh(ACME, json(refresh("url", "\"https://www.example.com/a\"")))
                        .hash())
                .isEqualTo(HexFormat.of()
                        .formatHex(MessageDigest.getInstance("SHA-256").digest(json(always))));
    }

    @Test
    void a_check_tells_of_every_entry_what_it_comes_to_however_many_are_wrong() {
        CheckResult checked = READER.checkRefresh(
                ACME,
                json(
                        refresh(
                                "url",
                                "\"ftp://x\",".repeat(300)
                                        + "\"https://WWW.example.com:443/a\", \"http://a.img.example.com/1\", \"https://www.example.com/a\"")));
        assertThat(checked.acceptable()).isFalse();
        assertThat(checked.entries()).hasSize(303);
        assertThat(checked.entries().subList(0, 300))
                .allSatisfy(entry -> assertThat(entry.fault()).contains("http://"));
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
    void a_check_finds_the_faults_that_a_request_is_refused_for_and_no_others(String object) {
        String body = refresh("url", '"' + object + '"');
        CheckResult checked = READER.checkRefresh(ACME, json(body));
        if (checked.acceptable()) {
            assertThat(READER.refresh(ACME, json(body)).objectCount()).isEqualTo(1);
        } else {
            assertThat(refusedRefresh(body).errors().getFirst().detail())
                    .isEqualTo(checked.entries().getFirst().fault());
        }
    }

    @Test
    void a_check_of_too_many_entries_says_so_and_tells_of_each_all_the_same() {
        CheckResult checked = READER.checkRefresh(ACME, json(refresh("directory", directories(101))));
        assertThat(checked.acceptable()).isFalse();
        assertThat(checked.errors())
                .singleElement()
                .satisfies(error -> assertThat(error.detail()).contains("101 entries"));
        assertThat(checked.entries())
                .hasSize(101)
                .allSatisfy(entry -> assertThat(entry.fault()).isNull());
        assertThat(checked.charges()).isEqualTo(Map.of(QuotaKind.DIRECTORY, 101));
    }

    @Test
    void a_check_of_a_push_and_of_a_refresh_that_one_follows_tells_both_charges() {
        String objects = "\"https://www.example.com/a\"";
        assertThat(READER.checkPush(ACME, json("{\"objects\": [" + objects + "]}"))
                        .charges())
                .isEqualTo(Map.of(QuotaKind.PUSH, 1));
        assertThat(READER.checkRefresh(ACME, json(thenPush(objects, "{}"))).charges())
                .isEqualTo(Map.of(QuotaKind.URL, 1, QuotaKind.PUSH, 1));
        Problem problem = refused(() -> READER.checkRefresh(ACME, json(thenPush(objects, "{\"tier\": \"l9\"}"))));
        assertThat(problem.errors().getFirst().pointer()).isEqualTo("/thenPush/tier");
    }

    static Problem refused(org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
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
