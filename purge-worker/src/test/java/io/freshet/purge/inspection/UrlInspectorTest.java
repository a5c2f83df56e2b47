package io.freshet.purge.inspection;

import static io.freshet.purge.stage.Stage.tier;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.freshet.contracts.NodeState;
import io.freshet.contracts.inspection.CopyDetails;
import io.freshet.contracts.inspection.CopyState;
import io.freshet.contracts.inspection.NodeCopy;
import io.freshet.contracts.inspection.OriginResponse;
import io.freshet.contracts.message.InspectUrl;
import io.freshet.contracts.message.UrlInspected;
import io.freshet.purge.stage.Stage;
import io.freshet.purge.stage.StandInNode;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Inspection of a URL, with a real broker. */
class UrlInspectorTest {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @Test
    void every_node_tells_what_it_holds_or_why_that_is_unknown(@TempDir Path folder) throws InterruptedException {
        Stage stage = new Stage(folder);
        try {
            StandInNode holding = stage.node("holding");
            StandInNode empty = stage.node("empty");
            StandInNode down = stage.node("down");
            StandInNode plain = stage.node("plain-node");
            StandInNode refusing = stage.node("refusing");
            stage.worker(tier("l2", holding) + tier("l1", empty, down, refusing) + tier("l0", "plain", plain));
            stage.awaitState(NodeState.IN_SYNC, "holding", "empty", "down", "refusing");
            holding.holds(
                    "/a",
                    Map.of(
                            "Freshet-Fetch-Age", "12.500",
                            "Freshet-Age", "20.000",
                            "Freshet-Ttl", "40.250",
                            "Freshet-Hits", "3",
                            "Freshet-Etag", "\"v1\"",
                            "Freshet-Vary", ""));
            down.stop();
            refusing.answer(403);
            holding.answersFromItsBackend(Map.of("Freshet-Status", "200", "Freshet-Etag", "\"v2\""));
            InspectUrl question =
                    new InspectUrl(UUID.randomUUID(), "acme", "http://www.example.com/a", true, Instant.now());

            stage.publish(question);

            UrlInspected answer = await().atMost(PATIENCE)
                    .until(() -> answer(stage, question), Optional::isPresent)
                    .orElseThrow();
            assertThat(answer.account()).isEqualTo("acme");
            assertThat(answer.nodes()).hasSize(5);
            assertThat(answer.nodes().get(0))
                    .isEqualTo(NodeCopy.present(
                            "holding",
                            "l2",
                            new CopyDetails(20.0, 40.25, null, null, null, "\"v1\"", null, null, null, 3L)));
            assertThat(answer.nodes().get(1)).isEqualTo(NodeCopy.absent("empty", "l1"));
            assertThat(answer.nodes().get(2).state()).isEqualTo(CopyState.UNKNOWN);
            assertThat(answer.nodes().get(2).reason()).startsWith("did not answer");
            assertThat(answer.nodes().get(3).state()).isEqualTo(CopyState.UNKNOWN);
            assertThat(answer.nodes().get(3).reason()).startsWith("cannot tell what its cache holds: it answered 403");
            assertThat(answer.nodes().get(4))
                    .isEqualTo(NodeCopy.unknown("plain-node", "l0", "cannot be looked into with the driver plain"));
            assertThat(answer.origin())
                    .isEqualTo(new OriginResponse(
                            "holding",
                            null,
                            new CopyDetails(null, null, null, null, 200, "\"v2\"", null, null, null, null)));
        } finally {
            stage.close();
        }
    }

    @Test
    void node_whose_configuration_knows_no_looks_is_asked_nothing(@TempDir Path folder) throws InterruptedException {
        Stage stage = new Stage(folder);
        try {
            StandInNode older = stage.node("older");
            stage.worker(tier("l1", older));
            stage.awaitState(NodeState.IN_SYNC, "older");
            older.forgetLooks(); // as of another VCL that was loaded just now
            InspectUrl question =
                    new InspectUrl(UUID.randomUUID(), "acme", "http://www.example.com/a", true, Instant.now());

            stage.publish(question);

            UrlInspected answer = await().atMost(PATIENCE)
                    .until(() -> answer(stage, question), Optional::isPresent)
                    .orElseThrow();
            String reason = "cannot tell what its cache holds: it has an older freshet.vcl:"
                    + " install the one of this release";
            assertThat(answer.nodes()).containsExactly(NodeCopy.unknown("older", "l1", reason));
            assertThat(answer.origin()).isEqualTo(new OriginResponse("older", reason, null));
            assertThat(stage.journal).isEmpty();
        } finally {
            stage.close();
        }
    }

    private static Optional<UrlInspected> answer(Stage stage, InspectUrl question) {
        return stage.events.stream()
                .filter(UrlInspected.class::isInstance)
                .map(UrlInspected.class::cast)
                .filter(answer -> answer.id().equals(question.id()))
                .findFirst();
    }
}
