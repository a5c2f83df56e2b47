package io.freshet.gateway.blocking;

import static org.assertj.core.api.Assertions.assertThat;

import io.freshet.gateway.TestSettings;
import io.freshet.gateway.problem.ProblemException;
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
                    BlockingProperties.class,
                    Map.of(
                            "freshet.gateway.blocking.max-buffered-bytes", "20KB",
                            "freshet.gateway.blocking.body-timeout", "100ms")),
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
    void work_runs_on_a_thread_that_may_block() {
        Mono<byte[]> onAnEventLoop = Mono.fromSupplier(() -> new byte[7]).subscribeOn(Schedulers.parallel());
        StepVerifier.create(work.run(7, onAnEventLoop, body -> {
                    assertThat(Schedulers.isInNonBlockingThread()).isFalse();
                    return body.length;
                }))
                .expectNext(7)
                .verifyComplete();
        assertThat(bufferedBytes()).isZero();
    }

    @Test
    void request_beyond_capacity_is_refused_until_bytes_are_released() {
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
                .as("a small request fits")
                .expectNext(1)
                .verifyComplete();
        first.dispose();
        assertThat(bufferedBytes())
                .as("a disconnected client does not end its work")
                .isPositive();
        release.countDown();
        Awaitility.await().until(() -> bufferedBytes() == 0);
    }

    @Test
    void body_that_never_arrives_releases_its_bytes() {
        StepVerifier.create(work.run(100, Mono.never(), body -> body.length))
                .expectErrorSatisfies(error -> assertThat(error)
                        .isInstanceOfSatisfying(
                                ProblemException.class,
                                refused ->
                                        assertThat(refused.problem().status()).isEqualTo(408)))
                .verify(Duration.ofSeconds(30));
        Disposable gone = work.run(100, Mono.never(), body -> body.length).subscribe();
        gone.dispose();
        assertThat(bufferedBytes()).isZero();
    }

    @Test
    void failed_work_releases_its_bytes_and_passes_the_failure_on() {
        StepVerifier.create(work.run(1, Mono.just(new byte[1]), _ -> {
                    throw new IllegalStateException("on purpose");
                }))
                .expectErrorSatisfies(error -> assertThat(error)
                        .isInstanceOf(IllegalStateException.class)
                        .hasMessage("on purpose"))
                .verify();
        assertThat(bufferedBytes()).isZero();
    }

    private static int waitFor(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return 0;
    }

    private double bufferedBytes() {
        return meters.get("freshet.buffered.body").gauge().value();
    }
}
