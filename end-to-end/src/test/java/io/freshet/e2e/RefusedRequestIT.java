package io.freshet.e2e;

import static io.freshet.cluster.http.GatewayClient.pushOf;
import static io.freshet.cluster.http.GatewayClient.refreshOf;
import static org.assertj.core.api.Assertions.assertThat;

import io.freshet.cluster.Fleet;
import io.freshet.cluster.TestCluster;
import io.freshet.cluster.http.Answer;
import io.freshet.cluster.http.Answer.Problem;
import io.freshet.cluster.http.GatewayClient;
import java.net.URI;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A bad request is refused as a whole, with a problem of its own that names what is wrong, and charges nothing. */
@ClusterTest
class RefusedRequestIT {

    private static final String GOOD = "http://small.test/good.html";
    private static final List<String> QUOTAS = List.of("url", "directory", "push");

    private final TestCluster cluster;
    private final GatewayClient small;
    private List<Long> usedBefore = List.of();

    RefusedRequestIT(TestCluster cluster) {
        this.cluster = cluster;
        this.small = cluster.gateway(Fleet.SMALL_TOKEN);
    }

    @BeforeEach
    void note() {
        usedBefore = used();
    }

    @AfterEach
    void nothing_is_charged() {
        assertThat(used()).isEqualTo(usedBefore);
    }

    private List<Long> used() {
        return QUOTAS.stream().map(small::used).toList();
    }

    /**
     * @param pointer to the entry to blame
     * @param named what the entry's detail, or the problem's, must mention; null for anything
     */
    record Bad(
            String name,
            String path,
            String body,
            int status,
            @Nullable String pointer,
            @Nullable String named) {

        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Bad> bad_requests() {
        return Stream.of(
                refresh("a foreign domain", "url", List.of(GOOD, "http://site.test/a"), "/objects/1", "site.test"),
                refresh("ftp", "url", List.of(GOOD, GOOD + "?2", "ftp://small.test/a"), "/objects/2", "http://"),
                refresh(
                        "a directory without its slash",
                        "directory",
                        List.of("http://small.test/dir"),
                        "/objects/0",
                        "/"),
                refresh(
                        "1,001 URLs",
                        "url",
                        IntStream.range(0, 1_001).mapToObj(i -> GOOD + "?" + i).toList(),
                        "/objects",
                        "1"),
                refresh("no objects", "url", List.of(), "/objects", null),
                refresh("an unknown type", "planet", List.of(GOOD), "/type", null),
                refresh("dot segments", "url", List.of("http://small.test/a/%2e%2e/b"), "/objects/0", null),
                refresh("two URLs in one entry", "url", List.of(GOOD, GOOD + " " + GOOD), "/objects/1", "two URLs"),
                refresh("a line break in an entry", "url", List.of(GOOD + "\\n" + GOOD), "/objects/0", "two URLs"),
                refresh("a wildcard", "url", List.of("http://small.test/img/*"), "/objects/0", "type directory"),
                refresh(
                        "a wildcard in a directory",
                        "directory",
                        List.of("http://small.test/img/*"),
                        "/objects/0",
                        "leave the wildcard out"),
                refresh("a URL in quotation marks", "url", List.of("'" + GOOD + "'"), "/objects/0", "quotation mark"),
                new Bad(
                        "a push of two URLs in one entry",
                        "/v1/pushes",
                        pushOf(List.of(GOOD + "," + GOOD)),
                        400,
                        "/objects/0",
                        "two URLs"),
                new Bad("broken JSON", "/v1/refreshes", "{\"type\":\"url\",\"objects\":[\"http://", 400, null, null),
                new Bad(
                        "2 MB",
                        "/v1/refreshes",
                        refreshOf("url", Collections.nCopies(2_000, GOOD + "?" + "x".repeat(1_000))),
                        413,
                        null,
                        null),
                new Bad(
                        "a push to a foreign domain",
                        "/v1/pushes",
                        pushOf(List.of("http://site.test/a")),
                        400,
                        "/objects/0",
                        "site.test"));
    }

    private static Bad refresh(String name, String type, List<String> objects, String pointer, @Nullable String named) {
        return new Bad(name, "/v1/refreshes", refreshOf(type, objects), 400, pointer, named);
    }

    @ParameterizedTest
    @MethodSource("bad_requests")
    void refused_is_a_request_with(Bad bad) {
        Answer answer = small.post(bad.path(), bad.body());

        Problem problem = problem(answer, bad.status());
        if (bad.pointer() != null) {
            assertThat(problem.errors()).as("%s", answer.body()).anySatisfy(entry -> {
                assertThat(entry.pointer()).isEqualTo(bad.pointer());
                assertThat(entry.detail()).isNotBlank();
            });
        }
        if (bad.named() != null) {
            assertThat(answer.body()).contains(bad.named());
        }
    }

    @Test
    void every_kind_of_fault_has_a_type_of_its_own() {
        List<URI> types = List.of(
                problem(small.post("/v1/refreshes", refreshOf("url", List.of("ftp://small.test/a"))), 400)
                        .type(),
                problem(cluster.gateway("nobody's").post("/v1/refreshes", refreshOf("url", List.of(GOOD))), 401)
                        .type(),
                problem(small.post("/v1/refreshes", "x".repeat(2_000_000)), 413).type(),
                problem(small.post("/v1/refreshes", refreshOf("url", tooMany())), 429)
                        .type());

        assertThat(types)
                .doesNotHaveDuplicates()
                .allSatisfy(type -> assertThat(type).hasScheme("urn"));
    }

    @Test
    void refused_is_a_request_without_a_token() {
        problem(cluster.gateway(null).post("/v1/refreshes", refreshOf("url", List.of(GOOD))), 401);
    }

    @Test
    void refused_is_a_request_with_a_wrong_token() {
        problem(cluster.gateway("wrong").post("/v1/refreshes", refreshOf("url", List.of(GOOD))), 401);
    }

    @Test
    void refused_is_a_request_that_needs_one_more_than_the_quota_has() {
        Problem problem = problem(small.post("/v1/refreshes", refreshOf("url", tooMany())), 429);

        assertThat(problem.detail()).contains(String.valueOf(Fleet.SMALL_URLS - small.used("url")));
    }

    @Test
    void a_task_of_another_account_is_unknown() {
        String taskId = cluster.gateway()
                .refresh("url", List.of(cluster.origin().pages().url("a.html")))
                .taskId();

        problem(small.get("/v1/tasks/" + taskId), 404);
        problem(small.get("/v1/tasks/" + taskId + "/objects"), 404);
        problem(small.get("/v1/tasks/" + taskId + "/events"), 404);
    }

    /** One more than is left today. */
    private List<String> tooMany() {
        long left = Fleet.SMALL_URLS - small.used("url");
        return IntStream.rangeClosed(0, (int) left)
                .mapToObj(i -> GOOD + "?" + i)
                .toList();
    }

    private static Problem problem(Answer answer, int status) {
        assertThat(answer.status()).as("%s", answer.body()).isEqualTo(status);
        Problem problem = answer.problem();
        assertThat(problem.status()).isEqualTo(status);
        return problem;
    }
}
