package io.freshet.purge.node;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.freshet.purge.driver.PurgeOutcome;
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
    private final PurgeQueue queue = new PurgeQueue(properties(8), this::newWorker);

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
                taken.complete(requireNonNull(queue.take()).first());
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
        PurgeQueue.Assignment assignment = take();
        assertThat(assignment.first()).isEqualTo(added.subList(0, 4)); // the first, and a quarter of nine
        assertThat(assignment.poll(1)).isEqualTo(added.subList(4, 5));
        assertThat(assignment.poll(100)).isEqualTo(added.subList(5, 7));
        queue.drain();
        add(100);
        assertThat(take().first()).hasSize(8);
    }

    @Test
    void cancelled_purges_leave_the_queue_except_those_that_wait_for_a_look() {
        RecordedAttempt cancelled = new RecordedAttempt("http://a.test/cancelled").cancel();
        RecordedAttempt purged = new RecordedAttempt("http://a.test/purged").cancel();
        purged.unverified = PurgeOutcome.Gone.PURGED;
        RecordedAttempt wanted = new RecordedAttempt("http://a.test/wanted");
        List.of(cancelled, purged, wanted).forEach(queue::add);
        assertThat(queue.removeCancelled()).containsExactly(cancelled);
        assertThat(queue.drain()).containsExactly(purged, wanted);
    }

    @Test
    void requeued_purges_are_taken_first_and_in_their_order() throws InterruptedException {
        List<PurgeAttempt> added = add(4);
        queue.requeue(take().first());
        assertThat(queue.drain()).isEqualTo(added);
        assertThat(queue.isEmpty()).isTrue();
    }

    @Test
    void assignment_is_to_the_account_with_the_fewest_connections() throws InterruptedException {
        add("bulk", 100);
        PurgeQueue.Assignment first = take();
        List<PurgeAttempt> small = add("small", 1);
        PurgeQueue.Assignment second = take();
        assertThat(second.first()).isEqualTo(small);
        assertThat(second.poll(8)).isEmpty();
        second.close();
        assertThat(take().first()).allMatch(attempt -> attempt.account().equals("bulk"));
        assertThat(first.poll(8)).isNotEmpty();
    }

    @Test
    void account_with_purges_gets_a_connection_although_another_account_has_all() throws InterruptedException {
        add("bulk", 100);
        for (int i = 0; i < 4; i++) {
            take();
        }
        assertThat(workers).hasSize(4);
        add("small", 1);
        assertThat(workers).hasSize(5);
    }

    @Test
    void account_with_more_than_its_share_of_connections_yields_to_one_that_waits() throws InterruptedException {
        add("bulk", 100);
        PurgeQueue.Assignment bulk = take();
        for (int i = 0; i < 3; i++) {
            take();
        }
        assertThat(bulk.poll(8)).isNotEmpty();
        add("small", 1);
        assertThat(bulk.poll(8)).isEmpty();
        take();
        assertThat(bulk.poll(8)).isNotEmpty();
    }

    @Test
    void stalled_worker_is_replaced_up_to_the_limit() throws InterruptedException {
        add(10);
        assertThat(workers).hasSize(4);
        PurgeQueue.Assignment first = take();
        PurgeQueue.Assignment second = take();
        PurgeQueue.Assignment third = take();
        assertThat(first.replaceStalled()).isTrue();
        assertThat(workers).hasSize(5);
        assertThat(second.replaceStalled()).isTrue();
        assertThat(workers).hasSize(6);
        assertThat(third.replaceStalled()).isFalse();
        assertThat(workers).hasSize(6);
        first.close();
        queue.workerEnded(workers.getFirst(), true);
        assertThat(third.replaceStalled()).isTrue();
    }

    @Test
    void one_account_has_a_quarter_of_the_stalled_connections() throws InterruptedException {
        PurgeQueue wide = new PurgeQueue(properties(8), this::newWorker);
        IntStream.range(0, 10).forEach(i -> wide.add(new RecordedAttempt("slow", "http://a.test/" + i)));
        wide.add(new RecordedAttempt("other", "http://b.test/"));
        List<PurgeQueue.Assignment> slow = new ArrayList<>();
        PurgeQueue.Assignment other = null;
        while (slow.size() < 3 || other == null) {
            PurgeQueue.Assignment next = requireNonNull(wide.take());
            if (next.first().getFirst().account().equals("slow")) {
                slow.add(next);
                if (slow.size() < 3) {
                    assertThat(next.replaceStalled()).isTrue();
                }
            } else {
                other = next;
            }
        }
        assertThat(slow.getLast().replaceStalled()).isFalse();
        assertThat(other.replaceStalled()).isTrue();
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
        assertThat(queue.waitedNanos(0)).isZero();
        PurgeAttempt first = add(1).getFirst();
        first.queuedAt -= Duration.ofHours(1).toNanos();
        add(1);
        assertThat(queue.waitedNanos(0)).isGreaterThan(Duration.ofMinutes(59).toNanos());
    }

    @Test
    void wait_of_an_account_with_stalled_purges_is_not_the_nodes_fault() throws InterruptedException {
        add(3).forEach(attempt -> attempt.queuedAt -= Duration.ofHours(1).toNanos());
        take().replaceStalled();
        assertThat(queue.waitedNanos(0)).isZero();
    }

    private PurgeQueue.Assignment take() throws InterruptedException {
        return requireNonNull(queue.take());
    }

    private RecordedWorker newWorker() {
        RecordedWorker worker = new RecordedWorker();
        workers.add(worker);
        return worker;
    }

    private List<PurgeAttempt> add(int count) {
        return add("acme", count);
    }

    private List<PurgeAttempt> add(String account, int count) {
        List<PurgeAttempt> attempts = IntStream.range(0, count)
                .<PurgeAttempt>mapToObj(i -> new RecordedAttempt(account, "http://a.test/" + i))
                .toList();
        attempts.forEach(queue::add);
        return attempts;
    }

    private static NodeProperties properties(int maxStalled) {
        Duration any = Duration.ofSeconds(1);
        return new NodeProperties(4, 8, Duration.ofMillis(1), maxStalled, any, any, any, any, 2, any, 600);
    }
}
