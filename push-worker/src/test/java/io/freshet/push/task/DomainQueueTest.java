package io.freshet.push.task;

import static org.assertj.core.api.Assertions.assertThat;

import io.freshet.contracts.TaskId;
import io.freshet.contracts.message.PushCommand;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

class DomainQueueTest {

    private static final TopicPartition ONE = new TopicPartition("push-commands", 1);
    private static final TopicPartition TWO = new TopicPartition("push-commands", 2);

    private final List<CompletableFuture<Void>> runs = new ArrayList<>();
    private final DomainQueue queue = new DomainQueue(_ -> {
        runs.add(new CompletableFuture<>());
        return runs.getLast();
    });

    @Test
    void push_beyond_the_bound_waits_for_a_running_one() {
        CompletableFuture<Void> first = queue.add(command(600), ONE);
        CompletableFuture<Void> second = queue.add(command(600), ONE);
        assertThat(runs).hasSize(1);

        runs.getFirst().complete(null);

        assertThat(first).isCompleted();
        assertThat(runs).hasSize(2);
        assertThat(second).isNotDone();
    }

    @Test
    void failed_push_fails_its_command_and_the_next_one_starts() {
        CompletableFuture<Void> first = queue.add(command(1_000), ONE);
        queue.add(command(1), ONE);

        runs.getFirst().completeExceptionally(new IllegalArgumentException("no such tier"));

        assertThat(first).isCompletedExceptionally();
        assertThat(runs).hasSize(2);
    }

    @Test
    void waiting_push_of_a_given_up_partition_is_not_started() {
        queue.add(command(1_000), ONE);
        queue.add(command(1_000), ONE);
        CompletableFuture<Void> other = queue.add(command(1_000), TWO);

        queue.remove(List.of(ONE));
        runs.getFirst().complete(null);
        runs.getLast().complete(null);

        assertThat(runs).hasSize(2);
        assertThat(other).isCompleted();
    }

    @Test
    void thousands_of_failing_commands_do_not_exhaust_the_stack() {
        CompletableFuture<Void> hold = new CompletableFuture<>();
        List<Object> started = new ArrayList<>();
        DomainQueue failing = new DomainQueue(push -> {
            started.add(push);
            if (started.size() > 1) {
                throw new IllegalArgumentException("no such tier");
            }
            return hold;
        });
        List<CompletableFuture<Void>> all = new ArrayList<>();
        for (int i = 0; i < 20_000; i++) {
            all.add(failing.add(command(1_000), ONE));
        }

        hold.complete(null);

        assertThat(all).allMatch(CompletableFuture::isDone);
    }

    private static PushCommand command(int objects) {
        return new PushCommand(
                new TaskId(1),
                "demo",
                "www.example.com",
                Collections.nCopies(objects, "https://www.example.com/a"),
                "l2",
                Map.of(),
                Instant.EPOCH);
    }
}
