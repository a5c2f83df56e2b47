package io.freshet.purge.dispatch;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.anyList;
import static org.mockito.Mockito.doAnswer;
import static org.mockito.Mockito.doCallRealMethod;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;

import io.freshet.contracts.message.Message;
import io.freshet.contracts.message.PushCommand;
import io.freshet.contracts.message.RefreshCommand;
import io.freshet.kafka.MessagePublisher;
import io.freshet.kafka.TaskCancellations;
import io.freshet.purge.node.NodeChannel;
import io.freshet.purge.stage.Stage;
import io.freshet.purge.stage.TestFleet;
import io.freshet.purge.topology.TierTopology;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BooleanSupplier;
import org.apache.kafka.common.errors.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Pushes that follow a refresh while Kafka acknowledges nothing. */
class FollowUpDuringOutageTest {

    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    private final TierTopology tiers = TestFleet.tiers();
    private final MessagePublisher kafka = mock(MessagePublisher.class);
    private final FollowUpPublisher followUps = new FollowUpPublisher(kafka, new TaskCancellations());
    private final List<PushCommand> attempts = new CopyOnWriteArrayList<>();
    private final List<RefreshCommand> completed = new CopyOnWriteArrayList<>();
    private final RefreshCommand stuck = refresh("/stuck");

    @BeforeEach
    void refuse_the_push_of_one_refresh() throws InterruptedException {
        doCallRealMethod().when(kafka).publishUntilAcknowledged(any(Message.class));
        doCallRealMethod().when(kafka).publishUntilAcknowledged(anyList());
        when(kafka.publish(any())).thenAnswer(call -> {
            PushCommand push = call.getArgument(0);
            attempts.add(push);
            return push.equals(push(stuck))
                    ? CompletableFuture.failedFuture(new TimeoutException("no broker"))
                    : CompletableFuture.completedFuture(null);
        });
    }

    @AfterEach
    void close() {
        tiers.all().forEach(NodeChannel::close);
    }

    @Test
    void unacknowledged_push_delays_no_other_refresh() throws InterruptedException {
        Thread publishing = complete(stuck, () -> true);
        await().until(() -> !attempts.isEmpty());
        RefreshCommand notLast = refresh("/not-last");
        RefreshCommand last = refresh("/last");
        Thread second = complete(notLast, () -> false);
        Thread third = complete(last, () -> true);
        assertThat(second.join(TIMEOUT) && third.join(TIMEOUT)).isTrue();
        assertThat(completed).containsExactlyInAnyOrder(notLast, last);
        assertThat(attempts).contains(push(last)).doesNotContain(push(notLast));
        publishing.interrupt();
    }

    @Test
    void interrupt_ends_the_retries_and_the_part_is_not_complete() throws InterruptedException {
        Thread publishing = complete(stuck, () -> true);
        await().atMost(TIMEOUT).until(() -> attempts.size() == 2);
        publishing.interrupt();
        assertThat(publishing.join(TIMEOUT)).isTrue();
        assertThat(completed).isEmpty();
    }

    @Test
    void interrupt_ends_the_wait_for_an_acknowledgement() throws InterruptedException {
        doAnswer(call -> {
                    attempts.add(call.getArgument(0));
                    return new CompletableFuture<>();
                })
                .when(kafka)
                .publish(any());
        Thread publishing = complete(stuck, () -> true);
        await().until(() -> !attempts.isEmpty());
        publishing.interrupt();
        assertThat(publishing.join(TIMEOUT)).isTrue();
        assertThat(completed).isEmpty();
    }

    private Thread complete(RefreshCommand refresh, BooleanSupplier isLast) {
        return Thread.ofVirtual().start(() -> {
            try {
                followUps.complete(refresh, isLast, () -> completed.add(refresh));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
    }

    private static RefreshCommand refresh(String path) {
        return Stage.refresh(path, Stage.thenPush("l2"));
    }

    private static PushCommand push(RefreshCommand refresh) {
        return requireNonNull(refresh.thenPush()).command(refresh);
    }
}
