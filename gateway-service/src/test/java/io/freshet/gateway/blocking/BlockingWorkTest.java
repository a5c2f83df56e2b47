package io.freshet.gateway.blocking;

import static org.assertj.core.api.Assertions.assertThat;

import io.freshet.gateway.TestSettings;
import io.freshet.gateway.connection.ConnectionProperties;
import io.freshet.gateway.memory.MemoryBudget;
import io.freshet.gateway.memory.RequestMemory;
import io.freshet.gateway.memory.TestMemory;
import io.freshet.gateway.problem.ProblemException;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;
import reactor.util.context.Context;

class BlockingWorkTest {

    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final MemoryBudget budget = TestMemory.of("20KB", "10KB", 2, meters);
    private final RequestMemory memory = budget.open();
    private final BlockingWork work = new BlockingWork(
            threads,
            TestSettings.with(BlockingProperties.class, Map.of("freshet.gateway.blocking.body-timeout", "100ms")),
            TestSettings.defaults(ConnectionProperties.class));

    @AfterEach
    void stop() {
        threads.shutdownNow();
    }

    private <T> Mono<T> run(Mono<byte[]> body, Function<byte[], T> function) {
        return work.run(body, function).contextWrite(memory::putInto);
    }

    @Test
    void work_runs_on_a_thread_that_may_block() {
        Mono<byte[]> onAnEventLoop = Mono.fromSupplier(() -> new byte[7]).subscribeOn(Schedulers.parallel());
        StepVerifier.create(run(onAnEventLoop, body -> {
                    assertThat(Schedulers.isInNonBlockingThread()).isFalse();
                    assertThat(RequestMemory.of(Context.empty())).isSameAs(memory);
                    return body.length;
                }))
                .expectNext(7)
                .verifyComplete();
    }

    @Test
    void work_of_a_disconnected_client_holds_its_memory() {
        CountDownLatch release = new CountDownLatch(1);
        Disposable client =
                run(Mono.just(new byte[1_000]), _ -> waitFor(release)).subscribe();
        client.dispose();
        memory.close();
        assertThat(heldBytes()).isEqualTo(3_000);
        release.countDown();
        Awaitility.await().until(() -> heldBytes() == 0);
    }

    @Test
    void work_beyond_the_memory_is_refused() {
        StepVerifier.create(run(Mono.just(new byte[4_000]), body -> body.length))
                .expectErrorSatisfies(error -> assertStatus(error, 429))
                .verify();
        assertThat(heldBytes()).isZero();
    }

    @Test
    void body_that_never_arrives_gets_408() {
        StepVerifier.create(run(Mono.never(), body -> body.length))
                .expectErrorSatisfies(error -> assertStatus(error, 408))
                .verify(Duration.ofSeconds(30));
    }

    @Test
    void failed_work_releases_its_bytes_and_passes_the_failure_on() {
        StepVerifier.create(run(Mono.just(new byte[1]), _ -> {
                    throw new IllegalStateException("on purpose");
                }))
                .expectErrorSatisfies(error -> assertThat(error)
                        .isInstanceOf(IllegalStateException.class)
                        .hasMessage("on purpose"))
                .verify();
        memory.close();
        Awaitility.await().until(() -> heldBytes() == 0);
    }

    private static void assertStatus(Throwable error, int status) {
        assertThat(error)
                .isInstanceOfSatisfying(
                        ProblemException.class,
                        refused -> assertThat(refused.problem().status()).isEqualTo(status));
    }

    private static int waitFor(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return 0;
    }

    private double heldBytes() {
        return meters.get("freshet.request.memory").gauge().value();
    }
}
