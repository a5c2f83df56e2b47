package io.freshet.e2e;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.aliyun.cdn20180510.Client;
import com.aliyun.cdn20180510.models.DescribeCdnUserQuotaRequest;
import com.aliyun.cdn20180510.models.DescribePreloadDetailByIdRequest;
import com.aliyun.cdn20180510.models.DescribeRefreshQuotaRequest;
import com.aliyun.cdn20180510.models.DescribeRefreshTaskByIdRequest;
import com.aliyun.cdn20180510.models.DescribeRefreshTasksRequest;
import com.aliyun.cdn20180510.models.DescribeRefreshTasksResponseBody;
import com.aliyun.cdn20180510.models.DescribeRefreshTasksResponseBody.DescribeRefreshTasksResponseBodyTasksCDNTask;
import com.aliyun.cdn20180510.models.DescribeUserDomainsRequest;
import com.aliyun.cdn20180510.models.PushObjectCacheRequest;
import com.aliyun.cdn20180510.models.RefreshObjectCacheByCacheTagRequest;
import com.aliyun.cdn20180510.models.RefreshObjectCachesRequest;
import com.aliyun.tea.TeaException;
import com.aliyun.teaopenapi.models.Config;
import com.aliyuncs.DefaultAcsClient;
import com.aliyuncs.auth.SignatureVersion;
import com.aliyuncs.auth.signers.SignatureAlgorithm;
import com.aliyuncs.http.ProtocolType;
import com.aliyuncs.profile.DefaultProfile;
import io.freshet.cluster.Fleet;
import io.freshet.cluster.Fleet.AccessKey;
import io.freshet.cluster.Pages;
import io.freshet.cluster.TestCluster;
import io.freshet.cluster.http.CacheNode;
import io.freshet.cluster.process.Service;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Alibaba's unmodified SDKs against two gateways. */
@ClusterTest
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class AliyunIT {

    private final TestCluster cluster;

    AliyunIT(TestCluster cluster) {
        this.cluster = cluster;
    }

    @BeforeAll
    void twoGateways() {
        cluster.scale(Service.GATEWAY, 2);
    }

    @AfterAll
    void backToOneGateway() {
        cluster.scale(Service.GATEWAY, 1);
    }

    private Client client(AccessKey key, @Nullable String signatureAlgorithm, int gateway) {
        return client(cluster.aliyun().get(gateway), key, signatureAlgorithm);
    }

    private static Client client(String endpoint, AccessKey key, @Nullable String signatureAlgorithm) {
        Config config = new Config().setAccessKeyId(key.id()).setAccessKeySecret(key.secret());
        config.endpoint = endpoint;
        config.protocol = "HTTP";
        config.signatureAlgorithm = signatureAlgorithm;
        try {
            return new Client(config);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private Client client() {
        return client(Fleet.KEY, null, 0);
    }

    private static RefreshObjectCachesRequest refresh(String type, List<String> objects) {
        return new RefreshObjectCachesRequest()
                .setObjectPath(String.join("\n", objects))
                .setObjectType(type);
    }

    private static PushObjectCacheRequest push(List<String> objects) {
        return new PushObjectCacheRequest().setObjectPath(String.join("\r\n", objects));
    }

    @ParameterizedTest
    @ValueSource(strings = {"ACS3-HMAC-SHA256", "v2"})
    void an_unmodified_sdk_refreshes_and_pushes_and_follows_it_with_every_filter(String algorithm) throws Exception {
        Client client = client(Fleet.KEY, algorithm, 0);
        Pages pages = cluster.origin().pages();
        List<String> urls = pages.urls(1_000);
        String start = written(Instant.now());
        for (CacheNode node : cluster.l1()) {
            node.get(urls.getFirst());
            node.get(pages.url("dir/a.html"));
        }
        pages.publish(2);

        String refreshed = client.refreshObjectCaches(refresh("File", urls)).body.refreshTaskId;
        String directory = client.refreshObjectCaches(
                        refresh("Directory", List.of(pages.url("dir/"))).setForce(true))
                .body
                .refreshTaskId;
        String pushed = client.pushObjectCache(push(urls.subList(0, 100))).body.pushTaskId;

        assertThat(complete(client, of(refreshed)).totalCount).isEqualTo(1_000);
        assertThat(complete(client, of(directory)).totalCount).isEqualTo(1);
        assertThat(complete(client, of(pushed)).totalCount).isEqualTo(100);
        for (CacheNode node : cluster.l1()) {
            assertThat(node.get(urls.getFirst()).isVersion(2)).isTrue();
            assertThat(node.get(pages.url("dir/a.html")).isVersion(2)).isTrue();
        }

        String end = written(Instant.now().plusSeconds(2));
        DescribeRefreshTasksResponseBody lastPage =
                found(client, of(refreshed).setPageNumber(11).setPageSize(97));
        assertThat(rows(lastPage)).extracting(row -> row.objectPath).isEqualTo(urls.subList(970, 1_000));
        assertThat(lastPage.totalCount).isEqualTo(1_000);
        assertThat(rows(lastPage).getFirst().process).isEqualTo("100%");
        assertThat(rows(lastPage).getFirst().creationTime).isBetween(start, end);
        assertThat(found(client, of(refreshed).setObjectType("file").setStatus("Complete")).totalCount)
                .isEqualTo(1_000);
        assertThat(found(client, of(refreshed).setObjectType("file").setStatus("Refreshing")).totalCount)
                .isZero();
        assertThat(found(client, of(refreshed).setObjectType("file").setStatus("Failed")).totalCount)
                .isZero();
        assertThat(found(client, of(refreshed).setObjectType("directory")).totalCount)
                .isZero();
        assertThat(found(client, of(pushed).setObjectType("preload").setDomainName("site.test")).totalCount)
                .isEqualTo(100);
        assertThat(found(client, of(pushed).setObjectType("preload").setDomainName("*.sub.test")).totalCount)
                .isZero();
        assertThat(found(client, of(refreshed).setObjectType("regex")).totalCount)
                .isZero();
        DescribeRefreshTasksRequest byPath = new DescribeRefreshTasksRequest().setObjectPath(urls.getFirst());
        assertThat(rows(found(client, byPath))).extracting(row -> row.taskId).containsExactly(pushed, refreshed);
        DescribeRefreshTasksRequest byTime =
                new DescribeRefreshTasksRequest().setStartTime(start).setEndTime(end);
        assertThat(rows(found(client, byTime.setObjectType("directory"))))
                .extracting(row -> row.objectPath)
                .contains(pages.url("dir/"));

        var byId = client.describeRefreshTaskById(
                        new DescribeRefreshTaskByIdRequest().setTaskId(refreshed + "," + directory))
                .body;
        assertThat(byId.totalCount).isEqualTo(1_001);
        assertThat(byId.tasks).hasSize(1_001).allMatch(task -> task.status.equals("Complete"));
        var details = client.describePreloadDetailById(new DescribePreloadDetailByIdRequest().setTaskId(pushed)).body;
        assertThat(details.urlDetails).hasSize(1);
        assertThat(details.urlDetails.getFirst().retCode).isEqualTo("0");
        assertThat(details.urlDetails.getFirst().urls).hasSize(100).allMatch(url -> url.success.equals("100%"));
    }

    @ParameterizedTest
    @CsvSource({"Regex,img/.*,img/a.png,regex", "IgnoreParams,b.html?v=9,b.html?v=1,file"})
    void expression_and_url_without_query_are_new_on_every_node(String type, String object, String page, String rows)
            throws Exception {
        Client client = client();
        Pages pages = cluster.origin().pages();
        for (CacheNode node : cluster.l1()) {
            assertThat(node.get(pages.url(page)).isVersion(1)).isTrue();
        }
        pages.publish(2);

        String task = client.refreshObjectCaches(
                        refresh(type, List.of(pages.url(object))).setForce(true))
                .body
                .refreshTaskId;

        assertThat(rows(complete(client, of(task).setObjectType(rows))))
                .singleElement()
                .satisfies(row -> assertThat(row.objectType).isEqualTo(rows));
        for (CacheNode node : cluster.l1()) {
            assertThat(node.get(pages.url(page)).isVersion(2)).isTrue();
        }
    }

    @Test
    void tags_are_refreshed_and_listed_within_their_domain() throws Exception {
        Client client = client();
        String task = client.refreshObjectCacheByCacheTag(new RefreshObjectCacheByCacheTagRequest()
                        .setCacheTag("news,product-1")
                        .setDomainName("site.test")
                        .setForce(true))
                .body
                .refreshTaskId;

        Waiting.eventually("the tags are listed")
                .until(() -> rows(found(client, of(task).setObjectType("directory"))).stream()
                        .map(row -> row.objectPath)
                        .toList()
                        .equals(List.of("site.test#news", "site.test#product-1")));
    }

    private static DescribeRefreshTasksRequest of(String taskId) {
        return new DescribeRefreshTasksRequest().setTaskId(taskId);
    }

    private static String written(Instant instant) {
        return instant.truncatedTo(ChronoUnit.SECONDS).toString();
    }

    private static DescribeRefreshTasksResponseBody found(Client client, DescribeRefreshTasksRequest request)
            throws Exception {
        return client.describeRefreshTasks(request).body;
    }

    private static List<DescribeRefreshTasksResponseBodyTasksCDNTask> rows(DescribeRefreshTasksResponseBody page) {
        return page.tasks.CDNTask;
    }

    /** Polls as clients of Alibaba's API do: until each row has the status. */
    private static DescribeRefreshTasksResponseBody complete(Client client, DescribeRefreshTasksRequest request) {
        DescribeRefreshTasksResponseBody[] last = new DescribeRefreshTasksResponseBody[1];
        Waiting.eventually("task " + request.taskId + " is complete").until(() -> {
            last[0] = found(client, request.setPageSize(100));
            return rows(last[0]).stream().allMatch(row -> row.status.equals("Complete"));
        });
        return last[0];
    }

    @Test
    void both_quotas_tell_what_is_left() throws Exception {
        Client client = client(Fleet.COUNTING_KEY, null, 1);
        client.refreshObjectCaches(refresh("File", List.of("http://counting.test/1", "http://counting.test/2")));
        client.refreshObjectCaches(refresh("Directory", List.of("http://counting.test/1/")));
        client.refreshObjectCaches(refresh("Regex", List.of("http://counting.test/.*")));
        client.pushObjectCache(push(List.of("http://counting.test/1")));
        var refreshes = client.describeRefreshQuota(new DescribeRefreshQuotaRequest()).body;
        assertThat(refreshes.urlQuota).isEqualTo("2000");
        assertThat(refreshes.urlRemain).isEqualTo("1998");
        assertThat(refreshes.dirQuota).isEqualTo("100");
        assertThat(refreshes.dirRemain).isEqualTo("99");
        assertThat(refreshes.preloadRemain).isEqualTo("499");
        assertThat(refreshes.regexQuota).isEqualTo("20");
        assertThat(refreshes.regexRemain).isEqualTo("19");
        assertThat(refreshes.ignoreParamsRemain).isEqualTo(refreshes.urlRemain);
        var user = client.describeCdnUserQuota(new DescribeCdnUserQuotaRequest()).body;
        assertThat(user.refreshUrlRemain).isEqualTo(1_998);
        assertThat(user.refreshDirRemain).isEqualTo(99);
        assertThat(user.preloadQuota).isEqualTo(500);
        assertThat(user.domainQuota).isEqualTo(1);
    }

    private interface Call {
        Object on(Client client) throws Exception;
    }

    private static void assertRefused(Client client, Call call, int status, String code) {
        TeaException refused = catchThrowableOfType(TeaException.class, () -> call.on(client));
        assertThat(refused).as(code).isNotNull();
        assertThat(refused.code).isEqualTo(code);
        assertThat(refused.getStatusCode()).isEqualTo(status);
    }

    @Test
    void every_refusal_has_the_code_that_clients_branch_on() {
        Client client = client();
        List<String> tooMany = cluster.origin().pages().urls(1_001);
        Map<String, Call> refusals = Map.ofEntries(
                Map.entry("400 MissingParameter", c -> c.refreshObjectCaches(new RefreshObjectCachesRequest())),
                Map.entry("400 InvalidParameter", c -> found(c, new DescribeRefreshTasksRequest().setPageSize(101))),
                Map.entry("404 InvalidAction.NotFound", c -> c.describeUserDomains(new DescribeUserDomainsRequest())),
                Map.entry(
                        "400 InvalidObjectPath.Malformed",
                        c -> c.refreshObjectCaches(refresh("File", List.of("site.test")))),
                Map.entry(
                        "400 InvalidObjectType.ValueNotSupported",
                        c -> c.refreshObjectCaches(refresh("Tag", List.of("http://site.test/.*")))),
                Map.entry(
                        "404 InvalidDomain.NotFound",
                        c -> c.refreshObjectCaches(refresh("File", List.of("http://other.test/")))),
                Map.entry("400 TooMany.Refresh", c -> c.refreshObjectCaches(refresh("File", tooMany))),
                Map.entry("400 InvalidObjectPath.Size.Malformed", c -> c.pushObjectCache(push(tooMany))),
                Map.entry("400 InvalidTaskId.Malformed", c -> found(c, of("none"))),
                Map.entry(
                        "400 MissingParameter.ObjectType",
                        c -> found(c, new DescribeRefreshTasksRequest().setStatus("Failed"))),
                Map.entry(
                        "400 InvalidStatus.ValueNotSupported",
                        c -> found(
                                c,
                                new DescribeRefreshTasksRequest()
                                        .setObjectType("file")
                                        .setStatus("Done"))),
                Map.entry(
                        "400 InvalidStartTime.Malformed", c -> found(c, between("yesterday", "2026-11-22T00:00:00Z"))),
                Map.entry("400 InvalidEndTime.Malformed", c -> found(c, between("2026-11-22T00:00:00Z", "now"))),
                Map.entry(
                        "400 InvalidEndTime.Mismatch",
                        c -> found(c, between("2026-11-22T00:00:00Z", "2026-11-21T00:00:00Z"))));
        refusals.forEach((expected, call) -> {
            String[] statusAndCode = expected.split(" ");
            assertRefused(client, call, Integer.parseInt(statusAndCode[0]), statusAndCode[1]);
        });
        assertRefused(
                client,
                c -> found(c, new DescribeRefreshTasksRequest().setStartTime("2026-11-22T00:00:00Z")),
                400,
                "MissingParameter");
        assertRefused(
                client,
                c -> c.refreshObjectCacheByCacheTag(new RefreshObjectCacheByCacheTagRequest()
                        .setCacheTag("a b")
                        .setDomainName("site.test")),
                400,
                "InvalidParameter");
        assertRefused(
                client,
                c -> c.refreshObjectCacheByCacheTag(new RefreshObjectCacheByCacheTagRequest()
                        .setCacheTag("a")
                        .setDomainName("foreign.test")),
                404,
                "InvalidDomain.NotFound");
        Client withoutQuota = client(Fleet.HOSTILE_KEY, null, 0);
        assertRefused(
                withoutQuota,
                c -> c.refreshObjectCaches(refresh("Directory", List.of("http://hostile.test/a/"))),
                400,
                "QuotaExceeded.Refresh");
        assertRefused(
                withoutQuota,
                c -> c.pushObjectCache(push(List.of("http://hostile.test/a"))),
                400,
                "QuotaExceeded.Preload");
        assertRefused(
                client(new AccessKey("unknown-key", Fleet.KEY.secret()), null, 0),
                c -> c.describeRefreshQuota(new DescribeRefreshQuotaRequest()),
                404,
                "InvalidAccessKeyId.NotFound");
        for (String algorithm : new String[] {"ACS3-HMAC-SHA256", "v2"}) {
            assertRefused(
                    client(new AccessKey(Fleet.KEY.id(), Fleet.SLOW_KEY.secret()), algorithm, 0),
                    c -> c.refreshObjectCaches(refresh("File", List.of("http://site.test/a"))),
                    400,
                    "SignatureDoesNotMatch");
        }
        String longLine = String.join("\n", cluster.origin().pages().urls(20_000));
        assertRefused(
                client,
                c -> c.refreshObjectCaches(new RefreshObjectCachesRequest().setObjectPath(longLine)),
                414,
                "InvalidParameter");
    }

    private static DescribeRefreshTasksRequest between(String start, String end) {
        return new DescribeRefreshTasksRequest().setStartTime(start).setEndTime(end);
    }

    @Test
    void the_minutes_requests_are_counted_over_both_gateways() {
        Callable<Boolean> throttled = () -> {
            for (int i = 0; i < 8; i++) {
                try {
                    client(Fleet.SLOW_KEY, null, i % 2)
                            .refreshObjectCaches(refresh("File", List.of("http://slow.test/a")));
                } catch (TeaException e) {
                    return e.code.equals("Throttling.User");
                }
            }
            return false;
        };
        // Eight within two minutes are two too many.
        Waiting.eventually("one request is one too many").until(throttled);
    }

    @Test
    void another_accounts_task_is_not_there() throws Exception {
        String task =
                client().refreshObjectCaches(refresh("File", List.of("http://site.test/mine"))).body.refreshTaskId;
        Client other = client(Fleet.RACING_KEY, null, 0);
        assertRefused(other, c -> found(c, of(task)), 400, "InvalidTaskId.Malformed");
        assertRefused(
                other,
                c -> c.describeRefreshTaskById(new DescribeRefreshTaskByIdRequest().setTaskId(task)),
                400,
                "InvalidTaskId.Malformed");
        assertRefused(
                other,
                c -> c.describePreloadDetailById(new DescribePreloadDetailByIdRequest().setTaskId(task)),
                400,
                "InvalidTaskId.Malformed");
    }

    @ParameterizedTest
    @ValueSource(strings = {"ACS3-HMAC-SHA256", "v2"})
    void captured_request_can_neither_be_changed_nor_replayed(String algorithm) throws Exception {
        String url = cluster.origin().pages().url("replayed.html");
        byte[] seen;
        try (RequestCapture wire = new RequestCapture()) {
            assertRefused(
                    client(wire.address(), Fleet.KEY, algorithm),
                    c -> c.refreshObjectCaches(refresh("File", List.of(url))),
                    400,
                    "Seen");
            seen = wire.seen();
        }
        String changed = new String(seen, ISO_8859_1).replace("replayed", "replaced");
        String first = cluster.aliyun().getFirst();
        String second = cluster.aliyun().getLast();
        assertThat(RequestCapture.send(changed.getBytes(ISO_8859_1), first)).contains("SignatureDoesNotMatch");
        assertThat(RequestCapture.send(seen, first)).contains("RefreshTaskId");
        assertThat(RequestCapture.send(seen, first)).contains("SignatureNonceUsed");
        assertThat(RequestCapture.send(seen, second)).contains("SignatureNonceUsed");
        Client client = client();
        assertThat(found(client, new DescribeRefreshTasksRequest().setObjectPath(url.replace("replayed", "replaced")))
                        .totalCount)
                .isZero();
        Waiting.eventually("the one refresh that was taken is recorded")
                .until(() -> found(client, new DescribeRefreshTasksRequest().setObjectPath(url)).totalCount == 1);
    }

    @Test
    void fifty_clients_that_compete_for_a_quota_on_two_gateways_get_it_exactly() throws Exception {
        Random random = new Random(7);
        List<Callable<Integer>> clients = IntStream.range(0, 50)
                .mapToObj(i -> {
                    int[] sizes = random.ints(12, 1, 10).toArray();
                    return (Callable<Integer>) () -> granted(client(Fleet.RACING_KEY, null, i % 2), i, sizes);
                })
                .toList();
        try (ExecutorService threads = Executors.newFixedThreadPool(50)) {
            int granted = threads.invokeAll(clients).stream()
                    .mapToInt(Future::resultNow)
                    .sum();
            // Single URLs take what larger requests were refused for.
            Client last = client(Fleet.RACING_KEY, null, 0);
            while (granted(last, granted + 100, new int[] {1}) == 1) {
                granted++;
            }
            assertThat(granted).isEqualTo(2_000);
            assertThat(last.describeRefreshQuota(new DescribeRefreshQuotaRequest()).body.urlRemain)
                    .isEqualTo("0");
        }
    }

    /** Returns the number of URLs granted to requests of these sizes. */
    private static int granted(Client client, int name, int[] sizes) throws Exception {
        int granted = 0;
        for (int i = 0; i < sizes.length; i++) {
            String request = "http://racing.test/" + name + "/" + i + "/";
            try {
                client.refreshObjectCaches(refresh(
                        "File",
                        IntStream.range(0, sizes[i]).mapToObj(n -> request + n).toList()));
                granted += sizes[i];
            } catch (TeaException e) {
                assertThat(e.code).isEqualTo("QuotaExceeded.Refresh");
            }
        }
        return granted;
    }

    @ParameterizedTest
    @CsvSource({"V1", "V3"})
    void the_classic_sdk_works_as_well(SignatureVersion signature) throws Exception {
        DefaultAcsClient client =
                new DefaultAcsClient(DefaultProfile.getProfile("any", Fleet.KEY.id(), Fleet.KEY.secret()));
        var refresh = new com.aliyuncs.cdn.model.v20180510.RefreshObjectCachesRequest();
        refresh.setObjectPath(String.join("\n", cluster.origin().pages().urls(1_000)));
        refresh.setSysEndpoint(cluster.aliyun().getFirst());
        refresh.setSysProtocol(ProtocolType.HTTP);
        refresh.setSysSignatureVersion(signature);
        refresh.setSysSignatureAlgorithm(SignatureAlgorithm.ACS3_HMAC_SHA256);
        String task = client.getAcsResponse(refresh).getRefreshTaskId();
        var query = new com.aliyuncs.cdn.model.v20180510.DescribeRefreshTasksRequest();
        query.setTaskId(task);
        query.setSysEndpoint(cluster.aliyun().getLast());
        query.setSysProtocol(ProtocolType.HTTP);
        query.setSysSignatureVersion(signature);
        query.setSysSignatureAlgorithm(SignatureAlgorithm.ACS3_HMAC_SHA256);
        Waiting.eventually("task " + task + " is complete").until(() -> {
            var answer = client.getAcsResponse(query);
            return answer.getTotalCount() == 1_000
                    && answer.getTasks().stream()
                            .allMatch(row -> row.getStatus().equals("Complete"));
        });
    }
}
