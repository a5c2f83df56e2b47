package io.freshet.gateway;

import com.sun.net.httpserver.HttpExchange;
import io.freshet.contracts.JsonMapping;
import io.freshet.contracts.Selector;
import io.freshet.contracts.TaskKind;
import io.freshet.contracts.admission.AdmissionRequest;
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
import io.freshet.contracts.batch.UploadProgress;
import io.freshet.contracts.batch.UploadState;
import io.freshet.contracts.message.Command;
import io.freshet.contracts.message.MessageFormat;
import io.freshet.contracts.task.TaskStatus;
import io.freshet.gateway.TaskServiceContract.Answer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import java.util.stream.Stream;

/** The part of task-service's stub that records uploads. */
final class BatchContract {

    private static final BatchEnd EMPTY_END = new BatchEnd(
            UploadState.RECEIVED,
            null,
            1,
            new AdmissionRequest(
                    "acme", null, "", new UUID(0, 1), TaskKind.REFRESH, Selector.URL, 1, Instant.EPOCH, List.of()),
            new UploadProgress(1, 0, 0, List.of()));

    final List<BatchToOpen> opened = new CopyOnWriteArrayList<>();
    final List<BatchChunk> chunks = new CopyOnWriteArrayList<>();
    final List<BatchEnd> ends = new CopyOnWriteArrayList<>();
    /** Queries, with their parameters. */
    final List<String> queries = new CopyOnWriteArrayList<>();

    /** Status of batch 7 after a cancellation. */
    volatile TaskStatus afterCancellation = TaskStatus.CANCELLED;

    volatile Function<BatchToOpen, Answer> opening = BatchContract::open;
    volatile Function<BatchChunk, Answer> recording = _ -> recorded(RecordedChunk.ChunkOutcome.RECORDED);
    volatile Function<BatchEnd, Answer> ending = end -> ended(end, end.outcome());

    void reset() {
        opened.clear();
        chunks.clear();
        ends.clear();
        queries.clear();
        afterCancellation = TaskStatus.CANCELLED;
        opening = BatchContract::open;
        recording = _ -> recorded(RecordedChunk.ChunkOutcome.RECORDED);
        ending = end -> ended(end, end.outcome());
    }

    static Answer open(BatchToOpen batch) {
        return new Answer(200, new OpenedBatch(batch.batchId(), batch.request().requestId(), UploadState.RECEIVING));
    }

    static Answer recorded(RecordedChunk.ChunkOutcome outcome) {
        return new Answer(200, new RecordedChunk(outcome, null, UploadState.RECEIVING));
    }

    static Answer ended(BatchEnd end, UploadState upload) {
        return new Answer(200, new EndedBatch(view(upload, end), null, false));
    }

    private static BatchView view(UploadState upload, BatchEnd end) {
        return view(upload, end, TaskStatus.PENDING);
    }

    private static BatchView view(UploadState upload, BatchEnd end, TaskStatus status) {
        return new BatchView(
                new BatchId(7),
                end.request().kind(),
                end.request().selector(),
                OnError.SKIP,
                status,
                0,
                upload,
                end.progress().lines(),
                end.progress().badLines(),
                end.progress().duplicates(),
                0,
                0,
                0,
                Map.of(),
                end.reason(),
                Instant.EPOCH,
                null,
                null);
    }

    /** Returns the commands of all chunks. */
    List<Command> commands() {
        return chunks.stream()
                .map(BatchChunk::task)
                .filter(task -> task != null)
                .map(task ->
                        (Command) MessageFormat.read(task.type(), task.command().getBytes(StandardCharsets.UTF_8)))
                .toList();
    }

    /** Returns all bad lines that were reported. */
    List<BadLine> badLines() {
        return Stream.concat(
                        chunks.stream().map(BatchChunk::progress), ends.stream().map(BatchEnd::progress))
                .flatMap(progress -> progress.newBadLines().stream())
                .toList();
    }

    Answer answer(HttpExchange exchange) throws IOException {
        String[] path = exchange.getRequestURI().getPath().split("/");
        byte[] body = exchange.getRequestBody().readAllBytes();
        if (exchange.getRequestMethod().equals("GET")) {
            return query(exchange.getRequestURI().toString(), path);
        }
        if (path.length == 2) {
            BatchToOpen batch = JsonMapping.mapper().readValue(body, BatchToOpen.class);
            opened.add(batch);
            return opening.apply(batch);
        }
        if (path[3].equals("cancel")) {
            queries.add(exchange.getRequestURI().toString());
            return path[2].equals("7")
                    ? new Answer(200, view(UploadState.CANCELLED, EMPTY_END, afterCancellation))
                    : new Answer(404, Map.of());
        }
        if (path[3].equals("chunks")) {
            BatchChunk chunk = JsonMapping.mapper().readValue(body, BatchChunk.class);
            chunks.add(chunk);
            return recording.apply(chunk);
        }
        BatchEnd end = JsonMapping.mapper().readValue(body, BatchEnd.class);
        ends.add(end);
        return ending.apply(end);
    }

    /** Answers with batch 7, which has two pages of one bad line. */
    private Answer query(String uri, String[] path) {
        queries.add(uri);
        if (path.length > 2 && !path[2].equals("7")) {
            return new Answer(404, Map.of());
        }
        BatchView batch = view(UploadState.RECEIVED, EMPTY_END);
        if (path.length == 2) {
            return new Answer(200, new BatchPage(List.of(batch), null));
        }
        if (path.length == 3) {
            return new Answer(200, batch);
        }
        return uri.contains("pageToken=next")
                ? new Answer(200, new BadLinePage(List.of(new BadLine(9, "second", "=1+1")), null))
                : new Answer(200, new BadLinePage(List.of(new BadLine(3, "first", "ftp://x")), "next"));
    }
}
