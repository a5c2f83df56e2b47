package io.freshet.task.batch;

import io.freshet.contracts.batch.BadLine;
import io.freshet.contracts.batch.BatchEnd;
import io.freshet.contracts.batch.BatchId;
import io.freshet.contracts.batch.OnError;
import io.freshet.contracts.batch.UploadProgress;
import io.freshet.contracts.batch.UploadState;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** The rows of batches. Every method runs in the caller's transaction. */
@Component
class UploadedBatches {

    private final JdbcClient jdbc;
    private final Clock clock;

    UploadedBatches(JdbcClient jdbc, Clock clock) {
        this.jdbc = jdbc;
        this.clock = clock;
    }

    /**
     * A batch whose row is locked.
     *
     * @param chunks number of chunks if all lines have been received
     */
    record LockedBatch(
            long id,
            String account,
            OnError onError,
            UUID requestId,
            @Nullable String idempotencyKey,
            UploadState upload,
            int chunks,
            int lines) {}

    /** Locks a batch; empty if the account has none with this id. */
    Optional<LockedBatch> lock(BatchId id, String account) {
        return jdbc.sql("select * from batch where id = :id and account = :account for update")
                .param("id", id.value())
                .param("account", account)
                .query((row, _) -> locked(row))
                .optional();
    }

    /** Locks uploads that no gateway has reported since then, other than those that are locked. */
    List<LockedBatch> lockAbandoned(Instant reportedBefore, int limit) {
        return jdbc.sql("""
                        select * from batch where upload = 'RECEIVING' and reported_at < :before
                        order by id limit :limit for update skip locked
                        """)
                .param("before", reportedBefore.atOffset(ZoneOffset.UTC))
                .param("limit", limit)
                .query((row, _) -> locked(row))
                .list();
    }

    private static LockedBatch locked(ResultSet row) throws SQLException {
        return new LockedBatch(
                row.getLong("id"),
                row.getString("account"),
                OnError.valueOf(row.getString("on_error")),
                row.getObject("request_id", UUID.class),
                row.getString("idempotency_key"),
                UploadState.valueOf(row.getString("upload")),
                row.getInt("chunks"),
                row.getInt("lines"));
    }

    /** Records the lines that a gateway has read. The uploads of one key may report in any order. */
    void report(LockedBatch batch, UploadProgress progress) {
        jdbc.sql("""
                        update batch set lines = greatest(lines, :lines), bad_lines = greatest(bad_lines, :badLines),
                            duplicates = greatest(duplicates, :duplicates), reported_at = :now
                        where id = :id and upload = 'RECEIVING'
                        """)
                .param("lines", progress.lines())
                .param("badLines", progress.badLines())
                .param("duplicates", progress.duplicates())
                .param("now", now())
                .param("id", batch.id())
                .update();
        if (!progress.newBadLines().isEmpty()) {
            insert(batch, progress.newBadLines());
        }
    }

    private void insert(LockedBatch batch, List<BadLine> lines) {
        jdbc.sql("""
                        insert into bad_line (batch_id, line, error, text)
                        select :batch, line, error, text
                        from unnest(:lines::int[], :errors::text[], :texts::text[]) as l (line, error, text)
                        on conflict do nothing
                        """)
                .param("batch", batch.id())
                .param("lines", lines.stream().map(BadLine::line).toArray(Integer[]::new))
                .param("errors", lines.stream().map(BadLine::error).toArray(String[]::new))
                .param("texts", lines.stream().map(BadLine::text).toArray(String[]::new))
                .update();
    }

    /** Inserts a chunk and returns true, or returns false if there is one with this index. */
    boolean insertChunk(LockedBatch batch, int index, String hash) {
        return jdbc.sql("insert into batch_chunk values (:batch, :index, :hash) on conflict do nothing")
                        .param("batch", batch.id())
                        .param("index", index)
                        .param("hash", hash)
                        .update()
                == 1;
    }

    /** Returns whether the chunk at this index has this hash. */
    boolean hasChunk(LockedBatch batch, int index, String hash) {
        return jdbc.sql("select hash from batch_chunk where batch_id = :batch and index = :index")
                .param("batch", batch.id())
                .param("index", index)
                .query(String.class)
                .optional()
                .filter(hash::equals)
                .isPresent();
    }

    /** Makes tasks a part of a batch. */
    void addTasks(LockedBatch batch, List<Long> tasks) {
        jdbc.sql("update task set batch_id = :batch where id = any(:tasks::bigint[])")
                .param("batch", batch.id())
                .param("tasks", tasks.toArray(Long[]::new))
                .update();
    }

    /** Ends the upload. */
    void end(LockedBatch batch, UploadState outcome, @Nullable String reason, int chunks) {
        jdbc.sql("""
                        update batch set upload = :upload, reason = :reason, chunks = :chunks, received_at = :now
                        where id = :id
                        """)
                .param("upload", outcome.name())
                .param("reason", reason)
                .param("chunks", chunks)
                .param("now", now())
                .param("id", batch.id())
                .update();
    }

    /** Forgets the chunks of a batch of which nothing was accepted. */
    void deleteChunks(LockedBatch batch) {
        jdbc.sql("delete from batch_chunk where batch_id = :batch")
                .param("batch", batch.id())
                .update();
    }

    private OffsetDateTime now() {
        return clock.instant().atOffset(ZoneOffset.UTC);
    }

    /** Returns whether this upload has as many lines and chunks as the earlier one that is complete. */
    static boolean isSame(LockedBatch batch, BatchEnd end) {
        return end.outcome() == UploadState.RECEIVED
                && end.chunks() == batch.chunks()
                && end.progress().lines() == batch.lines();
    }
}
