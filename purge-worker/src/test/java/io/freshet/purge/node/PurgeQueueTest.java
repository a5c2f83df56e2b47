package io.freshet.purge.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PurgeQueueTest {

    private static final class RecordedWorker implements PurgeQueue.QueueWorker {
        private boolean started;
        private boolean aborted;

        @Override
        public void start() {
            started = true;
        }

        @Override
        public void abort() {
            aborted = true;
        }
    }

    private final List<RecordedWorker> workers = new ArrayList<>();
    private final PurgeQueue queue = new PurgeQueue(properties(), this::newWorker);

    @Test
    void workers_are_started_up_to_the_limit() {
        add(1);
        assertThat(workers).hasSize(1).allMatch(worker -> worker.started);
        add(10);
        assertThat(workers).hasSize(4);
    }

    @Test
    void idle_worker_takes_an_added_purge() throws Exception {
        CompletableFuture<List<PurgeAttempt>> taken = new CompletableFuture<>();
        Thread idle = Thread.startVirtualThread(() -> {
            try {
                taken.complete(queue.take());
            } catch (InterruptedException e) {
                taken.completeExceptionally(e);
            }
        });
        await().until(() -> idle.getState() == Thread.State.TIMED_WAITING);
        List<PurgeAttempt> added = add(1);
        assertThat(taken.get()).isEqualTo(added);
    }

    @Test
    void each_connection_takes_its_share_and_at_most_a_window() throws InterruptedException {
        List<PurgeAttempt> added = add(10);
        assertThat(queue.take()).isEqualTo(added.subList(0, 4)); // the first, and a quarter of nine
        assertThat(queue.poll(1)).isEqualTo(added.subList(4, 5));
        assertThat(queue.poll(100)).isEqualTo(added.subList(5, 7));
        queue.drain();
        add(100);
        assertThat(queue.take()).hasSize(8);
    }

    @Test
    void requeued_purges_are_taken_first_and_in_their_order() throws InterruptedException {
        List<PurgeAttempt> added = add(4);
        List<PurgeAttempt> taken = queue.take();
        queue.requeue(taken);
        assertThat(queue.drain()).isEqualTo(added);
        assertThat(queue.isEmpty()).isTrue();
    }

    @Test
    void stalled_worker_is_replaced_up_to_the_limit() {
        add(10);
        assertThat(workers).hasSize(4);
        assertThat(queue.replaceStalled()).isTrue();
        assertThat(workers).hasSize(5);
        assertThat(queue.replaceStalled()).isTrue();
        assertThat(workers).hasSize(6);
        assertThat(queue.replaceStalled()).isFalse();
        assertThat(workers).hasSize(6);
        queue.workerEnded(workers.getFirst(), true);
        assertThat(queue.replaceStalled()).isTrue();
    }

    @Test
    void worker_that_ends_while_purges_wait_is_replaced() {
        add(10);
        queue.workerEnded(workers.getFirst(), false);
        assertThat(workers).hasSize(5);
        queue.drain();
        queue.workerEnded(workers.getLast(), false);
        assertThat(workers).hasSize(5);
    }

    @Test
    void abort_reaches_all_workers_that_have_not_ended() {
        add(10);
        queue.drain();
        queue.workerEnded(workers.getFirst(), false);
        queue.abort();
        assertThat(workers.getFirst().aborted).isFalse();
        assertThat(workers.subList(1, 4)).allMatch(worker -> worker.aborted);
    }

    @Test
    void wait_is_that_of_the_first_purge() {
        assertThat(queue.waitedNanos()).isZero();
        PurgeAttempt first = add(1).getFirst();
        first.queuedAt -= Duration.ofHours(1).toNanos();
        add(1);
        assertThat(queue.waitedNanos()).isGreaterThan(Duration.ofMinutes(59).toNanos());
    }

    private RecordedWorker newWorker() {
        RecordedWorker worker = new RecordedWorker();
        workers.add(worker);
        return worker;
    }

    private List<PurgeAttempt> add(int count) {
        List<PurgeAttempt> attempts = IntStream.range(0, count)
                .<PurgeAttempt>mapToObj(i -> new RecordedAttempt("http://a.test/" + i))
                .toList();
        attempts.forEach(queue::add);
        return attempts;
    }

    private static NodeProperties properties() {
        Duration any = Duration.ofSeconds(1);
        return new NodeProperties(4, 8, any, 2, any, any, any, any, 2, any);
    }
}
