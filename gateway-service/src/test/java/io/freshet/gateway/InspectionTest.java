package io.freshet.gateway;

import static io.freshet.gateway.ProblemsTest.problem;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.freshet.contracts.inspection.CopyDetails;
import io.freshet.contracts.inspection.NodeCopy;
import io.freshet.contracts.inspection.OriginResponse;
import io.freshet.contracts.message.InspectUrl;
import io.freshet.contracts.message.Inspection;
import io.freshet.contracts.message.Topics;
import io.freshet.contracts.message.UrlInspected;
import io.freshet.kafka.ReceivedMessage;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Inspection of a URL; the test answers in place of a purge-worker. */
class InspectionTest extends GatewayOnKafka {

    @Test
    void url_of_an_own_domain_is_inspected_in_canonical_form() throws InterruptedException {
        CopyDetails copy = new CopyDetails(12.5, null, null, null, null, "\"v1\"", null, null, null, 3L);
        Thread worker = Thread.ofVirtual()
                .start(() -> answer(
                        "https://www.example.com/%C3%A9",
                        List.of(
                                NodeCopy.present("l2-a", "l2", copy),
                                NodeCopy.absent("l1-a", "l1"),
                                NodeCopy.unknown("l1-b", "l1", "did not answer: connection refused"))));
        gateway.as("acme")
                .get()
                .uri("/v1/inspect?url={url}", "HTTPS://www.example.com:443/é")
                .exchange()
                .expectStatus()
                .isOk()
                .expectBody()
                .jsonPath("$.url")
                .isEqualTo("https://www.example.com/%C3%A9")
                .jsonPath("$.nodes[0].state")
                .isEqualTo("present")
                .jsonPath("$.nodes[0].copy.ageSeconds")
                .isEqualTo(12.5)
                .jsonPath("$.nodes[0].copy.hits")
                .isEqualTo(3)
                .jsonPath("$.nodes[0].copy.ttlSeconds")
                .doesNotExist()
                .jsonPath("$.nodes[1].state")
                .isEqualTo("absent")
                .jsonPath("$.nodes[1].copy")
                .doesNotExist()
                .jsonPath("$.origin")
                .doesNotExist()
                .jsonPath("$.nodes[2].reason")
                .isEqualTo("did not answer: connection refused");
        worker.join();
    }

    @Test
    void origin_is_asked_on_request() throws InterruptedException {
        Thread worker = Thread.ofVirtual()
                .start(() -> answer("https://www.example.com/origin", List.of(NodeCopy.absent("l2-a", "l2"))));
        gateway.as("acme")
                .get()
                .uri("/v1/inspect?url={url}&origin=true", "https://www.example.com/origin")
                .exchange()
                .expectStatus()
                .isOk()
                .expectBody()
                .jsonPath("$.origin.node")
                .isEqualTo("l2-a")
                .jsonPath("$.origin.reason")
                .isEqualTo("did not answer: timeout");
        worker.join();
    }

    @Test
    void foreign_or_invalid_url_is_refused_and_no_worker_asked() {
        for (String query : List.of(
                "?url=https://www.example.org/a",
                "?url=ftp://www.example.com/a",
                "",
                "?url=",
                "?uri=x",
                "?url=https://www.example.com/a&origin=yes&url=x")) {
            assertThat(problem(
                                    gateway.as("acme")
                                            .get()
                                            .uri("/v1/inspect" + query)
                                            .exchange(),
                                    400,
                                    "invalid-request")
                            .toString())
                    .contains("url");
        }
        gateway.withoutToken()
                .get()
                .uri("/v1/inspect?url=" + URL)
                .exchange()
                .expectStatus()
                .isUnauthorized();
        assertThat(questions()).noneMatch(question -> question.url().contains("example.org"));
    }

    private static void answer(String url, List<NodeCopy> nodes) {
        InspectUrl question = await().atMost(Duration.ofSeconds(30))
                .until(
                        () -> questions().stream()
                                .filter(each -> each.url().equals(url))
                                .findFirst(),
                        Optional::isPresent)
                .orElseThrow();
        assertThat(question.account()).isEqualTo("acme");
        publisher
                .publish(new UrlInspected(question.id(), "acme", nodes, origin(question), Instant.now()))
                .join();
    }

    private static @Nullable OriginResponse origin(InspectUrl question) {
        return question.origin() ? new OriginResponse("l2-a", "did not answer: timeout", null) : null;
    }

    private static List<InspectUrl> questions() {
        return records(Topics.INSPECTIONS).stream()
                .map(record -> ReceivedMessage.read(record, Inspection.class))
                .filter(InspectUrl.class::isInstance)
                .map(InspectUrl.class::cast)
                .toList();
    }
}
