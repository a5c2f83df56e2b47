package io.freshet.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

import io.freshet.contracts.QuotaKind;
import io.freshet.contracts.Selector;
import io.freshet.contracts.TaskKind;
import io.freshet.contracts.admission.IdempotencyConflict;
import io.freshet.contracts.admission.QuotaExceeded;
import io.freshet.contracts.admission.RateExceeded;
import io.freshet.contracts.batch.BadLine;
import io.freshet.contracts.batch.BatchEnd;
import io.freshet.contracts.batch.BatchToOpen;
import io.freshet.contracts.batch.EndedBatch;
import io.freshet.contracts.batch.OnError;
import io.freshet.contracts.batch.OpenedBatch;
import io.freshet.contracts.batch.RecordedChunk;
import io.freshet.contracts.batch.UploadState;
import io.freshet.contracts.message.Command;
import io.freshet.contracts.message.PushCommand;
import io.freshet.contracts.message.PushLimits;
import io.freshet.contracts.message.PushTargets;
import io.freshet.contracts.message.RefreshCommand;
import io.freshet.contracts.task.TaskStatus;
import io.freshet.gateway.TaskServiceContract.Answer;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DefaultDataBufferFactory;
import org.springframework.http.MediaType;
import org.springframework.test.web.reactive.server.WebTestClient;
import org.springframework.web.reactive.function.BodyInserters;
import reactor.core.publisher.Flux;

/** Uploads of batches, from the first byte to what task-service records. */
class BatchUploadTest {

    private static final String URL = "https://www.example.com/";
    private static final String SKIP = "?kind=refresh&onError=skip";
    private static final String REFUSE = "?kind=refresh";
    private static final int BUFFER = 4 * 1_024 * 1_024;

    private static TaskServiceContract taskService;
    private static Gateway gateway;

    @BeforeAll
    static void start() {
        taskService = new TaskServiceContract();
        gateway = Gateway.start(
                "localhost:1",
                taskService.url(),
                Map.of(
                        "freshet.gateway.blocking.body-timeout", "500ms",
                        "freshet.gateway.connections.request-timeout", "1s",
                        "freshet.gateway.batches.max-lines", "200000",
                        "freshet.gateway.batches.max-bytes", "64MB",
                        "freshet.gateway.batches.max-reported-lines", "50",
                        "freshet.gateway.batches.max-uploads-per-account", "1",
                        "freshet.gateway.batches.buffer-size", BUFFER + "B"));
    }

    @AfterEach
    void reset() {
        await().until(() -> gauge("freshet.uploads.in.progress") == 0);
        taskService.reset();
    }

    @AfterAll
    static void stop() {
        gateway.close();
        taskService.close();
    }

    @Test
    void text_lines_become_tasks_by_domain_and_bad_lines_are_reported() {
        String body = "\ufeff" + URL + "a\r\n# a comment\n\n" + URL + "a\nftp://www.example.com/b\n"
                + "http://x.img.example.com/c\nhttps://another.example/d\n  " + URL + "\u00e4  ";
        upload(SKIP, body)
                .expectStatus()
                .isAccepted()
                .expectHeader()
                .valueEquals("Location", "/v1/batches/7")
                .expectBody()
                .jsonPath("$.lineCount")
                .isEqualTo(8)
                .jsonPath("$.badLineCount")
                .isEqualTo(2)
                .jsonPath("$.duplicateCount")
                .isEqualTo(1)
                .jsonPath("$.upload")
                .isEqualTo("received");
        assertThat(taskService.batches.opened.getFirst().onError()).isEqualTo(OnError.SKIP);
        assertThat(taskService.batches.commands())
                .extracting(Command::domain)
                .containsExactly("www.example.com", "*.img.example.com");
        assertThat(taskService.batches.commands().getFirst().objects()).containsExactly(URL + "a", URL + "%C3%A4");
        assertThat(taskService.batches.badLines())
                .extracting(BadLine::line, BadLine::text)
                .containsExactly(tuple(5, "ftp://www.example.com/b"), tuple(7, "https://another.example/d"));
        assertThat(taskService.batches.badLines().getLast().error())
                .contains("which none of the account's domains covers");
    }

    @Test
    void line_of_a_domain_that_the_token_does_not_allow_is_bad() {
        gateway.as("acme-www")
                .post()
                .uri("/v1/batches" + SKIP)
                .contentType(MediaType.TEXT_PLAIN)
                .bodyValue(URL + "a\nhttps://x.img.example.com/b\n")
                .exchange()
                .expectStatus()
                .isAccepted();
        assertThat(taskService.batches.commands()).extracting(Command::domain).containsExactly("www.example.com");
        assertThat(taskService.batches.badLines())
                .singleElement()
                .extracting(BadLine::error)
                .isEqualTo("is of x.img.example.com, a domain of the account that the token does not allow");
    }

    @Test
    void batch_with_a_bad_line_is_refused_with_all_bad_lines() {
        upload(REFUSE, lines(2_500) + "ftp://x\n" + lines(2_000) + "ftp://y\n")
                .expectStatus()
                .isBadRequest()
                .expectBody()
                .jsonPath("$.type")
                .isEqualTo("urn:freshet:problem:invalid-request")
                .jsonPath("$.batchId")
                .exists()
                .jsonPath("$.badLineCount")
                .isEqualTo(2)
                .jsonPath("$.errors[0].line")
                .isEqualTo(2_501)
                .jsonPath("$.errors[0].detail")
                .isEqualTo("starts with neither http:// nor https://")
                .jsonPath("$.errors[1].line")
                .isEqualTo(4_502);
        assertThat(taskService.batches.commands()).as("none after the bad line").hasSize(2);
        assertThat(end().outcome()).isEqualTo(UploadState.REFUSED);
        assertThat(end().reason()).isEqualTo("2 lines are invalid.");
    }

    @Test
    void lines_are_split_into_tasks_that_have_all_of_them_once() {
        upload(SKIP, lines(10_500)).expectStatus().isAccepted();
        List<Command> commands = taskService.batches.commands();
        assertThat(commands).hasSize(11).allMatch(command -> command.objects().size() <= 1_000);
        assertThat(commands.stream().flatMap(command -> command.objects().stream()))
                .hasSize(10_500)
                .doesNotHaveDuplicates();
        assertThat(commands)
                .extracting(Command::requestId)
                .containsOnly(taskService.batches.opened.getFirst().request().requestId());
        assertThat(commands).extracting(Command::taskId).doesNotHaveDuplicates();
        assertThat(taskService.batches.chunks)
                .extracting(chunk -> Objects.requireNonNull(chunk.task()).index())
                .isEqualTo(IntStream.range(0, 11).boxed().toList());
        assertThat(end().chunks()).isEqualTo(11);
    }

    @Test
    void options_are_those_of_the_tasks() {
        upload("?kind=push&tier=l1&headers={headers}", lines(1_200), "{\"accept-encoding\": [\"gzip\", \"br\"]}")
                .expectStatus()
                .isAccepted();
        assertThat(taskService.batches.commands()).hasSize(3).allSatisfy(command -> {
            PushCommand push = (PushCommand) command;
            assertThat(push.tier()).isEqualTo("l1");
            assertThat(push.headers()).isEqualTo(Map.of("Accept-Encoding", List.of("gzip", "br")));
        });
        assertThat(end().request().quotaLimit()).isEqualTo(500);
        taskService.reset();
        upload("?kind=refresh&type=directory&soft=true", URL + "d/\n")
                .expectStatus()
                .isAccepted();
        assertThat(((RefreshCommand) taskService.batches.commands().getFirst()).soft())
                .isTrue();
        taskService.reset();
        upload("?kind=refresh&type=ignore-query", URL + "a?b=1\n" + URL + "a?b=2\n")
                .expectStatus()
                .isAccepted();
        assertThat(taskService.batches.commands()).singleElement().satisfies(command -> {
            RefreshCommand refresh = (RefreshCommand) command;
            assertThat(refresh.selector()).isEqualTo(Selector.IGNORE_QUERY);
            assertThat(refresh.objects()).containsExactly(URL + "a");
        });
    }

    @Test
    void line_with_a_tag_is_an_object_of_each_domain_or_of_the_one_that_is_named() {
        upload("?kind=refresh&type=tag&onError=skip", "news\nproduct-1\nnews\na,b\n")
                .expectStatus()
                .isAccepted();
        assertThat(taskService.batches.commands().stream().map(Command::objects))
                .containsExactly(
                        List.of("www.example.com#news", "www.example.com#product-1"),
                        List.of("*.img.example.com#news", "*.img.example.com#product-1"),
                        List.of("localhost:9000#news", "localhost:9000#product-1"));
        assertThat(end().progress().duplicates()).isEqualTo(1);
        assertThat(end().progress().badLines()).isEqualTo(1);
        assertThat(end().request().quotaLimit()).isEqualTo(10_000);
        taskService.reset();
        upload("?kind=refresh&type=tag&domain=a.img.example.com", "news\n")
                .expectStatus()
                .isAccepted();
        assertThat(taskService.batches.commands())
                .singleElement()
                .satisfies(command -> assertThat(command.objects()).containsExactly("a.img.example.com#news"));
    }

    @Test
    void line_whose_objects_all_exceed_the_quota_counts_once() {
        QuotaExceeded excess =
                new QuotaExceeded(QuotaKind.TAG, 10, 10, 1, Instant.now().plusSeconds(60));
        taskService.batches.recording = _ -> new Answer(
                200, new RecordedChunk(RecordedChunk.ChunkOutcome.OVER_QUOTA, excess, UploadState.RECEIVING));
        upload("?kind=refresh&type=tag&onError=skip", "a\nb\n").expectStatus().isEqualTo(429);
        assertThat(end().progress().badLines()).isEqualTo(2);
    }

    @Test
    void batch_of_pushes_has_the_options_of_a_push_for_each_task() {
        Instant start = Instant.now().plusSeconds(3_600).truncatedTo(ChronoUnit.SECONDS);
        upload("?kind=push&tiers=l2,l1&requestsPerSecond=20&bytesPerSecond=1000000&startAt=" + start, lines(600))
                .expectStatus()
                .isAccepted();
        assertThat(taskService.batches.commands()).hasSize(2).allSatisfy(command -> {
            PushCommand push = (PushCommand) command;
            assertThat(push.startAt()).isEqualTo(start);
            assertThat(push.limits()).isEqualTo(new PushLimits(null, 20, 1_000_000L));
            assertThat(push.targets()).isEqualTo(new PushTargets(List.of("l2", "l1"), null, List.of()));
        });
    }

    @Test
    void invalid_options_are_refused_before_the_body_is_read() {
        for (String query : List.of(
                "",
                "?kind=purge",
                "?kind=refresh&tier=l1",
                "?kind=push&tier=none",
                "?kind=push&type=directory",
                "?kind=push&nodes=l9",
                "?kind=push&tiers=l1,l2",
                "?kind=push&startAt=2020-01-01T00:00:00Z",
                "?kind=push&requestsPerSecond=0",
                "?kind=refresh&startAt=2030-01-01T00:00:00Z",
                "?kind=push&soft=true",
                "?kind=refresh&type=everything",
                "?kind=refresh&domain=www.example.com",
                "?kind=refresh&type=tag&domain=www.example.org",
                "?kind=push&type=tag",
                "?kind=refresh&soft=yes",
                "?kind=refresh&onerror=skip",
                "?kind=push&headers=%7B%22Host%22:%5B%22x%22%5D%7D")) {
            upload(query, "x").expectStatus().isBadRequest();
        }
        gateway.as("acme")
                .post()
                .uri("/v1/batches" + SKIP)
                .contentType(MediaType.APPLICATION_JSON)
                .bodyValue("{}")
                .exchange()
                .expectStatus()
                .isEqualTo(415);
        assertThat(taskService.batches.opened).isEmpty();
    }

    @Test
    void empty_batch_is_refused() {
        upload(SKIP, "\n# nothing\n")
                .expectStatus()
                .isBadRequest()
                .expectBody()
                .jsonPath("$.detail")
                .isEqualTo("The body has no line with an object.");
        assertThat(end().outcome()).isEqualTo(UploadState.REFUSED);
    }

    @Test
    void ndjson_is_read_from_gzip_of_several_members() throws IOException {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        for (int member = 0; member < 3; member++) {
            int from = member * 40_000;
            body.write(gzip(IntStream.range(from, from + 40_000)
                    .mapToObj(i -> i % 2 == 0 ? "\"" + URL + i + "\"\n" : "{\"object\": \"" + URL + i + "\"}\n")
                    .collect(Collectors.joining())
                    .getBytes(UTF_8)));
        }
        send("acme", SKIP, "application/x-ndjson", "gzip", Flux.just(buffer(body.toByteArray())))
                .expectStatus()
                .isAccepted()
                .expectBody()
                .jsonPath("$.lineCount")
                .isEqualTo(120_000)
                .jsonPath("$.badLineCount")
                .isEqualTo(0);
        assertThat(taskService.batches.commands()).hasSize(120);
    }

    @Test
    void damaged_gzip_interrupts_the_upload() throws IOException {
        byte[] whole = gzip(lines(50_000).getBytes(UTF_8));
        byte[] half = Arrays.copyOf(whole, whole.length / 2);
        send("acme", SKIP, "text/plain", "gzip", Flux.just(buffer(half)))
                .expectStatus()
                .isBadRequest()
                .expectBody()
                .jsonPath("$.detail")
                .value(String.class, detail -> assertThat(detail).contains("gzip data is damaged after line"));
        assertThat(end().outcome()).isEqualTo(UploadState.INTERRUPTED);
        send("acme", SKIP, "text/plain", "gzip", Flux.just(buffer("no gzip".getBytes(UTF_8))))
                .expectStatus()
                .isBadRequest();
        send("acme", SKIP, "text/plain", "br", Flux.just(buffer("x".getBytes(UTF_8))))
                .expectStatus()
                .isEqualTo(415);
    }

    @Test
    void gzip_bomb_and_too_many_lines_are_interrupted_with_413() throws IOException {
        ByteArrayOutputStream bomb = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(bomb)) {
            for (int i = 0; i < 300; i++) {
                gzip.write(new byte[1_000_000]);
            }
        }
        send("acme", SKIP, "text/plain", "gzip", Flux.just(buffer(bomb.toByteArray())))
                .expectStatus()
                .isEqualTo(413);
        assertThat(end().outcome()).isEqualTo(UploadState.INTERRUPTED);
        upload(SKIP, "\n".repeat(200_001))
                .expectStatus()
                .isEqualTo(413)
                .expectBody()
                .jsonPath("$.detail")
                .isEqualTo("The batch has more than 200000 lines.");
    }

    @Test
    void endless_line_and_binary_data_are_bad_lines() {
        upload(SKIP, URL + "x".repeat(10_000_000) + '\n' + URL + "a\n\u0000\u0001\u0002\n")
                .expectStatus()
                .isAccepted()
                .expectBody()
                .jsonPath("$.badLineCount")
                .isEqualTo(2);
        assertThat(taskService.batches.badLines().getFirst().error()).isEqualTo("is longer than 8192 bytes");
        assertThat(taskService.batches.badLines().getLast())
                .returns(3, BadLine::line)
                .returns("\ufffd\ufffd\ufffd", BadLine::text);
    }

    @Test
    void bad_lines_beyond_the_report_are_counted() {
        upload(SKIP, URL + "a\n" + "x\n".repeat(1_000))
                .expectStatus()
                .isAccepted()
                .expectBody()
                .jsonPath("$.badLineCount")
                .isEqualTo(1_000);
        assertThat(taskService.batches.badLines()).hasSize(50);
    }

    @Test
    void lines_after_the_quota_are_refused_and_reported_if_bad_lines_are_skipped() {
        QuotaExceeded excess = new QuotaExceeded(QuotaKind.URL, 2_000, 2_000, 1_000, Instant.now());
        taskService.batches.recording = chunk -> Objects.requireNonNull(chunk.task())
                                .index()
                        < 2
                ? BatchContract.recorded(RecordedChunk.ChunkOutcome.RECORDED)
                : new Answer(
                        200, new RecordedChunk(RecordedChunk.ChunkOutcome.OVER_QUOTA, excess, UploadState.RECEIVING));
        upload(SKIP, lines(3_500))
                .expectStatus()
                .isAccepted()
                .expectBody()
                .jsonPath("$.badLineCount")
                .isEqualTo(1_500)
                .jsonPath("$.description")
                .isEqualTo("The daily quota of 2000 was exceeded.");
        assertThat(taskService.batches.chunks).hasSize(3);
        assertThat(taskService.batches.badLines().getFirst())
                .isEqualTo(new BadLine(2_001, "exceeds the daily quota of 2000", URL + "2000"));
        assertThat(end()).returns(2, BatchEnd::chunks).returns(UploadState.RECEIVED, BatchEnd::outcome);
    }

    @Test
    void batch_that_exceeds_the_quota_from_the_start_gets_429() {
        QuotaExceeded excess = new QuotaExceeded(
                QuotaKind.URL, 2_000, 2_000, 1_000, Instant.now().plusSeconds(60));
        taskService.batches.recording = _ -> new Answer(
                200, new RecordedChunk(RecordedChunk.ChunkOutcome.OVER_QUOTA, excess, UploadState.RECEIVING));
        upload(SKIP, lines(10))
                .expectStatus()
                .isEqualTo(429)
                .expectBody()
                .jsonPath("$.type")
                .isEqualTo("urn:freshet:problem:quota-exceeded");
        assertThat(end().outcome()).isEqualTo(UploadState.REFUSED);
        taskService.reset();
        taskService.batches.ending = end -> new Answer(
                200,
                new EndedBatch(
                        ((EndedBatch) BatchContract.ended(end, UploadState.REFUSED)
                                        .body())
                                .batch(),
                        excess,
                        false));
        upload(REFUSE, lines(10)).expectStatus().isEqualTo(429);
    }

    @Test
    void repeated_upload_is_marked_and_other_lines_conflict() {
        taskService.batches.opening = batch ->
                new Answer(200, new OpenedBatch(batch.batchId(), batch.request().requestId(), UploadState.RECEIVED));
        gateway.as("acme")
                .post()
                .uri("/v1/batches" + SKIP)
                .header("Idempotency-Key", "key")
                .contentType(MediaType.TEXT_PLAIN)
                .bodyValue(lines(10))
                .exchange()
                .expectStatus()
                .isAccepted()
                .expectHeader()
                .valueEquals("Idempotency-Replayed", "true");
        assertThat(taskService.batches.opened.getFirst().request().idempotencyKey())
                .isEqualTo("key");
        taskService.batches.recording = _ -> BatchContract.recorded(RecordedChunk.ChunkOutcome.CONFLICT);
        assertProblem(upload(SKIP, lines(10)), 409, "idempotency-key-reused");
        taskService.reset();
        taskService.batches.ending = end -> new Answer(
                200,
                new EndedBatch(
                        ((EndedBatch) BatchContract.ended(end, UploadState.RECEIVED)
                                        .body())
                                .batch(),
                        null,
                        true));
        assertProblem(upload(SKIP, lines(10)), 409, "idempotency-key-reused");
    }

    @Test
    void refusals_to_open_a_batch_are_problems() {
        taskService.batches.opening = _ -> new Answer(
                409, new IdempotencyConflict(new UUID(0, 1), Instant.now().plusSeconds(9)));
        assertProblem(upload(SKIP, lines(1)), 409, "idempotency-key-reused");
        taskService.batches.opening =
                _ -> new Answer(429, new RateExceeded(3, Instant.now().plusSeconds(9)));
        assertProblem(upload(SKIP, lines(1)), 429, "rate-limited");
        taskService.reset();
        taskService.batches.recording =
                _ -> new Answer(200, new RecordedChunk(RecordedChunk.ChunkOutcome.ENDED, null, UploadState.CANCELLED));
        assertProblem(upload(SKIP, lines(1)), 409, "upload-ended");
        taskService.reset();
        taskService.batches.ending = end -> BatchContract.ended(end, UploadState.CANCELLED);
        assertProblem(upload(SKIP, lines(1)), 409, "upload-ended");
    }

    @Test
    void batch_is_cancelled_by_task_service_as_often_as_wanted() {
        for (int i = 0; i < 2; i++) {
            cancel("7", "")
                    .expectStatus()
                    .isAccepted()
                    .expectBody()
                    .jsonPath("$.status")
                    .isEqualTo("cancelled")
                    .jsonPath("$.upload")
                    .isEqualTo("cancelled");
        }
        assertThat(taskService.batches.queries)
                .containsExactly("/batches/7/cancel?account=acme", "/batches/7/cancel?account=acme");
    }

    @Test
    void batch_that_has_finished_or_does_not_exist_is_not_cancelled() {
        taskService.batches.afterCancellation = TaskStatus.COMPLETE;
        assertProblem(cancel("7", ""), 409, "not-cancellable");
        assertProblem(cancel("8", ""), 404, "not-found");
        assertProblem(cancel("none", ""), 404, "not-found");
        assertProblem(cancel("7", "{}"), 400, "invalid-request");
    }

    private static WebTestClient.ResponseSpec cancel(String batch, String body) {
        return gateway.as("acme")
                .post()
                .uri("/v1/batches/" + batch + "/cancel")
                .contentType(MediaType.APPLICATION_JSON)
                .bodyValue(body)
                .exchange();
    }

    @Test
    void options_tell_batches_with_the_same_key_apart() {
        upload(SKIP, lines(1)).expectStatus().isAccepted();
        upload(SKIP, lines(2)).expectStatus().isAccepted();
        upload(REFUSE, lines(1)).expectStatus().isAccepted();
        upload("?kind=push", lines(1)).expectStatus().isAccepted();
        List<String> hashes = taskService.batches.opened.stream()
                .map(batch -> batch.request().bodyHash())
                .toList();
        assertThat(hashes.get(1)).isEqualTo(hashes.get(0));
        assertThat(hashes.subList(1, 4)).doesNotHaveDuplicates();
        assertThat(taskService.batches.opened)
                .extracting(BatchToOpen::request)
                .extracting(request -> request.kind())
                .endsWith(TaskKind.PUSH);
    }

    @Test
    void failing_task_service_is_asked_again() {
        AtomicInteger failures = new AtomicInteger();
        taskService.batches.recording = _ -> failures.getAndIncrement() < 2
                ? new Answer(503, Map.of())
                : BatchContract.recorded(RecordedChunk.ChunkOutcome.RECORDED);
        upload(SKIP, lines(1)).expectStatus().isAccepted();
        assertThat(taskService.batches.commands())
                .hasSize(3)
                .extracting(Command::taskId)
                .as("the same chunk")
                .containsOnly(taskService.batches.commands().getFirst().taskId());
    }

    @Test
    void client_that_disconnects_interrupts_the_upload() throws IOException {
        try (RawConnection client = new RawConnection(gateway.port())) {
            client.send(head(1_000_000) + lines(1_500));
            await().until(() -> taskService.batches.chunks.size() == 1);
        }
        await().until(() -> !taskService.batches.ends.isEmpty());
        assertThat(end().outcome()).isEqualTo(UploadState.INTERRUPTED);
        assertThat(end().reason()).isEqualTo("The client disconnected after line 1500.");
    }

    @Test
    void slow_client_is_disconnected() throws IOException {
        try (RawConnection client = new RawConnection(gateway.port())) {
            client.send(head(1_000_000) + lines(1));
            await().until(() -> !taskService.batches.opened.isEmpty());
            assertThat(client.response()).isEqualTo(RawConnection.CLOSED);
        }
        await().until(() -> !taskService.batches.ends.isEmpty());
        assertThat(end().outcome()).isEqualTo(UploadState.INTERRUPTED);
    }

    @Test
    void upload_may_take_longer_than_other_requests() {
        Flux<DataBuffer> slow = Flux.interval(Duration.ofMillis(200))
                .take(15)
                .map(i -> buffer((URL + "x".repeat(900) + i + '\n').getBytes(UTF_8)));
        send("acme", SKIP, "text/plain", null, slow).expectStatus().isAccepted();
        assertThat(taskService.batches.commands().getFirst().objects()).hasSize(15);
    }

    @Test
    void upload_waits_for_task_service_without_being_held_in_memory() throws Exception {
        CountDownLatch latch = new CountDownLatch(1);
        taskService.batches.recording = _ -> {
            try {
                latch.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            return BatchContract.recorded(RecordedChunk.ChunkOutcome.RECORDED);
        };
        String block = lines(10_000);
        Thread client = Thread.startVirtualThread(() -> send(
                        "acme", SKIP, "text/plain", null, Flux.range(0, 18).map(_ -> buffer(block.getBytes(UTF_8))))
                .expectStatus()
                .isAccepted());
        await().until(() -> taskService.batches.chunks.size() == 1);
        // Longer than the timeout: the gateway itself does not read.
        await().during(Duration.ofMillis(2_500)).until(client::isAlive);
        assertThat(gauge("freshet.request.memory")).isLessThan(2 * BUFFER + 1_500_000);
        upload(REFUSE, "x").expectStatus().isEqualTo(429);
        gateway.as("other").get().uri("/v1/tasks").exchange().expectStatus().isOk();
        latch.countDown();
        client.join();
        assertThat(taskService.batches.commands()).hasSize(180);
        assertThat(gauge("freshet.request.memory")).isZero();
    }

    @Test
    void batches_and_their_bad_lines_are_queried() {
        WebTestClient client = gateway.as("acme");
        client.get()
                .uri("/v1/batches?limit=5")
                .exchange()
                .expectStatus()
                .isOk()
                .expectBody()
                .jsonPath("$.batches[0].batchId")
                .isEqualTo("7");
        client.get()
                .uri("/v1/batches/7")
                .exchange()
                .expectBody()
                .jsonPath("$.status")
                .isEqualTo("pending");
        assertThat(text(client, "/v1/batches/7/errors"))
                .isEqualTo("{\"line\":3,\"error\":\"first\",\"text\":\"ftp://x\"}\n"
                        + "{\"line\":9,\"error\":\"second\",\"text\":\"=1+1\"}\n");
        assertThat(text(client, "/v1/batches/7/errors.csv"))
                .isEqualTo("line,error,text\r\n3,first,ftp://x\r\n9,second,'=1+1\r\n");
        assertProblem(client.get().uri("/v1/batches/8").exchange(), 404, "not-found");
        assertProblem(client.get().uri("/v1/batches/none").exchange(), 404, "not-found");
        assertProblem(client.get().uri("/v1/batches/8/errors").exchange(), 404, "not-found");
        assertThat(taskService.batches.queries).allMatch(query -> query.contains("account=acme"));
        client.get().uri("/v1/tasks?batchId=7").exchange().expectStatus().isOk();
        assertThat(taskService.queries.getLast()).contains("batchId=7");
    }

    private static String text(WebTestClient client, String path) {
        return Objects.requireNonNull(client.get()
                .uri(path)
                .exchange()
                .expectStatus()
                .isOk()
                .expectBody(String.class)
                .returnResult()
                .getResponseBody());
    }

    private static void assertProblem(WebTestClient.ResponseSpec answer, int status, String type) {
        answer.expectStatus()
                .isEqualTo(status)
                .expectBody()
                .jsonPath("$.type")
                .isEqualTo("urn:freshet:problem:" + type);
    }

    private static BatchEnd end() {
        return taskService.batches.ends.getLast();
    }

    private static String lines(int count) {
        return IntStream.range(0, count).mapToObj(i -> URL + i + '\n').collect(Collectors.joining());
    }

    private static String head(int length) {
        return "POST /v1/batches" + SKIP + " HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer acme-token\r\n"
                + "Content-Type: text/plain\r\nContent-Length: " + length + "\r\n\r\n";
    }

    private static WebTestClient.ResponseSpec upload(String query, String body, Object... variables) {
        return gateway.as("acme")
                .post()
                .uri("/v1/batches" + query, variables)
                .contentType(MediaType.parseMediaType("text/plain;charset=utf-8"))
                .bodyValue(body.getBytes(UTF_8))
                .exchange();
    }

    private static WebTestClient.ResponseSpec send(
            String account, String query, String type, @Nullable String encoding, Flux<DataBuffer> body) {
        return gateway.as(account)
                .post()
                .uri("/v1/batches" + query)
                .contentType(MediaType.parseMediaType(type))
                .headers(headers -> {
                    if (encoding != null) {
                        headers.set("Content-Encoding", encoding);
                    }
                })
                .body(BodyInserters.fromDataBuffers(body))
                .exchange();
    }

    private static DataBuffer buffer(byte[] bytes) {
        return DefaultDataBufferFactory.sharedInstance.wrap(bytes);
    }

    private static byte[] gzip(byte[] bytes) throws IOException {
        ByteArrayOutputStream compressed = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(compressed)) {
            gzip.write(bytes);
        }
        return compressed.toByteArray();
    }

    private static double gauge(String name) {
        return gateway.context.getBean(MeterRegistry.class).get(name).gauge().value();
    }
}
