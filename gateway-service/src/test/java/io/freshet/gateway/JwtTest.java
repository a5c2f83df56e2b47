package io.freshet.gateway;

import static io.freshet.gateway.GatewayOnKafka.URL;
import static io.freshet.gateway.GatewayOnKafka.accepted;
import static io.freshet.gateway.GatewayOnKafka.push;
import static io.freshet.gateway.ProblemsTest.post;
import static io.freshet.gateway.ProblemsTest.problem;
import static io.freshet.gateway.ProblemsTest.refresh;
import static org.assertj.core.api.Assertions.assertThat;

import io.freshet.gateway.ProblemsTest.Refusal;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.kafka.test.EmbeddedKafkaBroker;
import org.springframework.kafka.test.context.EmbeddedKafka;
import org.springframework.test.web.reactive.server.WebTestClient;

/** JSON Web Tokens of an issuer, which is Spring Authorization Server. */
@EmbeddedKafka(
        partitions = 3,
        topics = {})
@ExtendWith(OutputCaptureExtension.class)
class JwtTest {

    @TempDir
    static Path directory;

    private static TokenIssuer issuer;
    private static TaskServiceContract taskService;
    private static Gateway gateway;

    @BeforeAll
    static void start(EmbeddedKafkaBroker broker) {
        issuer = TokenIssuer.start(directory, 0);
        taskService = new TaskServiceContract();
        gateway = Gateway.start(
                broker.getBrokersAsString(),
                taskService.url(),
                Map.of(
                        "freshet.topics.partitions",
                        "3",
                        "freshet.gateway.jwt.issuer-uri",
                        issuer.uri(),
                        "freshet.gateway.jwt.audience",
                        TokenIssuer.AUDIENCE));
    }

    @AfterEach
    void reset() {
        taskService.reset();
    }

    @AfterAll
    static void stop() {
        gateway.close();
        taskService.close();
        issuer.close();
    }

    static WebTestClient with(Gateway gateway, String token) {
        return gateway.withoutToken()
                .mutate()
                .defaultHeader("Authorization", "Bearer " + token)
                .build();
    }

    static WebTestClient.ResponseSpec account(Gateway gateway, String token) {
        return with(gateway, token).get().uri("/v1/account").exchange();
    }

    static void assertScopes(Gateway gateway, String token, String... scopes) {
        account(gateway, token)
                .expectStatus()
                .isOk()
                .expectBody()
                .jsonPath("$.id")
                .isEqualTo("acme")
                .jsonPath("$.scopes")
                .isEqualTo(List.of(scopes));
    }

    @Test
    void token_of_the_issuer_has_the_rights_of_its_account_and_scopes() throws Exception {
        String token = issuer.token("read refresh profile");
        assertScopes(gateway, token, "read", "refresh");
        accepted(post(with(gateway, token), refresh("url", URL)));
        assertThat(taskService.admissions).singleElement().asString().contains("acme");
        problem(push(with(gateway, token), "{\"objects\": [\"" + URL + "\"]}"), 403, "insufficient-scope");
    }

    @Test
    void token_of_scope_read_cannot_refresh() throws Exception {
        String token = issuer.token("read");
        assertScopes(gateway, token, "read");
        Refusal refusal = problem(post(with(gateway, token), refresh("url", URL)), 403, "insufficient-scope");
        assertThat(refusal.headers().getFirst("WWW-Authenticate"))
                .isEqualTo("Bearer realm=\"freshet\", error=\"insufficient_scope\", scope=\"refresh\"");
        assertThat(taskService.admissions).isEmpty();
    }

    @Test
    void token_without_any_scope_of_ours_reads_nothing() throws Exception {
        problem(account(gateway, issuer.token("profile")), 403, "insufficient-scope");
    }

    @ParameterizedTest
    @EnumSource
    void hostile_token_gets_401_and_is_not_logged(HostileJwt hostile, CapturedOutput output) throws Exception {
        assertScopes(gateway, HostileJwt.valid(issuer), "read", "refresh");
        String token = hostile.of(issuer);
        Refusal refusal = problem(account(gateway, token), 401, "unauthorized");
        assertThat(refusal.headers().getFirst("WWW-Authenticate"))
                .isEqualTo("Bearer realm=\"freshet\", error=\"invalid_token\"");
        assertThat(refusal.text("/detail")).contains(hostile.detail);
        problem(post(with(gateway, token), refresh("url", URL)), 401, "unauthorized");
        assertThat(taskService.admissions).isEmpty();
        assertThat(output.getAll()).doesNotContain(token);
    }

    @Test
    void own_tokens_are_valid_beside_those_of_the_issuer() {
        gateway.as("acme").get().uri("/v1/account").exchange().expectStatus().isOk();
        problem(account(gateway, "nobody"), 401, "unauthorized");
        problem(post(gateway.as("acme-read"), refresh("url", URL)), 403, "insufficient-scope");
        problem(gateway.as("acme-expired").get().uri("/v1/tasks").exchange(), 401, "unauthorized");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/openapi.json", "/console/index.html", "/docs"})
    void public_pages_need_no_token_beside_an_issuer(String path) {
        int status = gateway.withoutToken()
                .get()
                .uri(path)
                .exchange()
                .returnResult(String.class)
                .getStatus()
                .value();
        assertThat(status).isIn(200, 302);
        assertThat(gateway.management()
                        .get()
                        .uri("/actuator/health")
                        .exchange()
                        .returnResult(String.class)
                        .getStatus()
                        .value())
                .isIn(200, 503);
    }

    /** The classes of the issuer are on the class path of this test, those of Spring Security's web filters, too. */
    @Test
    void gateway_has_no_users_and_no_filters_of_spring_security() {
        assertThat(Stream.of(gateway.context.getBeanDefinitionNames())
                        .map(gateway.context::getType)
                        .map(String::valueOf)
                        .filter(type ->
                                type.contains("org.springframework.security") || type.contains("boot.security")))
                .singleElement()
                .asString()
                .contains("JwtDecoder");
        assertThat(getClass()
                        .getClassLoader()
                        .getResource("org/springframework/boot/security/autoconfigure/SecurityAutoConfiguration.class"))
                .as("auto-configuration of spring-boot-security")
                .isNull();
    }
}
