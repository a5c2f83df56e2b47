package io.freshet.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.freshet.cluster.Pages;
import io.freshet.cluster.TestCluster;
import io.freshet.cluster.http.Answer;
import io.freshet.cluster.http.Batch;
import io.freshet.cluster.http.CacheNode;
import io.freshet.cluster.http.GatewayClient;
import io.freshet.cluster.http.Task;
import io.freshet.cluster.process.Service;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.io.SequenceInputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Enumeration;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.DoubleAccumulator;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Lists of up to a million lines, through a gateway with a heap of 256 MB. */
@ClusterTest
@Order(Order.DEFAULT + 18)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class BatchIT {

    private static final Logger log = LoggerFactory.getLogger(BatchIT.class);
    private static final int LINES = 1_000_000;
    /** One of so many lines is bad. */
    private static final int BAD = 100_000;
    /** Bytes that an upload may hold: twice its buffer of 8 MB, and what arrives. */
    private static final double UPLOAD_MEMORY = 17_500_000;

    private final TestCluster cluster;
    private final GatewayClient gateway;

    BatchIT(TestCluster cluster) {
        this.cluster = cluster;
        this.gateway = cluster.gateway();
    }

    @BeforeAll
    void abandoned_uploads_end_soon() {
        cluster.restart(
                Service.TASK_SERVICE,
                cluster.fleet(),
                Map.of("FRESHET_UPLOADS_TIMEOUT", "1m", "FRESHET_UPLOADS_CHECK_INTERVAL", "1s"));
    }

    @AfterAll
    void usual_settings() {
        cluster.restart(Service.TASK_SERVICE);
    }

    @Test
    void million_lines_are_done_and_charged_exactly_with_flat_memory() {
        Pages pages = cluster.origin().pages();
        List<String> watched = IntStream.range(0, LINES / BAD)
                .mapToObj(i -> pages.url(i * BAD + ".html"))
                .toList();
        CacheNode node = cluster.l1().getFirst();
        watched.forEach(node::get);
        pages.publish(2);
        long before = gateway.used("url");
        double heap = heap();
        long started = System.nanoTime();

        CompletableFuture<Answer> upload = gateway.uploadAsync(
                "kind=refresh&onError=skip",
                lines(LINES, i -> i % BAD == BAD - 1 ? "ftp://site.test/" + i : pages.url(i + ".html")));
        DoubleAccumulator memory = new DoubleAccumulator(Math::max, 0);
        await().atMost(Duration.ofMinutes(5)).until(() -> {
            memory.accumulate(cluster.gatewayManagement().metric("freshet_request_memory_bytes"));
            return upload.isDone();
        });
        Batch batch = upload.join().as(202, Batch.class);

        int bad = LINES / BAD;
        log.info(
                "{} lines were received in {} ms; requests held at most {} bytes, the heap {} MB before and {} after",
                LINES,
                millisSince(started),
                memory.longValue(),
                heap / 1e6,
                heap() / 1e6);
        assertThat(memory.get()).isBetween(1.0, UPLOAD_MEMORY);
        assertThat(batch)
                .returns("received", Batch::upload)
                .returns(LINES, Batch::lineCount)
                .returns(bad, Batch::badLineCount)
                .returns((long) LINES - bad, Batch::objectCount);
        assertThat(gateway.used("url")).isEqualTo(before + LINES - bad);
        Batch done = await("the batch is complete")
                .atMost(Duration.ofMinutes(10))
                .pollInterval(Duration.ofSeconds(1))
                .until(() -> seen(batch.batchId()), Batch::isComplete);
        log.info("all was done {} ms after the upload began", millisSince(started));
        assertThat(done)
                .returns(100, Batch::progress)
                .returns((long) LINES - bad, Batch::completeCount)
                .returns(0L, Batch::failedCount)
                .returns(Map.of("complete", LINES / 1_000), Batch::tasks);
        assertThat(gateway.used("url")).isEqualTo(before + LINES - bad);
        assertThat(watched).allSatisfy(url -> assertThat(node.get(url)).matches(copy -> copy.isVersion(2)));
        assertThat(gateway.get("/v1/batches/" + batch.batchId() + "/errors.csv")
                        .body()
                        .lines())
                .hasSize(1 + bad)
                .contains(BAD + ",starts with neither http:// nor https://,ftp://site.test/" + (BAD - 1));
    }

    @Test
    void batch_cancelled_in_the_middle_stops_within_two_seconds_with_exact_figures() {
        Pages pages = cluster.origin().pages();
        GatewayClient worker = cluster.managements(Service.PURGE_WORKER).getFirst();
        long before = gateway.used("url");
        CompletableFuture<Answer> upload =
                gateway.uploadAsync("kind=refresh&onError=skip", lines(LINES, i -> pages.url(i + ".html")));
        Batch batch = Waiting.eventually("the batch is being done while it arrives")
                .until(
                        () -> gateway.batches().stream()
                                .filter(it -> it.upload().equals("receiving") && it.completeCount() >= 1_000)
                                .findFirst(),
                        Optional::isPresent)
                .orElseThrow();

        Answer answer = gateway.post("/v1/batches/" + batch.batchId() + "/cancel", "");
        AtomicReference<Double> purges = new AtomicReference<>();
        await("nothing is sent later than two seconds after it")
                .during(Duration.ofSeconds(3))
                .atMost(Duration.ofSeconds(5))
                .until(() -> {
                    double now = worker.metric("freshet_purges_total");
                    return Objects.equals(purges.getAndSet(now), now);
                });

        assertThat(answer.as(202, Batch.class))
                .returns("cancelled", Batch::status)
                .returns("cancelled", Batch::upload);
        assertThat(upload)
                .as("the upload has ended: by the answer, or by the end of its connection")
                .isDone();
        Batch cancelled = Waiting.eventually("the quota is exact")
                .until(() -> gateway.batch(batch.batchId()), it -> gateway.used("url") == before + sent(it));
        log.info("{} of {} accepted objects were done", cancelled.completeCount(), cancelled.objectCount());
        assertThat(cancelled)
                .returns("cancelled", Batch::status)
                .returns(0L, Batch::failedCount)
                .matches(it -> it.completeCount() < it.objectCount() && it.objectCount() < LINES, "is a part")
                .extracting(Batch::tasks)
                .asInstanceOf(InstanceOfAssertFactories.MAP)
                .containsOnlyKeys("complete", "cancelled");
        assertThat(gateway.post("/v1/batches/" + batch.batchId() + "/cancel", "")
                        .status())
                .isEqualTo(202);
    }

    /** Objects that some node was sent: the cancellation may have come before the next tier. */
    private long sent(Batch batch) {
        return batch.completeCount()
                + gateway.cancelledTasks(batch.batchId()).stream()
                        .flatMap(task -> gateway.objects(task.taskId(), "cancelled", 1_000).stream())
                        .filter(object -> String.valueOf(object.description()).startsWith("cancelled before all nodes"))
                        .count();
    }

    /** Progress never says more than what is done. */
    private Batch seen(String batchId) {
        Batch batch = gateway.batch(batchId);
        assertThat(batch.progress() == 100).isEqualTo(batch.completeCount() == batch.objectCount());
        return batch;
    }

    @Test
    void refusing_batch_whose_gateway_is_killed_ends_as_failed_with_nothing_done() throws IOException {
        Pages pages = cluster.origin().pages();
        long before = gateway.used("url");
        PipedOutputStream sender = new PipedOutputStream();
        CompletableFuture<Answer> upload = gateway.uploadAsync("kind=refresh", new PipedInputStream(sender, 1 << 20));
        sender.write(lines(5_000, i -> pages.url(i + ".html")).readAllBytes());
        sender.flush();
        Batch batch = Waiting.eventually("lines have been recorded")
                .until(
                        () -> gateway.batches().getFirst(),
                        it -> it.upload().equals("receiving") && it.lineCount() >= 1_000);

        cluster.kill(Service.GATEWAY);
        sender.close();
        cluster.start(Service.GATEWAY);

        Batch ended = await("the upload is interrupted")
                .atMost(Duration.ofMinutes(2))
                .ignoreException(UncheckedIOException.class)
                .until(() -> gateway.batch(batch.batchId()), it -> !it.upload().equals("receiving"));
        assertThat(upload).isCompletedExceptionally();
        assertThat(ended)
                .returns("interrupted", Batch::upload)
                .returns("failed", Batch::status)
                .returns(0L, Batch::objectCount);
        assertThat(gateway.used("url")).isEqualTo(before);
        assertThat(gateway.tasksOf(pages.url("0.html"))).isEmpty();
    }

    @Test
    void refusing_batch_is_published_after_the_death_of_the_task_service_that_accepted_it() {
        Pages pages = cluster.origin().pages();
        long before = gateway.used("url");
        cluster.stopKafka();
        Batch batch;
        try {
            batch = gateway.uploadAsync("kind=refresh", lines(3_000, i -> pages.url(i + ".html")))
                    .join()
                    .as(202, Batch.class);
            cluster.kill(Service.TASK_SERVICE);
        } finally {
            cluster.startKafka();
        }
        cluster.start(Service.TASK_SERVICE);
        assertThat(await("the batch is complete")
                        .atMost(Duration.ofMinutes(2))
                        .ignoreExceptions()
                        .until(() -> gateway.batch(batch.batchId()), Batch::isComplete))
                .returns(3_000L, Batch::completeCount);
        assertThat(gateway.used("url")).isEqualTo(before + 3_000);
        assertThat(gateway.tasksOf(pages.url("0.html"))).hasSize(1).allMatch(Task::isComplete);
    }

    private double heap() {
        return cluster.gatewayManagement().metric("jvm_memory_used_bytes", "area=\"heap\"");
    }

    private static long millisSince(long nanoTime) {
        return Duration.ofNanos(System.nanoTime() - nanoTime).toMillis();
    }

    /** Returns lines that are made while they are read. */
    private static InputStream lines(int count, IntFunction<String> line) {
        Iterator<InputStream> parts = IntStream.range(0, (count + 999) / 1_000)
                .mapToObj(part -> part(part * 1_000, Math.min(count, part * 1_000 + 1_000), line))
                .iterator();
        return new SequenceInputStream(new Enumeration<>() {
            @Override
            public boolean hasMoreElements() {
                return parts.hasNext();
            }

            @Override
            public InputStream nextElement() {
                return parts.next();
            }
        });
    }

    private static InputStream part(int from, int to, IntFunction<String> line) {
        StringBuilder text = new StringBuilder();
        IntStream.range(from, to).forEach(i -> text.append(line.apply(i)).append('\n'));
        return new ByteArrayInputStream(text.toString().getBytes(StandardCharsets.UTF_8));
    }
}
