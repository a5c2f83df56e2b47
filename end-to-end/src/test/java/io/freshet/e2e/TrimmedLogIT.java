package io.freshet.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.freshet.e2e.http.CacheNode;
import io.freshet.e2e.http.GatewayClient;
import io.freshet.e2e.stage.KafkaClient;
import io.freshet.e2e.stage.Pages;
import io.freshet.e2e.stage.Stage;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Breaks a node for longer than the log is kept: what it missed is not there any more. */
@Tag("processes")
@OnStage
@Order(Order.DEFAULT + 18)
class TrimmedLogIT {

    private final Stage stage;
    private final GatewayClient gateway;
    private final CacheNode away;

    TrimmedLogIT(Stage stage) {
        this.stage = stage;
        this.gateway = stage.gateway();
        this.away = stage.l1().getLast();
    }

    @AfterEach
    void the_node_is_back() {
        stage.resume(away);
        Waiting.inSync(stage, away, true);
    }

    @Test
    void a_node_that_was_away_for_longer_than_the_log_is_kept_is_flushed_whole_before_it_is_in_sync() {
        Pages pages = stage.origin().pages();
        List<String> urls = pages.urls(30);
        String neighbour = pages.url("neighbour.html");
        urls.forEach(away::get);
        away.get(neighbour);
        String flushedBefore = String.valueOf(gateway.node(away.id()).flushedAt());
        stage.pause(away);
        Waiting.inSync(stage, away, false);
        pages.publish(2);
        List<String> tasks = urls.stream()
                .map(url -> gateway.refresh("url", List.of(url)).taskId())
                .toList();
        tasks.forEach(taskId -> Waiting.task(
                gateway,
                taskId,
                "waits for the node alone",
                task -> task.lateNodes().equals(List.of(away.id()))));

        stage.kafka().trim("purge-commands");
        stage.resume(away);
        Waiting.inSync(stage, away, true);

        assertThat(urls).allSatisfy(url -> assertThat(away.get(url)).matches(copy -> copy.isVersion(2)));
        assertThat(away.get(neighbour))
                .as("nobody refreshed it, but everything is gone")
                .matches(copy -> !copy.hit());
        assertThat(stage.kafka().read("node-events"))
                .filteredOn(record -> KafkaClient.header(record, "freshet-type").equals("node-flushed.v1"))
                .extracting(record -> new String(record.value(), StandardCharsets.UTF_8))
                .anySatisfy(event -> assertThat(event).contains('"' + away.id() + '"'));
        Waiting.eventually("operators see when it was flushed")
                .until(
                        () -> String.valueOf(gateway.node(away.id()).flushedAt()),
                        flushedAt -> !flushedAt.equals("null") && !flushedAt.equals(flushedBefore));
        Waiting.eventually("the node's consumer group has no lag")
                .until(() -> stage.kafka().isAtEnd("freshet-node-" + away.id(), "purge-commands"));
    }
}
