package io.freshet.gateway;

import static io.freshet.gateway.ProblemsTest.problem;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Serving of the console's files. The console itself is tested in a browser by end-to-end. */
class ConsoleTest {

    private static final Path FILES = Path.of("src/main/resources/console");
    private static final Pattern IMPORT = Pattern.compile("(?:import|export)[^;\"]*from \"([^\"]+)\"");

    private static TaskServiceContract taskService;
    private static Gateway gateway;
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    @BeforeAll
    static void start() {
        taskService = new TaskServiceContract();
        gateway = Gateway.start(
                "localhost:1", taskService.url(), Map.of("spring.kafka.producer.properties.max.block.ms", "300"));
    }

    @AfterAll
    static void stop() {
        gateway.close();
        taskService.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/refresh", "/batches", "/batches/1", "/tasks", "/tasks/123", "/nodes", "/quotas"})
    void every_path_of_the_console_serves_the_same_page(String path) throws Exception {
        HttpResponse<String> page = get(path);
        assertThat(page.statusCode()).isEqualTo(200);
        assertThat(page.headers().firstValue("Content-Type")).hasValue("text/html");
        assertThat(page.body()).isEqualTo(Files.readString(FILES.resolve("index.html")));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/",
                "/tasks/123",
                "/console/app/main.js",
                "/console/lib/vue/dist/vue.runtime.esm-browser.prod.js",
                "/console/nothing"
            })
    void content_security_policy_allows_only_own_files(String path) throws Exception {
        HttpResponse<String> answer = get(path);
        assertThat(answer.headers().firstValue("Content-Security-Policy").orElseThrow())
                .contains(
                        "default-src 'none'",
                        "script-src 'self'",
                        "style-src 'self'",
                        "frame-ancestors 'none'",
                        "base-uri 'none'",
                        "require-trusted-types-for 'script'")
                .doesNotContain("unsafe", "http:", "https:", "*", "data:");
        assertThat(answer.headers().firstValue("X-Content-Type-Options")).hasValue("nosniff");
        assertThat(answer.headers().firstValue("Referrer-Policy")).hasValue("no-referrer");
    }

    @Test
    void page_has_no_inline_script_and_no_other_host() throws IOException {
        String page = Files.readString(FILES.resolve("index.html"));
        assertThat(page)
                .doesNotContainPattern("<script(?![^>]*src=)")
                .doesNotContainPattern("(src|href)=\"(https?:)?//");
    }

    @Test
    void imported_files_exist_and_are_local() throws Exception {
        List<String> imported = new ArrayList<>();
        for (Path file : scripts()) {
            Matcher imports = IMPORT.matcher(Files.readString(file));
            while (imports.find()) {
                URI base = URI.create("/console/" + FILES.relativize(file));
                imported.add(base.resolve(imports.group(1)).getPath());
            }
        }
        assertThat(imported).hasSizeGreaterThan(50);
        for (String path : imported.stream().distinct().toList()) {
            HttpResponse<String> script = get(path);
            assertThat(script.statusCode()).as(path).isEqualTo(200);
            assertThat(script.headers().firstValue("Content-Type")).as(path).hasValue("text/javascript");
        }
    }

    @Test
    void page_preloads_all_modules() throws IOException {
        String page = Files.readString(FILES.resolve("index.html"));
        for (Path file : scripts()) {
            assertThat(page).contains("=\"/console/" + FILES.relativize(file) + '"');
        }
    }

    @Test
    void no_script_turns_text_into_markup_or_code() throws IOException {
        for (Path file : scripts()) {
            assertThat(Files.readString(file))
                    .as("%s", file)
                    .doesNotContain(
                            "innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "Function(");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/console/app/texts.js", "/console/lib/vue/dist/vue.runtime.esm-browser.prod.js"})
    void files_are_revalidated_and_sent_only_if_changed(String path) throws Exception {
        HttpResponse<String> first = get(path);
        String tag = first.headers().firstValue("ETag").orElseThrow();
        assertThat(first.headers().firstValue("Cache-Control")).hasValue("no-cache");
        assertThat(first.headers().firstValue("Last-Modified"))
                .as("the same in every reproducible build")
                .isEmpty();
        HttpResponse<String> again = get(path, "If-None-Match", tag);
        assertThat(again.statusCode()).isEqualTo(304);
        assertThat(again.body()).isEmpty();
        assertThat(get(path, "If-None-Match", "\"another\"").statusCode()).isEqualTo(200);
    }

    @Test
    void files_are_compressed_on_request() throws Exception {
        String path = "/console/lib/vue/dist/vue.runtime.esm-browser.prod.js";
        HttpResponse<byte[]> small = HTTP.send(request(path, "Accept-Encoding", "gzip"), BodyHandlers.ofByteArray());
        assertThat(small.headers().firstValue("Content-Encoding")).hasValue("gzip");
        assertThat(small.body().length).isLessThan(get(path).body().length() / 2);
    }

    @Test
    void paths_outside_of_the_console_are_unchanged() throws Exception {
        assertThat(get("/openapi.json").statusCode()).isEqualTo(200);
        assertThat(get("/docs").statusCode()).isIn(200, 302);
        assertThat(get("/openapi.json").headers().firstValue("Content-Security-Policy"))
                .isEmpty();
        problem(gateway.as("acme").get().uri("/v1/nothing").exchange(), 404, "not-found");
        problem(gateway.withoutToken().get().uri("/nothing").exchange(), 404, "not-found");
        problem(
                gateway.withoutToken()
                        .get()
                        .uri("/console/../gateway-service.yml")
                        .exchange(),
                404,
                "not-found");
        problem(
                gateway.withoutToken()
                        .get()
                        .uri("/console/%2e%2e/gateway-service.yml")
                        .exchange(),
                404,
                "not-found");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/refresh", "/tasks/1"})
    void management_port_has_no_console(String path) {
        gateway.management().get().uri(path).exchange().expectStatus().isNotFound();
    }

    private static List<Path> scripts() throws IOException {
        try (Stream<Path> files = Files.walk(FILES)) {
            return files.filter(file -> file.toString().endsWith(".js")).toList();
        }
    }

    private static HttpResponse<String> get(String path, String... headers) throws Exception {
        return HTTP.send(request(path, headers), BodyHandlers.ofString());
    }

    private static HttpRequest request(String path, String... headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://localhost:" + gateway.port() + path));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return request.build();
    }
}
