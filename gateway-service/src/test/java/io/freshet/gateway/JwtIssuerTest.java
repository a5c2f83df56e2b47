package io.freshet.gateway;

import static io.freshet.gateway.JwtTest.account;
import static io.freshet.gateway.JwtTest.assertScopes;
import static io.freshet.gateway.ProblemsTest.problem;
import static org.assertj.core.api.Assertions.assertThat;

import io.freshet.gateway.ProblemsTest.Refusal;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.kafka.test.EmbeddedKafkaBroker;
import org.springframework.kafka.test.context.EmbeddedKafka;

/**
 * An issuer of JSON Web Tokens that is not always there. Not with the gateway of {@link JwtTest}: two gateways at once
 * would share event loops, which the first that ends closes.
 */
@EmbeddedKafka(
        partitions = 3,
        topics = {})
class JwtIssuerTest {

    @TempDir
    private Path directory;

    private TaskServiceContract taskService;

    @BeforeEach
    void start() {
        taskService = new TaskServiceContract();
    }

    @AfterEach
    void stop() {
        taskService.close();
    }

    @Test
    void issuer_may_start_late_rotate_its_key_and_go_away(EmbeddedKafkaBroker broker) throws Exception {
        TokenIssuer early = TokenIssuer.start(directory, 0);
        String uri = early.uri();
        int port = early.port();
        String token = early.token("read");
        early.close();
        Map<String, String> settings = Map.of(
                "freshet.topics.partitions", "3",
                "freshet.gateway.jwt.issuer-uri", uri,
                "freshet.gateway.jwt.audience", TokenIssuer.AUDIENCE,
                "freshet.gateway.jwt.account-claim", "tenant",
                "freshet.gateway.jwt.scope-claim", "scp");
        try (Gateway gateway = Gateway.start(broker.getBrokersAsString(), taskService.url(), settings)) {
            Refusal refusal = problem(account(gateway, token), 503, "unavailable");
            assertThat(refusal.text("/detail")).contains("The keys of " + uri);
            assertThat(refusal.headers().getFirst("Retry-After")).isEqualTo("5");
            gateway.as("acme")
                    .get()
                    .uri("/v1/account")
                    .exchange()
                    .expectStatus()
                    .isOk();

            String withdrawn;
            String current;
            try (TokenIssuer late = TokenIssuer.start(directory, port)) {
                withdrawn = late.token("read push");
                awaitScopes(gateway, withdrawn, "push", "read");
                late.rotateKey();
                current = late.token("read");
                awaitScopes(gateway, current, "read");
                problem(account(gateway, withdrawn), 401, "unauthorized");
            }
            assertScopes(gateway, current, "read");
        }
    }

    private static void awaitScopes(Gateway gateway, String token, String... scopes) {
        Awaitility.await()
                .pollInterval(Duration.ofMillis(500))
                .atMost(Duration.ofSeconds(20))
                .untilAsserted(() -> assertScopes(gateway, token, scopes));
    }
}
