package io.freshet.task.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.freshet.contracts.JsonMapping;
import io.freshet.contracts.QuotaKind;
import io.freshet.contracts.Selector;
import io.freshet.contracts.TaskId;
import io.freshet.contracts.TaskKind;
import io.freshet.contracts.admission.AdmissionRequest;
import io.freshet.contracts.admission.IdempotencyConflict;
import io.freshet.contracts.admission.TaskToAdmit;
import io.freshet.contracts.batch.BadLine;
import io.freshet.contracts.batch.BadLinePage;
import io.freshet.contracts.batch.BatchChunk;
import io.freshet.contracts.batch.BatchEnd;
import io.freshet.contracts.batch.BatchId;
import io.freshet.contracts.batch.BatchPage;
import io.freshet.contracts.batch.BatchToOpen;
import io.freshet.contracts.batch.BatchView;
import io.freshet.contracts.batch.EndedBatch;
import io.freshet.contracts.batch.OnError;
import io.freshet.contracts.batch.OpenedBatch;
import io.freshet.contracts.batch.RecordedChunk;
import io.freshet.contracts.batch.RecordedChunk.ChunkOutcome;
import io.freshet.contracts.batch.UploadProgress;
import io.freshet.contracts.batch.UploadState;
import io.freshet.contracts.message.MessageFormat;
import io.freshet.contracts.message.RefreshCommand;
import io.freshet.contracts.message.Topics;
import io.freshet.contracts.task.TaskStatus;
import io.freshet.task.MovableClock;
import io.freshet.task.Service;
import io.freshet.task.Service.Answer;
import io.freshet.task.ServiceTest;
import io.freshet.task.TaskIds;
import io.freshet.task.TopicReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Uploads as gateways record them. */
@ServiceTest
class UploadsTest {

    private static final Duration SOON = Duration.ofSeconds(30);
    private static final int LIMIT = 10;

    @Autowired
    Service service;

    @Autowired
    TopicReader topics;

    @Autowired
    MovableClock clock;

    @Autowired
    AbandonedUploadSweeper sweeper;

    @Autowired
    JdbcClient jdbc;

    final String account = "account-" + UUID.randomUUID();
    final List<TaskId> tasks = new ArrayList<>();

    @AfterEach
    void now() {
        clock.setAhead(Duration.ZERO);
    }

    @Test
    void chunk_of_a_skipping_batch_is_admitted_and_published_during_the_upload() {
        OpenedBatch batch = opened(OnError.SKIP, null);
        assertThat(view(batch)).returns(TaskStatus.PENDING, BatchView::status);
        assertThat(record(batch, 0, 4).outcome()).isEqualTo(ChunkOutcome.RECORDED);
        assertThat(service.used(account, QuotaKind.URL)).isEqualTo(4);
        awaitPublished(tasks.getFirst());
        awaitObjects(tasks.getFirst(), 4);
        record(batch, 1, 2);
        BatchView ended = end(batch, UploadState.RECEIVED, 2).batch();
        assertThat(ended.upload()).isEqualTo(UploadState.RECEIVED);
        assertThat(ended.objectCount()).isEqualTo(6);
        assertThat(ended.tasks()).containsExactly(Map.entry(TaskStatus.PENDING, 2));
        assertThat(ended.receivedAt()).isNotNull();
        awaitObjects(tasks.getLast(), 2);
        assertThat(service.used(account, QuotaKind.URL)).isEqualTo(6);
        assertThat(staged(batch)).isZero();
    }

    @Test
    void nothing_of_a_refusing_batch_is_admitted_or_published_before_its_end() {
        OpenedBatch batch = opened(OnError.REFUSE, null);
        record(batch, 0, 4);
        record(batch, 1, 5);
        assertThat(staged(batch)).isEqualTo(2);
        assertThat(service.used(account, QuotaKind.URL)).isZero();
        assertThat(service.tasks(account, "").tasks()).isEmpty();
        assertThat(view(batch).objectCount()).isZero();
        assertThat(end(batch, UploadState.RECEIVED, 2).batch().objectCount()).isEqualTo(9);
        assertThat(service.used(account, QuotaKind.URL)).isEqualTo(9);
        tasks.forEach(this::awaitPublished);
        await().atMost(SOON).until(() -> staged(batch) == 0);
        awaitObjects(tasks.getLast(), 5);
        assertThat(service.used(account, QuotaKind.URL)).isEqualTo(9);
    }

    @Test
    void refusing_batch_over_the_quota_charges_and_publishes_nothing() {
        OpenedBatch batch = opened(OnError.REFUSE, "key");
        record(batch, 0, 6);
        record(batch, 1, 6);
        EndedBatch ended = end(batch, UploadState.RECEIVED, 2);
        assertThat(ended.quota()).isNotNull().returns(12L, quota -> quota.requested());
        assertThat(ended.batch())
                .returns(UploadState.REFUSED, BatchView::upload)
                .returns(TaskStatus.FAILED, BatchView::status)
                .returns(0L, BatchView::objectCount);
        assertThat(service.used(account, QuotaKind.URL)).isZero();
        assertThat(staged(batch)).isZero();
        assertThat(service.tasks(account, "").tasks()).isEmpty();
        assertThat(opened(OnError.REFUSE, "key").batchId())
                .as("the key is free")
                .isNotEqualTo(batch.batchId());
    }

    @Test
    void refusing_batch_whose_gateway_stopped_ends_as_interrupted_with_nothing_done() {
        OpenedBatch batch = opened(OnError.REFUSE, "key");
        record(batch, 0, 4);
        clock.setAhead(Duration.ofSeconds(110));
        sweeper.run();
        assertThat(view(batch).upload()).isEqualTo(UploadState.RECEIVING);
        clock.setAhead(Duration.ofSeconds(130));
        sweeper.run();
        assertThat(view(batch))
                .returns(UploadState.INTERRUPTED, BatchView::upload)
                .returns(TaskStatus.FAILED, BatchView::status)
                .returns("The gateway that received the upload has stopped.", BatchView::description);
        assertThat(staged(batch)).isZero();
        assertThat(record(batch, 1, 1)).returns(ChunkOutcome.ENDED, RecordedChunk::outcome);
        assertThat(end(batch, UploadState.RECEIVED, 1).batch().upload()).isEqualTo(UploadState.INTERRUPTED);
        assertThat(service.used(account, QuotaKind.URL)).isZero();
        assertThat(topics.withKey(Topics.PURGE_COMMANDS, tasks.getFirst().toString()))
                .isEmpty();
    }

    @Test
    void skipping_batch_whose_gateway_stopped_keeps_what_was_accepted() {
        OpenedBatch batch = opened(OnError.SKIP, null);
        record(batch, 0, 4);
        clock.setAhead(Duration.ofSeconds(130));
        sweeper.run();
        assertThat(view(batch))
                .returns(UploadState.INTERRUPTED, BatchView::upload)
                .returns(TaskStatus.PENDING, BatchView::status)
                .returns(4L, BatchView::objectCount);
        awaitPublished(tasks.getFirst());
    }

    @Test
    void chunk_over_the_quota_changes_nothing_and_keeps_the_earlier_ones() {
        OpenedBatch batch = opened(OnError.SKIP, null);
        record(batch, 0, 7);
        RecordedChunk refused = record(batch, 1, 4);
        assertThat(refused.outcome()).isEqualTo(ChunkOutcome.OVER_QUOTA);
        assertThat(refused.quota()).isNotNull().returns(3L, quota -> quota.remaining());
        assertThat(record(batch, 1, 3).outcome()).as("its index is free").isEqualTo(ChunkOutcome.RECORDED);
        assertThat(service.used(account, QuotaKind.URL)).isEqualTo(10);
        assertThat(view(batch).objectCount()).isEqualTo(10);
    }

    @Test
    void repeated_chunk_is_charged_and_published_once_and_another_one_conflicts() {
        OpenedBatch batch = opened(OnError.SKIP, null);
        record(batch, 0, 4);
        awaitPublished(tasks.getFirst());
        assertThat(record(batch, 0, 4).outcome()).isEqualTo(ChunkOutcome.RECORDED);
        assertThat(record(batch, 0, 3).outcome()).isEqualTo(ChunkOutcome.CONFLICT);
        assertThat(service.used(account, QuotaKind.URL)).isEqualTo(4);
        assertThat(service.tasks(account, "").tasks()).hasSize(1);
    }

    @Test
    void repeated_upload_with_the_same_key_is_a_replay_and_charged_once() {
        OpenedBatch first = opened(OnError.SKIP, "key");
        record(first, 0, 4);
        end(first, UploadState.RECEIVED, 1);
        OpenedBatch again = opened(OnError.SKIP, "key");
        assertThat(again)
                .returns(first.batchId(), OpenedBatch::batchId)
                .returns(first.requestId(), OpenedBatch::requestId)
                .returns(UploadState.RECEIVED, OpenedBatch::upload);
        assertThat(record(again, 0, 4).outcome()).isEqualTo(ChunkOutcome.RECORDED);
        assertThat(record(again, 1, 1).outcome()).as("a further chunk").isEqualTo(ChunkOutcome.CONFLICT);
        assertThat(end(again, UploadState.RECEIVED, 1).isConflict()).isFalse();
        assertThat(end(again, UploadState.RECEIVED, 0).isConflict())
                .as("fewer chunks")
                .isTrue();
        assertThat(service.used(account, QuotaKind.URL)).isEqualTo(4);
        assertThat(view(first).objectCount()).isEqualTo(4);
    }

    @Test
    void repeated_upload_of_a_refusing_batch_is_a_replay_and_charged_once() {
        OpenedBatch first = opened(OnError.REFUSE, "key");
        record(first, 0, 4);
        end(first, UploadState.RECEIVED, 1);
        OpenedBatch again = opened(OnError.REFUSE, "key");
        assertThat(again.upload()).isEqualTo(UploadState.RECEIVED);
        record(again, 0, 4);
        assertThat(end(again, UploadState.RECEIVED, 1))
                .returns(false, EndedBatch::isConflict)
                .extracting(EndedBatch::batch)
                .returns(4L, BatchView::objectCount);
        assertThat(service.used(account, QuotaKind.URL)).isEqualTo(4);
    }

    @Test
    void upload_with_the_key_of_an_interrupted_one_resumes_it() {
        OpenedBatch first = opened(OnError.SKIP, "key");
        record(first, 0, 4);
        end(first, UploadState.INTERRUPTED, 1);
        assertThat(view(first).upload()).isEqualTo(UploadState.INTERRUPTED);
        OpenedBatch again = opened(OnError.SKIP, "key");
        assertThat(again)
                .returns(first.batchId(), OpenedBatch::batchId)
                .returns(UploadState.RECEIVING, OpenedBatch::upload);
        record(again, 0, 4);
        record(again, 1, 3);
        assertThat(end(again, UploadState.RECEIVED, 2).batch())
                .returns(UploadState.RECEIVED, BatchView::upload)
                .returns(7L, BatchView::objectCount);
        assertThat(service.used(account, QuotaKind.URL)).isEqualTo(7);
    }

    @Test
    void cancelled_batch_accepts_no_more_and_cancels_its_tasks_once() {
        OpenedBatch batch = opened(OnError.SKIP, "key");
        record(batch, 0, 4);
        awaitPublished(tasks.getFirst());
        awaitObjects(tasks.getFirst(), 4);
        BatchView cancelled = cancel(batch);
        assertThat(cancelled)
                .returns(UploadState.CANCELLED, BatchView::upload)
                .returns(TaskStatus.CANCELLED, BatchView::status)
                .returns(Map.of(TaskStatus.CANCELLED, 1), BatchView::tasks);
        assertThat(cancelled.finishedAt()).isNotNull();
        awaitCancellations(tasks.getFirst(), 1);
        assertThat(record(batch, 1, 1))
                .returns(ChunkOutcome.ENDED, RecordedChunk::outcome)
                .returns(UploadState.CANCELLED, RecordedChunk::upload);
        assertThat(end(batch, UploadState.RECEIVED, 1).batch().upload()).isEqualTo(UploadState.CANCELLED);
        assertThat(opened(OnError.SKIP, "key")).returns(UploadState.CANCELLED, OpenedBatch::upload);

        assertThat(cancel(batch)).isEqualTo(cancelled);
        awaitCancellations(tasks.getFirst(), 1);
        clock.setAhead(Duration.ofMinutes(1));
        await().atMost(SOON).until(() -> service.used(account, QuotaKind.URL) == 0);
    }

    @Test
    void commands_of_a_cancelled_refusing_batch_are_never_published() {
        OpenedBatch batch = opened(OnError.REFUSE, null);
        record(batch, 0, 4);
        assertThat(cancel(batch)).returns(TaskStatus.CANCELLED, BatchView::status);
        assertThat(staged(batch)).isZero();
        assertThat(end(batch, UploadState.RECEIVED, 1).batch())
                .returns(UploadState.CANCELLED, BatchView::upload)
                .returns(0L, BatchView::objectCount);
        assertThat(service.used(account, QuotaKind.URL)).isZero();
        assertThat(topics.withKey(Topics.PURGE_COMMANDS, tasks.getFirst().toString()))
                .isEmpty();
    }

    @Test
    void cancellation_leaves_finished_and_foreign_batches_as_they_are() {
        OpenedBatch refused = opened(OnError.REFUSE, null);
        end(refused, UploadState.REFUSED, 0);
        assertThat(cancel(refused))
                .returns(UploadState.REFUSED, BatchView::upload)
                .returns(TaskStatus.FAILED, BatchView::status);
        OpenedBatch batch = opened(OnError.SKIP, null);
        assertThat(service.post("/batches/" + batch.batchId() + "/cancel?account=another", "")
                        .status())
                .isEqualTo(404);
        assertThat(view(batch).upload()).isEqualTo(UploadState.RECEIVING);
    }

    private BatchView cancel(OpenedBatch batch) {
        return service.post("/batches/" + batch.batchId() + "/cancel?account=" + account, "")
                .as(BatchView.class);
    }

    private void awaitCancellations(TaskId task, int count) {
        await().atMost(SOON)
                .until(() -> jdbc.sql("select count(*) from batch_cancellation")
                                .query(Integer.class)
                                .single()
                        == 0);
        await().atMost(SOON)
                .until(() -> topics.withKey(Topics.TASK_CANCELLATIONS, task.toString())
                                .size()
                        == count);
    }

    @Test
    void key_of_another_request_is_a_conflict() {
        OpenedBatch batch = opened(OnError.SKIP, "key");
        Answer other = open(OnError.SKIP, "key", "other options", null);
        assertThat(other.status()).isEqualTo(409);
        assertThat(other.error(IdempotencyConflict.class).requestId()).isEqualTo(batch.requestId());
        assertThat(service.admit(Service.request(account, "key", LIMIT, TaskIds.next(), 1))
                        .status())
                .isEqualTo(409);
        service.admitted(Service.request(account, "single", LIMIT, TaskIds.next(), 1));
        assertThat(open(OnError.SKIP, "single", "hash", null).status()).isEqualTo(409);
    }

    @Test
    void batch_beyond_the_rate_limit_is_refused() {
        assertThat(open(OnError.SKIP, null, "hash", 1).status()).isEqualTo(200);
        assertThat(open(OnError.SKIP, null, "hash", 1).status()).isEqualTo(429);
    }

    @Test
    void progress_and_bad_lines_are_stored_once() {
        OpenedBatch batch = opened(OnError.SKIP, null);
        BadLine bad = new BadLine(2, "starts with neither http:// nor https://", "ftp://x");
        report(batch, new UploadProgress(5, 1, 2, List.of(bad)));
        report(batch, new UploadProgress(5, 1, 2, List.of(bad)));
        assertThat(view(batch))
                .returns(5, BatchView::lineCount)
                .returns(1, BatchView::badLineCount)
                .returns(2, BatchView::duplicateCount);
        assertThat(badLines(batch, "").lines()).containsExactly(bad);
    }

    @Test
    void batches_their_tasks_and_their_bad_lines_are_listed_in_pages() {
        OpenedBatch older = opened(OnError.SKIP, null);
        OpenedBatch newer = opened(OnError.SKIP, null);
        record(newer, 0, 1);
        TaskId other = TaskIds.next();
        service.admitted(Service.request(account, null, LIMIT, other, 1));
        report(
                newer,
                new UploadProgress(
                        3,
                        3,
                        0,
                        IntStream.rangeClosed(1, 3)
                                .mapToObj(line -> new BadLine(line, "bad", ""))
                                .toList()));
        BatchPage page = service.get("/batches?limit=1&account=" + account).as(BatchPage.class);
        assertThat(page.batches()).extracting(BatchView::batchId).containsExactly(newer.batchId());
        page = service.get("/batches?limit=1&account=" + account + "&pageToken=" + page.nextPageToken())
                .as(BatchPage.class);
        assertThat(page.batches()).extracting(BatchView::batchId).containsExactly(older.batchId());
        assertThat(page.nextPageToken()).isNull();
        assertThat(service.tasks(account, "&batchId=" + newer.batchId()).tasks())
                .extracting(task -> task.taskId())
                .containsExactly(tasks.getFirst());
        BadLinePage lines = badLines(newer, "&limit=2");
        assertThat(lines.lines()).extracting(BadLine::line).containsExactly(1, 2);
        assertThat(badLines(newer, "&pageToken=" + lines.nextPageToken()).lines())
                .extracting(BadLine::line)
                .containsExactly(3);
        assertThat(service.get("/batches/" + newer.batchId() + "?account=another")
                        .status())
                .isEqualTo(404);
        assertThat(service.get("/batches/" + newer.batchId() + "/errors?account=another")
                        .status())
                .isEqualTo(404);
        assertThat(service.get("/batches/none?account=" + account).status()).isEqualTo(400);
    }

    private OpenedBatch opened(OnError onError, @Nullable String key) {
        return open(onError, key, "hash of the options", null).as(OpenedBatch.class);
    }

    private Answer open(OnError onError, @Nullable String key, String hash, @Nullable Integer rate) {
        return service.post(
                "/batches",
                json(new BatchToOpen(
                        new BatchId(TaskIds.next().value()),
                        onError,
                        new AdmissionRequest(
                                account,
                                key,
                                hash,
                                UUID.randomUUID(),
                                TaskKind.REFRESH,
                                Selector.URL,
                                LIMIT,
                                Instant.now(),
                                List.of(),
                                null,
                                rate))));
    }

    private RecordedChunk record(OpenedBatch batch, int index, int objects) {
        TaskId task = TaskIds.next();
        tasks.add(task);
        List<String> urls = IntStream.range(0, objects)
                .mapToObj(i -> "https://www.example.com/" + index + '/' + i)
                .toList();
        RefreshCommand command = new RefreshCommand(
                task,
                account,
                "www.example.com",
                Selector.URL,
                urls,
                false,
                Instant.now(),
                null,
                batch.requestId(),
                null);
        return record(
                batch,
                new BatchChunk(
                        account,
                        new UploadProgress(0, 0, 0, List.of()),
                        new BatchChunk.ChunkTask(
                                index,
                                String.join(" ", urls),
                                request(batch, List.of(new TaskToAdmit(task, "www.example.com", objects))),
                                MessageFormat.typeOf(command),
                                new String(MessageFormat.write(command), StandardCharsets.UTF_8))));
    }

    private void report(OpenedBatch batch, UploadProgress progress) {
        record(batch, new BatchChunk(account, progress, null));
    }

    private RecordedChunk record(OpenedBatch batch, BatchChunk chunk) {
        return service.post("/batches/" + batch.batchId() + "/chunks", json(chunk))
                .as(RecordedChunk.class);
    }

    private EndedBatch end(OpenedBatch batch, UploadState outcome, int chunks) {
        return service.post(
                        "/batches/" + batch.batchId() + "/end",
                        json(new BatchEnd(
                                outcome,
                                outcome == UploadState.RECEIVED ? null : "reason",
                                chunks,
                                request(batch, List.of()),
                                new UploadProgress(0, 0, 0, List.of()))))
                .as(EndedBatch.class);
    }

    private AdmissionRequest request(OpenedBatch batch, List<TaskToAdmit> tasks) {
        return new AdmissionRequest(
                account, null, "", batch.requestId(), TaskKind.REFRESH, Selector.URL, LIMIT, Instant.now(), tasks);
    }

    private BatchView view(OpenedBatch batch) {
        return service.get("/batches/" + batch.batchId() + "?account=" + account)
                .as(BatchView.class);
    }

    private BadLinePage badLines(OpenedBatch batch, String query) {
        return service.get("/batches/" + batch.batchId() + "/errors?account=" + account + query)
                .as(BadLinePage.class);
    }

    private int staged(OpenedBatch batch) {
        return jdbc.sql("select count(*) from batch_command where batch_id = :id")
                .param("id", batch.batchId().value())
                .query(Integer.class)
                .single();
    }

    private void awaitPublished(TaskId task) {
        await().atMost(SOON)
                .until(() ->
                        topics.withKey(Topics.PURGE_COMMANDS, task.toString()).size() == 1);
    }

    private void awaitObjects(TaskId task, int count) {
        await().atMost(SOON)
                .until(() -> service.objects(account, task).objects().size() == count);
    }

    private static String json(Object body) {
        return JsonMapping.mapper().writeValueAsString(body);
    }
}
