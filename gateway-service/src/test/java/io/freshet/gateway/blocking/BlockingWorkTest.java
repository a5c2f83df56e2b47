package io.freshet.gateway.blocking;

import static org.assertj.core.api.Assertions.assertThat;

import io.freshet.gateway.problem.ProblemException;
import io.freshet.gateway.request.TestSettings;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.boot.http.codec.autoconfigure.HttpCodecsProperties;
import org.springframework.util.unit.DataSize;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;

class BlockingWorkTest {

    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final BlockingWork work = new BlockingWork(
            threads,
            TestSettings.with(
                    Map.of("freshet.gateway.work.bodies", "20KB", "freshet.gateway.work.body-timeout", "100ms")),
            codecs(DataSize.ofKilobytes(10)),
            meters);

    private static HttpCodecsProperties codecs(DataSize largest) {
        HttpCodecsProperties codecs = new HttpCodecsProperties();
        codecs.setMaxInMemorySize(largest);
        return codecs;
    }

    @AfterEach
    void stop() {
        threads.shutdownNow();
    }

    @Test
    void work_may_block_wherever_its_body_came_from() {
        Mono<byte[]> onAnEventLoop = Mono.fromSupplier(() -> new byte[7]).subscribeOn(Schedulers.parallel());
        StepVerifier.create(work.run(7, onAnEventLoop, body -> {
                    assertThat(Schedulers.isInNonBlockingThread()).isFalse();
                    return body.length;
                }))
                .expectNext(7)
                .verifyComplete();
        assertThat(inWork()).isZero();
    }

    @Test
    void what_has_no_room_is_refused_until_there_is_room_again() {
        CountDownLatch release = new CountDownLatch(1);
        Disposable first =
                work.run(-1, Mono.just(new byte[1]), _ -> waitFor(release)).subscribe();
        StepVerifier.create(work.run(-1, Mono.just(new byte[1]), body -> body.length))
                .expectErrorSatisfies(error -> assertThat(error)
                        .isInstanceOfSatisfying(
                                ProblemException.class,
                                refused ->
                                        assertThat(refused.problem().status()).isEqualTo(503)))
                .verify();
        StepVerifier.create(work.run(1, Mono.just(new byte[1]), body -> body.length))
                .as("a small one has room")
                .expectNext(1)
                .verifyComplete();
        first.dispose();
        assertThat(inWork()).as("a client that goes away does not end its work").isPositive();
        release.countDown();
        Awaitility.await().until(() -> inWork() == 0);
    }

    @Test
    void a_body_that_never_comes_gives_its_room_back() {
        StepVerifier.create(work.run(100, Mono.never(), body -> body.length))
                .expectErrorSatisfies(error -> assertThat(error)
                        .isInstanceOfSatisfying(
                                ProblemException.class,
                                refused ->
                                        assertThat(refused.problem().status()).isEqualTo(408)))
                .verify(Duration.ofSeconds(30));
        Disposable gone = work.run(100, Mono.never(), body -> body.length).subscribe();
        gone.dispose();
        assertThat(inWork()).isZero();
    }

    @Test
    void a_failure_is_passed_on_as_it_was_and_gives_its_room_back() {
        StepVerifier.create(work.run(1, Mono.just(new byte[1]), _ -> {
                    throw new IllegalStateException("on purpose");
                }))
                .expectErrorSatisfies(error -> assertThat(error)
                        .isInstanceOf(IllegalStateException.class)
                        .hasMessage("on purpose"))
                .verify();
        assertThat(inWork()).isZero();
    }

    private static int waitFor(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return 0;
    }

    private double inWork() {
        return meters.get("freshet.work.bodies").gauge().value();
    }
}
