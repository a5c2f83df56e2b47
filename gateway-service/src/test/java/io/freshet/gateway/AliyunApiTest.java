package io.freshet.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.freshet.contracts.QuotaKind;
import io.freshet.contracts.Selector;
import io.freshet.contracts.TaskId;
import io.freshet.contracts.TaskKind;
import io.freshet.contracts.admission.AdmissionRequest;
import io.freshet.contracts.admission.QuotaExceeded;
import io.freshet.contracts.admission.QuotaUse;
import io.freshet.contracts.task.TaskObject;
import io.freshet.contracts.task.TaskObjectPage;
import io.freshet.contracts.task.TaskStatus;
import io.freshet.contracts.task.TaskView;
import java.net.URI;
import java.net.URLDecoder;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.kafka.test.EmbeddedKafkaBroker;
import org.springframework.kafka.test.context.EmbeddedKafka;

/** The Aliyun-compatible API with a real broker, as a client sees it. */
@EmbeddedKafka(
        partitions = 3,
        topics = {})
class AliyunApiTest {

    private static final Instant MADE = Instant.parse("2026-11-22T10:15:30Z");
    private static final TaskId ID = TaskId.floor(MADE);

    /** Long, since an admission that times out on a busy machine would be answered with 503. */
    private static final String TIMEOUT = "freshet.gateway.task-service.admission-timeout";

    private static TaskServiceContract taskService;
    private static Gateway gateway;
    private static Gateway sharing;
    private static AliyunClient acme;

    @BeforeAll
    static void start(EmbeddedKafkaBroker broker) {
        taskService = new TaskServiceContract();
        gateway = Gateway.start(
                broker.getBrokersAsString(),
                taskService.url(),
                Map.of(
                        "freshet.topics.partitions",
                        "3",
                        "freshet.gateway.aliyun.nonces.store",
                        "shared",
                        TIMEOUT,
                        "30s"));
        sharing = Gateway.start(
                broker.getBrokersAsString(),
                taskService.url(),
                Map.of(
                        "freshet.topics.partitions",
                        "3",
                        TIMEOUT,
                        "30s",
                        "freshet.gateway.aliyun.nonces.store",
                        "shared",
                        "freshet.gateway.aliyun.max-request-size",
                        "3MB",
                        "freshet.gateway.aliyun.max-connections",
                        "2",
                        "freshet.gateway.aliyun.max-connections-per-address",
                        "2"));
        acme = new AliyunClient(gateway.aliyunPort(), "acme-key", "acme-secret-for-tests");
    }

    @AfterEach
    void reset() {
        taskService.reset();
    }

    @AfterAll
    static void stop() {
        acme.close();
        gateway.close();
        sharing.close();
        taskService.close();
    }

    private static AliyunClient.Answer refresh(String type, String... objects) {
        return acme.call("RefreshObjectCaches", Map.of("ObjectPath", String.join("\n", objects), "ObjectType", type));
    }

    // Requests

    @Test
    void refresh_of_several_domains_returns_a_list_of_task_ids() {
        AliyunClient.Answer answer = refresh(
                "File", "http://www.example.com/a", "http://a.img.example.com/b\r", "", "http://www.example.com/c");
        assertThat(answer.status()).isEqualTo(200);
        AdmissionRequest asked = taskService.admissions.getFirst();
        assertThat(answer.text("RefreshTaskId"))
                .isEqualTo(asked.tasks().stream()
                        .map(task -> task.taskId().toString())
                        .collect(Collectors.joining(",")));
        assertThat(asked.tasks())
                .extracting(task -> task.domain())
                .containsExactly("www.example.com", "*.img.example.com");
        assertThat(asked.quotaLimit()).isEqualTo(2_000);
        assertThat(answer.text("RequestId"))
                .isEqualTo(asked.requestId().toString().toUpperCase(java.util.Locale.ROOT));
    }

    @ParameterizedTest
    @CsvSource({
        "Regex,http://www.example.com/img/.*,REGEX,REGEX,20",
        "IgnoreParams,http://www.example.com/a?b=c,IGNORE_QUERY,URL,2000",
        "exquery,http://www.example.com/a,IGNORE_QUERY,URL,2000"
    })
    void expression_and_url_without_query_are_refreshed_by_aliyuns_types(
            String type, String object, Selector selector, QuotaKind quota, int limit) {
        assertThat(refresh(type, object).text("RefreshTaskId")).matches("[0-9]+");
        AdmissionRequest asked = taskService.admissions.getFirst();
        assertThat(asked.selector()).isEqualTo(selector);
        assertThat(asked.quota()).isEqualTo(quota);
        assertThat(asked.quotaLimit()).isEqualTo(limit);
    }

    @ParameterizedTest
    @CsvSource({
        "www.example.com,www.example.com",
        ".img.example.com,*.img.example.com",
        "a.IMG.example.com,*.img.example.com"
    })
    void tags_are_refreshed_within_their_domain(String name, String domain) {
        AliyunClient.Answer answer = acme.call(
                "RefreshObjectCacheByCacheTag",
                Map.of("CacheTag", "news, product-1,", "DomainName", name, "Force", "true"));
        AdmissionRequest asked = taskService.admissions.getFirst();
        assertThat(answer.text("RefreshTaskId"))
                .isEqualTo(asked.tasks().getFirst().taskId().toString());
        assertThat(asked.selector()).isEqualTo(Selector.TAG);
        assertThat(asked.quota()).isEqualTo(QuotaKind.TAG);
        assertThat(asked.quotaLimit()).isEqualTo(10_000);
        assertThat(asked.tasks()).singleElement().satisfies(task -> {
            assertThat(task.domain()).isEqualTo(domain);
            assertThat(task.objectCount()).isEqualTo(2);
        });
        assertThat(acme.call("RefreshObjectCacheByCacheTag", Map.of("CacheTag", "a,b c", "DomainName", name))
                        .text("Message"))
                .startsWith("CacheTag, entry 2, has white space");
        assertThat(taskService.admissions).hasSize(1);
    }

    @ParameterizedTest
    @CsvSource({
        "file,http://www.example.com/a,'url,ignore-query',http://www.example.com/a",
        "Directory,www.example.com,'directory,prefix,host,tag,everything',www.example.com",
        "directory,www.example.com#News,'directory,prefix,host,tag,everything',www.example.com#News",
        "regex,http://www.example.com/a+,regex,http://www.example.com/a+"
    })
    void filter_by_type_finds_all_selectors_of_its_rows(String type, String path, String types, String object) {
        assertThat(acme.call("DescribeRefreshTasks", Map.of("ObjectType", type, "ObjectPath", path))
                        .status())
                .isEqualTo(200);
        assertThat(Stream.of(taskService.queries.getLast().split("[?&]"))
                        .map(pair -> URLDecoder.decode(pair, StandardCharsets.UTF_8)))
                .contains("kind=refresh", "type=" + types, "object=" + object);
    }

    @Test
    void second_access_key_of_an_account_is_accepted() {
        try (AliyunClient next = new AliyunClient(gateway.aliyunPort(), "acme-next", "acme-secret-that-comes-next")) {
            assertThat(next.call("PushObjectCache", Map.of("ObjectPath", "http://www.example.com/a"))
                            .text("PushTaskId"))
                    .matches("[0-9]+");
        }
        assertThat(taskService.admissions.getFirst().kind()).isEqualTo(TaskKind.PUSH);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "-",
            value = {
                "RefreshObjectCaches | ObjectType=File | 400 | MissingParameter",
                "RefreshObjectCaches | ObjectPath=www.example.com/a | 400 | InvalidObjectPath.Malformed",
                "RefreshObjectCaches | ObjectPath=http://www.example.com/a&ObjectType=Directory | 400 | "
                        + "InvalidObjectPath.Malformed",
                "RefreshObjectCaches | ObjectPath=http://www.example.org/a | 404 | InvalidDomain.NotFound",
                "RefreshObjectCaches | ObjectPath=http://www.example.com/a&ObjectType=Tag | 400 | "
                        + "InvalidObjectType.ValueNotSupported",
                "RefreshObjectCaches | ObjectPath=http://www.example.com&ObjectType=Regex | 400 | "
                        + "InvalidObjectPath.Malformed",
                "RefreshObjectCaches | ObjectPath=http://www.example.com/a&Force=perhaps | 400 | InvalidParameter",
                "RefreshObjectCacheByCacheTag | CacheTag=a | 400 | MissingParameter",
                "RefreshObjectCacheByCacheTag | DomainName=www.example.com | 400 | MissingParameter",
                "RefreshObjectCacheByCacheTag | CacheTag=a b&DomainName=www.example.com | 400 | InvalidParameter",
                "RefreshObjectCacheByCacheTag | CacheTag=a&DomainName=www.example.org | 404 | InvalidDomain.NotFound",
                "RefreshObjectCacheByCacheTag | CacheTag=a&DomainName=www.example.com/ä | 400 | InvalidParameter",
                "PushObjectCache | Area=domestic | 400 | MissingParameter",
                "PushObjectCache | ObjectPath=ftp://www.example.com/a | 400 | InvalidObjectPath.Malformed",
                "PushObjectCache | ObjectPath=http://www.example.org/a | 404 | InvalidDomain.NotFound",
                "PushObjectCache | ObjectPath=http://www.example.com/a&WithHeader=x | 400 | InvalidParameter",
                "PushObjectCache | ObjectPath=http://www.example.com/a&WithHeader={\"Host\":[\"x\"]} | 400 | "
                        + "InvalidParameter",
                "DescribeRefreshTasks | TaskId=x | 400 | InvalidTaskId.Malformed",
                "DescribeRefreshTasks | TaskId=912345678901234567 | 400 | InvalidTaskId.Malformed",
                "DescribeRefreshTasks | Status=Complete | 400 | MissingParameter.ObjectType",
                "DescribeRefreshTasks | DomainName=www.example.com | 400 | MissingParameter.ObjectType",
                "DescribeRefreshTasks | DomainName=www.example.org&ObjectType=file | 404 | InvalidDomain.NotFound",
                "DescribeRefreshTasks | Status=Done&ObjectType=file | 400 | InvalidStatus.ValueNotSupported",
                "DescribeRefreshTasks | ObjectType=tag | 400 | InvalidObjectType.ValueNotSupported",
                "DescribeRefreshTasks | StartTime=2026-11-22T10:15:30Z | 400 | MissingParameter",
                "DescribeRefreshTasks | EndTime=2026-11-22T10:15:30Z | 400 | MissingParameter",
                "DescribeRefreshTasks | StartTime=yesterday&EndTime=2026-11-22T10:15:30Z | 400 | "
                        + "InvalidStartTime.Malformed",
                "DescribeRefreshTasks | StartTime=2026-11-22T10:15:30Z&EndTime=2026-13-22T10:15:30Z | 400 | "
                        + "InvalidEndTime.Malformed",
                "DescribeRefreshTasks | StartTime=2026-11-22T10:15:30Z&EndTime=2026-11-22T10:15:30Z | 400 | "
                        + "InvalidEndTime.Mismatch",
                "DescribeRefreshTasks | PageNumber=0 | 400 | InvalidParameter",
                "DescribeRefreshTasks | PageSize=101 | 400 | InvalidParameter",
                "DescribeRefreshTaskById | PageSize=1 | 400 | MissingParameter",
                "DescribeRefreshTaskById | TaskId=1,2,3,4,5,6,7,8,9,10,11 | 400 | InvalidTaskId.Malformed",
                "DescribePreloadDetailById | TaskId=912345678901234567 | 400 | InvalidTaskId.Malformed",
                "DescribeCdnDomainLogs | DomainName=www.example.com | 404 | InvalidAction.NotFound",
            })
    void invalid_request_gets_aliyuns_error_code(String action, String parameters, int status, String code) {
        AliyunClient.Answer answer = acme.call(action, parameters(parameters));
        assertThat(answer.code()).as("%s", answer.json()).isEqualTo(code);
        assertThat(answer.status()).isEqualTo(status);
        assertThat(answer.text("Message")).isNotEmpty();
        assertThat(answer.text("HostId")).isEqualTo("localhost:" + gateway.aliyunPort());
        assertThat(answer.text("RequestId")).hasSize(36);
        assertThat(taskService.admissions).isEmpty();
    }

    private static Map<String, String> parameters(String text) {
        return Stream.of(text.split("&"))
                .map(pair -> pair.split("=", 2))
                .collect(Collectors.toMap(p -> p[0], p -> p[1]));
    }

    @Test
    void too_many_or_too_long_objects_get_aliyuns_error_codes() {
        assertThat(refresh("File", urls(1_001)).code()).isEqualTo("TooMany.Refresh");
        assertThat(refresh(
                                "Directory",
                                Stream.of(urls(101)).map(url -> url + "/").toArray(String[]::new))
                        .code())
                .isEqualTo("TooMany.Refresh");
        assertThat(refresh("File", "http://www.example.com/" + "x".repeat(1_024))
                        .code())
                .isEqualTo("InvalidObjectPath.Malformed");
        assertThat(push(urls(101)).code()).isEqualTo("InvalidObjectPath.Size.Malformed");
        assertThat(push("http://www.example.com/" + "x".repeat(1_024)).code())
                .isEqualTo("InvalidObjectPath.Size.Malformed");
        assertThat(refresh("File", "http://www.example.com/a", "http://www.example.com/#")
                        .text("Message"))
                .startsWith("ObjectPath, entry 2, has a fragment");
        assertThat(taskService.admissions).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiterString = " -> ",
            value = {
                "http://www.example.com/a http://www.example.com/b -> has two URLs in one entry",
                "http://www.example.com/a\\nhttp://www.example.com/b -> has two URLs in one entry",
                "http://www.example.com/a,http://www.example.com/b -> has two URLs in one entry",
                "http://www.example.com/img/* -> use type directory",
                "www.example.com/a -> write one of them before the host",
            })
    void likely_mistake_is_refused_with_the_way_out(String object, String reason) {
        for (AliyunClient.Answer answer :
                List.of(refresh("File", "http://www.example.com/", object), push("http://www.example.com/", object))) {
            assertThat(answer.code()).isEqualTo("InvalidObjectPath.Malformed");
            assertThat(answer.text("Message"))
                    .startsWith("ObjectPath, entry 2,")
                    .contains(reason);
        }
        assertThat(taskService.admissions).isEmpty();
    }

    private static AliyunClient.Answer push(String... objects) {
        return acme.call("PushObjectCache", Map.of("ObjectPath", String.join("\n", objects)));
    }

    private static String[] urls(int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> "http://www.example.com/" + i)
                .toArray(String[]::new);
    }

    @Test
    void exceeded_quota_gets_the_code_of_its_kind() {
        taskService.admission = request -> new TaskServiceContract.Answer(
                429, new QuotaExceeded(request.quota(), 1, 1, 1, Instant.now().plusSeconds(60)));
        assertThat(refresh("Directory", "http://www.example.com/a/").code()).isEqualTo("QuotaExceeded.Refresh");
        assertThat(push("http://www.example.com/a").code()).isEqualTo("QuotaExceeded.Preload");
    }

    @Test
    void push_without_admission_is_unavailable() {
        taskService.admission = _ -> new TaskServiceContract.Answer(503, Map.of());
        AliyunClient.Answer answer = push("http://www.example.com/a");
        assertThat(answer.code()).isEqualTo("ServiceUnavailable");
        assertThat(answer.status()).isEqualTo(503);
        assertThat(answer.response().headers().firstValue("Retry-After")).isPresent();
    }

    // Authentication

    @Test
    void replay_is_refused_by_every_gateway_with_the_shared_store() {
        HttpRequest request =
                acme.signed("DescribeRefreshQuota", Map.of(), UUID.randomUUID().toString());
        HttpRequest elsewhere = HttpRequest.newBuilder(request, (_, _) -> true)
                .uri(URI.create("http://localhost:" + sharing.aliyunPort() + "/?"))
                .build();
        assertThat(acme.send(request).status()).isEqualTo(200);
        assertThat(acme.send(request).code()).isEqualTo("SignatureNonceUsed");
        assertThat(acme.send(elsewhere).code()).isEqualTo("SignatureNonceUsed");
    }

    @Test
    void request_without_signature_is_refused() throws Exception {
        for (String path : List.of("/?Action=DescribeRefreshQuota&Version=2018-05-10", "/")) {
            AliyunClient.Answer answer =
                    acme.send(HttpRequest.newBuilder(URI.create("http://localhost:" + gateway.aliyunPort() + path))
                            .build());
            assertThat(answer.code()).isEqualTo("IncompleteSignature");
        }
    }

    @Test
    void each_port_serves_only_its_own_api() {
        AliyunClient.Answer there =
                acme.send(HttpRequest.newBuilder(URI.create("http://localhost:" + gateway.aliyunPort() + "/v1/quotas"))
                        .header("Authorization", "Bearer acme-token")
                        .build());
        assertThat(there.status()).isEqualTo(404);
        assertThat(there.code()).isEqualTo("InvalidAction.NotFound");
        HttpRequest here = HttpRequest.newBuilder(
                        acme.signed(
                                "DescribeRefreshQuota",
                                Map.of(),
                                UUID.randomUUID().toString()),
                        (_, _) -> true)
                .uri(URI.create("http://localhost:" + gateway.port() + "/?"))
                .build();
        assertThat(acme.send(here).text("type")).isEqualTo("urn:freshet:problem:method-not-allowed");
    }

    // The wire

    @Test
    void too_long_request_line_gets_json_while_the_client_sends() {
        String longest = IntStream.range(0, 40_000)
                .mapToObj(i -> "http://www.example.com/" + i)
                .collect(Collectors.joining("\n"));
        AliyunClient.Answer answer = refresh("File", longest);
        assertThat(answer.code()).isEqualTo("InvalidParameter");
        assertThat(answer.status()).isEqualTo(414);
        assertThat(answer.text("Message")).contains("262144 bytes");
    }

    @Test
    void request_line_of_three_megabytes_is_read_if_configured() {
        String path = "é".repeat(480);
        String[] objects = IntStream.range(0, 1_000)
                .mapToObj(i -> "http://www.example.com/" + i + path)
                .toArray(String[]::new);
        try (AliyunClient other = new AliyunClient(sharing.aliyunPort(), "acme-key", "acme-secret-for-tests")) {
            AliyunClient.Answer answer =
                    other.call("RefreshObjectCaches", Map.of("ObjectPath", String.join("\n", objects)));
            assertThat(answer.code()).as("%s", answer.text("Message")).isEqualTo("InvalidObjectPath.Malformed");
            objects = IntStream.range(0, 1_000)
                    .mapToObj(i -> "http://www.example.com/" + i + "/" + "$".repeat(900))
                    .toArray(String[]::new);
            answer = other.call("RefreshObjectCaches", Map.of("ObjectPath", String.join("\n", objects)));
            assertThat(answer.status()).as("%s", answer.json()).isEqualTo(200);
        }
        assertThat(taskService.admissions)
                .singleElement()
                .satisfies(asked ->
                        assertThat(asked.tasks().getFirst().objectCount()).isEqualTo(1_000));
    }

    // Queries

    @Test
    void rows_have_aliyuns_spelling() {
        taskService.tasks.put("acme", List.of(view(TaskKind.REFRESH)));
        taskService.allObjects = _ -> new TaskServiceContract.Answer(
                200,
                new TaskObjectPage(
                        7,
                        List.of(
                                row(
                                        TaskKind.REFRESH,
                                        Selector.URL,
                                        "http://www.example.com/a",
                                        TaskStatus.COMPLETE,
                                        3,
                                        null),
                                row(
                                        TaskKind.REFRESH,
                                        Selector.DIRECTORY,
                                        "http://www.example.com/a/",
                                        TaskStatus.RUNNING,
                                        2,
                                        null),
                                row(
                                        TaskKind.REFRESH,
                                        Selector.TAG,
                                        "www.example.com#news",
                                        TaskStatus.PENDING,
                                        0,
                                        null),
                                row(TaskKind.PUSH, Selector.URL, null, TaskStatus.PENDING, 0, null),
                                row(
                                        TaskKind.PUSH,
                                        Selector.URL,
                                        "http://www.example.com/b",
                                        TaskStatus.FAILED,
                                        1,
                                        "origin answered 404"),
                                row(
                                        TaskKind.PUSH,
                                        Selector.URL,
                                        "http://www.example.com/c",
                                        TaskStatus.CANCELLED,
                                        0,
                                        "cancelled before it was sent"))));
        AliyunClient.Answer answer = acme.call(
                "DescribeRefreshTasks",
                Map.of(
                        "TaskId", ID.toString(),
                        "ObjectType", "File",
                        "Status", "Refreshing",
                        "DomainName", ".img.example.com",
                        "ObjectPath", "HTTP://www.example.com:80/a",
                        "StartTime", "2026-11-22T10:00:00Z",
                        "EndTime", "2026-11-22T11:00:00Z",
                        "PageNumber", "3",
                        "PageSize", "10"));
        assertThat(answer.json().toString())
                .isEqualTo(("{'RequestId':'" + answer.text("RequestId")
                                + "','PageNumber':3,'PageSize':10,'TotalCount':7,'Tasks':{'CDNTask':["
                                + "{'TaskId':'ID','ObjectPath':'http://www.example.com/a','ObjectType':'file',"
                                + "'Status':'Complete','Process':'100%','CreationTime':'2026-11-22T10:15:30Z'},"
                                + "{'TaskId':'ID','ObjectPath':'http://www.example.com/a/','ObjectType':'directory',"
                                + "'Status':'Refreshing','Process':'66.66%',"
                                + "'CreationTime':'2026-11-22T10:15:30Z'},"
                                + "{'TaskId':'ID','ObjectPath':'www.example.com#news','ObjectType':'directory',"
                                + "'Status':'Pending','Process':'0%','CreationTime':'2026-11-22T10:15:30Z'},"
                                + "{'TaskId':'ID','ObjectPath':'','ObjectType':'preload','Status':'Pending',"
                                + "'Process':'0%','CreationTime':'2026-11-22T10:15:30Z'},"
                                + "{'TaskId':'ID','ObjectPath':'http://www.example.com/b','ObjectType':'preload',"
                                + "'Status':'Failed','Process':'33.33%',"
                                + "'CreationTime':'2026-11-22T10:15:30Z','Description':'origin "
                                + "answered 404'},"
                                + "{'TaskId':'ID','ObjectPath':'http://www.example.com/c','ObjectType':'preload',"
                                + "'Status':'Failed','Process':'0%','CreationTime':'2026-11-22T10:15:30Z',"
                                + "'Description':'cancelled before it was sent'}]}}")
                        .replace('\'', '"')
                        .replace("ID\"", ID + "\"")
                        .replace("Request" + ID, "RequestId")
                        .replace("Task" + ID, "TaskId"));
        assertThat(URLDecoder.decode(taskService.queries.getLast(), StandardCharsets.UTF_8))
                .contains(
                        "task=" + ID,
                        "kind=refresh",
                        "type=url,ignore-query",
                        "outcome=open",
                        "domain=*.img.example.com",
                        "object=http://www.example.com/a",
                        "from=2026-11-22T10:00:00Z",
                        "to=2026-11-22T11:00:00Z",
                        "offset=20",
                        "limit=10",
                        "account=acme");
    }

    private static TaskView view(TaskKind kind) {
        return new TaskView(
                ID,
                kind,
                Selector.URL,
                "www.example.com",
                TaskStatus.FAILED,
                50,
                2,
                1,
                1,
                List.of(),
                null,
                MADE,
                null,
                null,
                MADE.plusSeconds(9));
    }

    private static TaskObject row(
            TaskKind kind, Selector type, @Nullable String object, TaskStatus status, int done, @Nullable String why) {
        return new TaskObject(ID, kind, type, "www.example.com", object, status, done, done == 0 ? 0 : 3, why);
    }

    @Test
    void task_by_id_is_a_flat_list_of_all_pages() {
        taskService.tasks.put("acme", List.of(view(TaskKind.REFRESH)));
        TaskObject object =
                row(TaskKind.REFRESH, Selector.URL, "http://www.example.com/a", TaskStatus.COMPLETE, 3, null);
        taskService.allObjects = query -> new TaskServiceContract.Answer(
                200,
                new TaskObjectPage(
                        1_001,
                        query.contains("offset=0") ? java.util.Collections.nCopies(1_000, object) : List.of(object)));
        AliyunClient.Answer answer = acme.call("DescribeRefreshTaskById", Map.of("TaskId", ID.toString()));
        assertThat(answer.json().path("TotalCount").asInt()).isEqualTo(1_001);
        assertThat(answer.json().path("Tasks").size()).isEqualTo(1_001);
        assertThat(answer.json().path("Tasks").get(0).path("Process").asString())
                .isEqualTo("100%");
    }

    @Test
    void preload_detail_exists_for_pushes_only() {
        taskService.tasks.put("acme", List.of(view(TaskKind.PUSH)));
        taskService.allObjects = _ -> new TaskServiceContract.Answer(
                200,
                new TaskObjectPage(
                        1,
                        List.of(row(
                                TaskKind.PUSH,
                                Selector.URL,
                                "http://www.example.com/b",
                                TaskStatus.FAILED,
                                1,
                                "origin answered 404"))));
        AliyunClient.Answer answer = acme.call("DescribePreloadDetailById", Map.of("TaskId", ID.toString()));
        assertThat(answer.json().path("UrlDetails").get(0).toString())
                .isEqualTo(("{'TaskId':'" + ID
                                + "','Domain':'www.example.com','CreationTime':'2026-11-22T10:15:30Z',"
                                + "'EndTime':'2026-11-22T10:15:39Z',"
                                + "'Process':'50%','Status':'Failed','RetCode':'1',"
                                + "'Urls':[{'Url':'http://www.example.com/b','Success':'33.33%',"
                                + "'Description':'origin answered 404'}]}")
                        .replace('\'', '"'));
        taskService.tasks.put("acme", List.of(view(TaskKind.REFRESH)));
        assertThat(acme.call("DescribePreloadDetailById", Map.of("TaskId", ID.toString()))
                        .code())
                .isEqualTo("InvalidTaskId.Malformed");
    }

    @Test
    void quotas_are_strings_or_numbers_by_operation_and_unsupported_ones_0() {
        taskService.quotas = _ -> new TaskServiceContract.Answer(
                200,
                List.of(
                        new QuotaUse(QuotaKind.URL, 2_010, Instant.EPOCH),
                        new QuotaUse(QuotaKind.REGEX, 3, Instant.EPOCH),
                        new QuotaUse(QuotaKind.PUSH, 1, Instant.EPOCH)));
        AliyunClient.Answer refreshes = acme.call("DescribeRefreshQuota", Map.of());
        assertThat(refreshes.json().path("UrlQuota").isString()).isTrue();
        assertThat(refreshes.text("UrlQuota")).isEqualTo("2000");
        assertThat(refreshes.text("UrlRemain")).isEqualTo("0");
        assertThat(refreshes.text("PreloadRemain")).isEqualTo("499");
        assertThat(refreshes.text("RegexQuota")).isEqualTo("20");
        assertThat(refreshes.text("RegexRemain")).isEqualTo("17");
        assertThat(refreshes.text("IgnoreParamsQuota")).isEqualTo("2000");
        assertThat(refreshes.text("IgnoreParamsRemain")).isEqualTo("0");
        assertThat(refreshes.text("PreloadEdgeQuota")).isEqualTo("0");
        AliyunClient.Answer user = acme.call("DescribeCdnUserQuota", Map.of());
        assertThat(user.json().path("RefreshUrlQuota").isNumber()).isTrue();
        assertThat(user.json().path("PreloadQuota").asInt()).isEqualTo(500);
        assertThat(user.json().path("DomainQuota").asInt()).isEqualTo(3);
        assertThat(user.json().path("IgnoreParamsQuota").asInt()).isEqualTo(2_000);
        assertThat(user.json().path("BlockRemain").asInt(-1)).isZero();
    }
}
