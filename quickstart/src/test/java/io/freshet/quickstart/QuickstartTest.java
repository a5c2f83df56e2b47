package io.freshet.quickstart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.freshet.quickstart.demo.Http;
import io.freshet.quickstart.demo.TestResponse;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Test of the complete quickstart over HTTP. */
class QuickstartTest {

    private static final JsonMapper JSON = new JsonMapper();
    private static final Map<String, String> SITE = Map.of("Host", "www.example.com");
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    static Path folder;

    private static QuickstartProperties settings;
    private static Quickstart quickstart;
    private static String token;

    @BeforeAll
    static void start() {
        settings = new QuickstartProperties(folder, ports(freePorts()));
        quickstart = new Quickstart(settings);
        token = quickstart.start();
    }

    @AfterAll
    static void stop() {
        quickstart.close();
    }

    @Test
    void refresh_of_a_page_renews_it_in_both_caches() {
        String page = "/refreshed/page";
        assertThat(versions(page)).containsExactly("MISS 1", "MISS 1");
        assertThat(versions(page)).containsExactly("HIT 1", "HIT 1");
        publish(page);
        assertThat(versions(page)).containsExactly("HIT 1", "HIT 1");

        JsonNode task = complete(request("refreshes", "url", "http://www.example.com" + page));

        assertThat(task.get("progress").asInt()).isEqualTo(100);
        assertThat(task.get("domain").asString()).isEqualTo("www.example.com");
        assertThat(versions(page)).containsExactly("MISS 2", "MISS 2");
    }

    @Test
    void refresh_of_a_directory_keeps_pages_outside_of_it() {
        List<String> inside = List.of("/dir/a", "/dir/b?c=d", "/dir/sub/c");
        List<String> outside = List.of("/directory", "/elsewhere/dir/a");
        inside.forEach(QuickstartTest::versions);
        outside.forEach(QuickstartTest::versions);
        inside.forEach(page -> publish(page.replaceAll("\\?.*", "")));

        complete(request("refreshes", "directory", "http://www.example.com/dir/"));

        assertThat(inside).allSatisfy(page -> assertThat(versions(page)).containsExactly("MISS 2", "MISS 2"));
        assertThat(outside).allSatisfy(page -> assertThat(versions(page)).containsExactly("HIT 1", "HIT 1"));
    }

    @Test
    void push_fetches_each_page_into_l2_with_one_request() {
        List<String> pages =
                IntStream.range(0, 20).mapToObj(i -> "/pushed/" + i).toList();
        String[] urls =
                pages.stream().map(page -> "http://www.example.com" + page).toArray(String[]::new);

        complete(request("pushes", "", urls));

        assertThat(pages).allSatisfy(page -> {
            assertThat(version(ListenPort.L2_A, page)).isEqualTo("HIT 1");
            assertThat(version(ListenPort.L1_A, page)).isEqualTo("MISS 1");
        });
        assertThat(originsRequests())
                .containsAll(
                        pages.stream().map(page -> "1 www.example.com" + page).toList());
    }

    @Test
    void push_of_a_missing_page_reports_the_status_of_the_origin() {
        String task = request("pushes", "", "http://www.example.com/missing/page");
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(api("GET", "/v1/tasks/" + task, "")
                                .get("status")
                                .asString())
                        .isEqualTo("failed"));
        assertThat(api("GET", "/v1/tasks/" + task + "/objects", "").toString()).contains("404");
    }

    @Test
    void tasks_token_and_quota_survive_a_restart() {
        String task = request("refreshes", "url", "http://www.example.com/before");
        complete(task);
        JsonNode quotas = api("GET", "/v1/quotas", "");

        quickstart.close();
        quickstart = new Quickstart(settings);
        assertThat(quickstart.start()).isEqualTo(token);

        assertThat(api("GET", "/v1/tasks/" + task, "").get("status").asString()).isEqualTo("complete");
        assertThat(api("GET", "/v1/quotas", "")).isEqualTo(quotas);
        complete(request("refreshes", "url", "http://www.example.com/after"));
    }

    @Test
    void second_quickstart_on_the_same_folder_is_refused() {
        try (Quickstart second = new Quickstart(settings)) {
            assertThatThrownBy(second::start)
                    .isInstanceOf(CannotStartException.class)
                    .hasMessageContaining("Another quickstart uses the folder " + folder)
                    .hasMessageContaining("FRESHET_QUICKSTART_DATA");
        }
        assertThat(version(ListenPort.L1_A, "/still/there")).isEqualTo("MISS 1");
    }

    @Test
    void port_in_use_is_reported_with_its_setting(@TempDir Path other) throws Exception {
        try (ServerSocket taken = new ServerSocket(0)) {
            List<Integer> numbers = new ArrayList<>(freePorts());
            numbers.set(ListenPort.L1_B.ordinal(), taken.getLocalPort());
            try (Quickstart second = new Quickstart(new QuickstartProperties(other, ports(numbers)))) {
                assertThatThrownBy(second::start)
                        .isInstanceOf(CannotStartException.class)
                        .hasMessage(
                                "Port " + taken.getLocalPort() + " for l1-b is in use. Stop the process that uses it, "
                                        + "or set another port with FRESHET_QUICKSTART_PORTS_L1_B.");
            }
        }
    }

    @Test
    void files_with_secrets_are_readable_by_their_owner_only() throws Exception {
        for (String file : List.of("token", "cache-token", "access-key-secret", "freshet.yml")) {
            assertThat(Files.getPosixFilePermissions(folder.resolve(file)))
                    .as(file)
                    .containsExactlyInAnyOrder(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE);
        }
        assertThat(folder.resolve("freshet.yml"))
                .content()
                .doesNotContain(token)
                .doesNotContain(
                        Files.readString(folder.resolve("access-key-secret")).strip());
    }

    @Test
    void aliyun_api_without_signature_answers_incomplete_signature() {
        TestResponse reply = Http.send(server(ListenPort.ALIYUN), "GET", "/?Action=DescribeRefreshQuota", Map.of(), "");
        assertThat(reply.body()).contains("IncompleteSignature");
    }

    @Test
    void settings_without_arguments_are_the_documented_defaults() {
        QuickstartProperties defaults = Quickstart.settings();

        assertThat(defaults.port(ListenPort.GATEWAY)).isEqualTo(8080);
        assertThat(Stream.of(ListenPort.values()).map(defaults::port)).doesNotHaveDuplicates();
        assertThat(defaults.data()).isAbsolute().endsWithRaw(Path.of("freshet-data"));
    }

    @ParameterizedTest
    @EnumSource(ListenPort.class)
    void port_set_by_its_environment_variable_is_used(ListenPort port) {
        Map<String, Object> environment = Map.of(port.variable(), "7001");

        PortProperties ports =
                Binder.get(withEnvironment(environment)).bindOrCreate("freshet.quickstart.ports", PortProperties.class);

        assertThat(port.number(ports)).isEqualTo(7001);
        assertThat(Stream.of(ListenPort.values()).filter(each -> each.number(ports) == 7001))
                .containsExactly(port);
    }

    private static StandardEnvironment withEnvironment(Map<String, Object> variables) {
        StandardEnvironment environment = new StandardEnvironment();
        environment
                .getPropertySources()
                .replace("systemEnvironment", new SystemEnvironmentPropertySource("systemEnvironment", variables));
        return environment;
    }

    private static List<Integer> freePorts() {
        return FreePorts.find(ListenPort.values().length);
    }

    /** @param numbers in the order of {@link ListenPort} */
    private static PortProperties ports(List<Integer> numbers) {
        Iterator<Integer> next = numbers.iterator();
        return new PortProperties(
                next.next(),
                next.next(),
                next.next(),
                next.next(),
                next.next(),
                next.next(),
                next.next(),
                next.next(),
                next.next(),
                next.next(),
                next.next(),
                next.next(),
                next.next(),
                next.next());
    }

    /** The id of the task that this request makes. */
    private static String request(String kind, String type, String... objects) {
        String typed = type.isEmpty() ? "" : "\"type\":\"" + type + "\",";
        JsonNode answer =
                api("POST", "/v1/" + kind, '{' + typed + "\"objects\":[\"" + String.join("\",\"", objects) + "\"]}");
        return answer.get("tasks").get(0).get("taskId").asString();
    }

    private static JsonNode complete(String task) {
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(api("GET", "/v1/tasks/" + task, "")
                                .get("status")
                                .asString())
                        .isEqualTo("complete"));
        return api("GET", "/v1/tasks/" + task, "");
    }

    private static JsonNode api(String method, String path, String body) {
        TestResponse reply = Http.send(
                server(ListenPort.GATEWAY),
                method,
                path,
                Map.of("Authorization", "Bearer " + token, "Content-Type", "application/json"),
                body);
        assertThat(reply.status()).as(reply.body()).isBetween(200, 299);
        return JSON.readTree(reply.body());
    }

    private static void publish(String page) {
        Http.send(server(ListenPort.ORIGIN), "POST", "/_version" + page, Map.of(), "");
    }

    private static List<String> originsRequests() {
        return Http.send(server(ListenPort.ORIGIN), "GET", "/_requests", Map.of(), "")
                .body()
                .lines()
                .toList();
    }

    /** Such as {@code HIT 1}, through both L1 caches. */
    private static List<String> versions(String page) {
        return List.of(version(ListenPort.L1_A, page), version(ListenPort.L1_B, page));
    }

    private static String version(ListenPort cache, String page) {
        TestResponse reply = Http.send(server(cache), "GET", page, SITE, "");
        return reply.cache() + reply.body().strip().replaceAll(".* version", "");
    }

    private static URI server(ListenPort port) {
        return URI.create("http://localhost:" + settings.port(port));
    }
}
