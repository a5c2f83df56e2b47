package io.freshet.gateway;

import static io.freshet.gateway.ProblemsTest.problem;
import static org.assertj.core.api.Assertions.assertThat;

import io.freshet.contracts.JsonMapping;
import io.freshet.contracts.message.Topics;
import io.freshet.kafka.KafkaClients;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.http.HttpMethod;
import org.springframework.http.MediaType;
import org.springframework.test.web.reactive.server.WebTestClient.ResponseSpec;
import tools.jackson.databind.JsonNode;

/** Audit log of node actions. */
class AuditTest extends GatewayOnKafka {

    private static final ConfigResource TOPIC = new ConfigResource(ConfigResource.Type.TOPIC, Topics.AUDIT_LOG);

    private static ResponseSpec action(String account, String method, String path, String body) {
        return gateway.as(account)
                .method(HttpMethod.valueOf(method))
                .uri("/v1/nodes/" + path)
                .contentType(MediaType.APPLICATION_JSON)
                .bodyValue(body)
                .exchange();
    }

    private static ResponseSpec audit(String account, String query) {
        return gateway.as(account).get().uri("/v1/audit?" + query).exchange();
    }

    private static JsonNode page(String query) {
        return JsonMapping.mapper()
                .readTree(Objects.requireNonNull(audit("acme", query)
                        .expectStatus()
                        .isOk()
                        .expectBody()
                        .returnResult()
                        .getResponseBody()));
    }

    private static String reason() {
        return UUID.randomUUID().toString();
    }

    /** Waits until the newest entry has this reason, and returns it. */
    private static JsonNode entryWith(String reason) {
        Awaitility.await()
                .atMost(Duration.ofSeconds(30))
                .ignoreException(AssertionError.class)
                .until(() -> page("limit=1")
                        .at("/entries/0/details/reason")
                        .asString("")
                        .equals(reason));
        return page("limit=1").at("/entries/0");
    }

    private static void hold(String account, String reason) {
        action(account, "PUT", "l1-a/maintenance", "{\"reason\": \"" + reason + "\"}")
                .expectStatus()
                .isAccepted();
    }

    @Test
    void accepted_action_is_in_the_log_with_who_what_when_and_where() {
        Instant before = Instant.now();
        String reason = reason();
        hold("acme-operate", reason);
        JsonNode entry = entryWith(reason);
        assertThat(entry.path("account").asString()).isEqualTo("acme");
        assertThat(entry.path("token").asString()).isEqualTo("operate");
        assertThat(entry.path("address").asString()).isIn("127.0.0.1", "0:0:0:0:0:0:0:1");
        assertThat(entry.path("action").asString()).isEqualTo("hold");
        assertThat(entry.path("target").asString()).isEqualTo("l1-a");
        assertThat(entry.path("outcome").asString()).isEqualTo("accepted");
        assertThat(Instant.parse(entry.path("at").asString())).isBetween(before.minusMillis(1), Instant.now());
        assertThat(UUID.fromString(entry.path("id").asString())).isNotNull();
    }

    @Test
    void every_kind_of_action_is_in_the_log() {
        action("acme", "DELETE", "l1-a/maintenance", "").expectStatus().isAccepted();
        action("acme", "POST", "l1-a/rewind", "{\"by\": \"PT10M\"}")
                .expectStatus()
                .isAccepted();
        action("acme", "POST", "l2-a/flush", "").expectStatus().isAccepted();
        String reason = reason();
        hold("acme", reason);
        entryWith(reason);
        JsonNode entries = page("limit=4").path("entries");
        assertThat(entries.valueStream().map(entry -> entry.path("action").asString()))
                .containsExactly("hold", "flush", "rewind", "release");
        Instant rewoundAt = Instant.parse(entries.at("/2/at").asString());
        assertThat(Instant.parse(entries.at("/2/details/to").asString())).isEqualTo(rewoundAt.minusSeconds(600));
    }

    @ParameterizedTest
    @CsvSource({
        "acme-read,acme,read,insufficient-scope",
        "acme-www,acme,www,domain-not-allowed",
        "other,other,,forbidden"
    })
    void refused_action_is_in_the_log_and_not_done(String caller, String account, String token, String type) {
        int actions = records(Topics.NODE_ACTIONS).size();
        problem(action(caller, "POST", "l2-a/flush", ""), 403, type);
        String reason = reason();
        hold("acme", reason);
        entryWith(reason);
        JsonNode entry = page("limit=2").at("/entries/1");
        assertThat(entry.path("account").asString()).isEqualTo(account);
        if (token != null) {
            assertThat(entry.path("token").asString()).isEqualTo(token);
        }
        assertThat(entry.path("action").asString()).isEqualTo("flush");
        assertThat(entry.path("target").asString()).isEqualTo("l2-a");
        assertThat(entry.path("outcome").asString()).isEqualTo("refused");
        assertThat(entry.at("/details/problem").asString()).isEqualTo("urn:freshet:problem:" + type);
        // That of the accepted one only.
        assertThat(records(Topics.NODE_ACTIONS)).hasSize(actions + 1);
    }

    @Test
    void invalid_and_anonymous_requests_are_not_in_the_log() {
        int size = records(Topics.AUDIT_LOG).size();
        problem(action("acme", "POST", "l2-a/flush", "{}"), 400, "invalid-request");
        problem(action("acme", "POST", "nothing/flush", ""), 404, "not-found");
        problem(action("nobody", "POST", "l2-a/flush", ""), 401, "unauthorized");
        assertThat(records(Topics.AUDIT_LOG)).hasSize(size);
    }

    @Test
    void account_that_repeats_a_refused_action_has_60_entries_a_minute() {
        int size = records(Topics.AUDIT_LOG).size();
        for (int i = 0; i < 80; i++) {
            problem(action("busy", "POST", "l2-a/flush", ""), 403, "forbidden");
        }
        // 60 at once, and those of the time that the test takes.
        assertThat(records(Topics.AUDIT_LOG).size() - size).isBetween(60, 79);
    }

    @Test
    void pages_show_every_entry_once_and_newest_first() {
        List<String> reasons = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            reasons.addFirst(reason());
            hold("acme", reasons.getFirst());
        }
        entryWith(reasons.getFirst());
        JsonNode first = page("limit=2");
        JsonNode second =
                page("limit=2&pageToken=" + first.path("nextPageToken").asString());
        JsonNode third =
                page("limit=1&pageToken=" + second.path("nextPageToken").asString());
        assertThat(Stream.of(first, second, third)
                        .flatMap(each -> each.path("entries").valueStream())
                        .map(entry -> entry.at("/details/reason").asString()))
                .containsExactlyElementsOf(reasons);
        assertThat(page("limit=1000").has("nextPageToken")).isFalse();
    }

    @Test
    void from_and_until_limit_the_entries() {
        String reason = reason();
        hold("acme", reason);
        String at = entryWith(reason).path("at").asString();
        String next = Instant.parse(at).plusNanos(1).toString();
        assertThat(page("from=" + at + "&until=" + next)
                        .at("/entries/0/details/reason")
                        .asString())
                .isEqualTo(reason);
        assertThat(page("from=" + next).path("entries").size()).isZero();
        assertThat(page("until=" + at + "&limit=1")
                        .at("/entries/0/details/reason")
                        .asString(""))
                .isNotEqualTo(reason);
    }

    @Test
    void log_is_for_operators_and_its_parameters_are_strict() {
        problem(audit("other", ""), 403, "forbidden");
        problem(audit("acme-refresh", ""), 403, "insufficient-scope");
        for (String query : List.of("limit=0", "limit=1001", "from=yesterday", "pageToken=x", "since=1")) {
            problem(audit("acme", query), 400, "invalid-request");
        }
    }

    @Test
    void action_that_cannot_be_recorded_is_not_done() throws Exception {
        int actions = records(Topics.NODE_ACTIONS).size();
        try (Admin admin = gateway.context.getBean(KafkaClients.class).admin()) {
            // More than there are, so that Kafka takes no record.
            set(admin, "2");
            problem(action("acme", "POST", "l2-a/flush", ""), 503, "unavailable");
            problem(action("acme-read", "POST", "l2-a/flush", ""), 403, "insufficient-scope");
            set(admin, "1");
        }
        assertThat(records(Topics.NODE_ACTIONS)).hasSize(actions);
        action("acme", "POST", "l2-a/flush", "").expectStatus().isAccepted();
        assertThat(records(Topics.NODE_ACTIONS)).hasSize(actions + 1);
    }

    private static void set(Admin admin, String minInsyncReplicas) throws Exception {
        admin.incrementalAlterConfigs(Map.of(
                        TOPIC,
                        List.of(new AlterConfigOp(
                                new ConfigEntry(TopicConfig.MIN_IN_SYNC_REPLICAS_CONFIG, minInsyncReplicas),
                                AlterConfigOp.OpType.SET))))
                .all()
                .get();
    }
}
