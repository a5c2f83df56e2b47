package io.freshet.task.admission;

import io.freshet.contracts.TaskId;
import io.freshet.contracts.admission.AdmissionRequest;
import io.freshet.task.storage.ConnectionPools;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Idempotency keys, each owned by its first request until it expires. */
@Component
public class IdempotencyKeys {

    private final JdbcClient jdbc;
    private final IdempotencyProperties properties;
    private final Clock clock;

    IdempotencyKeys(ConnectionPools pools, IdempotencyProperties properties, Clock clock) {
        this.jdbc = pools.admissions();
        this.properties = properties;
        this.clock = clock;
    }

    /** The first request that came with a key. */
    public record KeyOwner(
            UUID requestId, Instant acceptedAt, String bodyHash, Instant expiresAt, List<TaskId> tasks) {}

    /**
     * Claims the key and returns its owner, which is this request if the key was free. A row lock serializes requests
     * with the same key.
     *
     * @param key the request's
     */
    public KeyOwner claim(String key, AdmissionRequest request) {
        insert(request);
        return jdbc.sql("select * from idempotency_key where account = :account and key = :key for update")
                .param("account", request.account())
                .param("key", key)
                .query((row, _) -> owner(row))
                .single();
    }

    /** Frees the key, unless another request owns it. */
    public void release(String account, String key, UUID requestId) {
        jdbc.sql("delete from idempotency_key where account = :account and key = :key and request_id = :requestId")
                .param("account", account)
                .param("key", key)
                .param("requestId", requestId)
                .update();
    }

    private void insert(AdmissionRequest request) {
        Instant now = clock.instant();
        jdbc.sql("""
                        insert into idempotency_key as k
                            (account, key, body_hash, request_id, accepted_at, expires_at, task_ids)
                        values (:account, :key, :bodyHash, :requestId, :acceptedAt, :expiresAt, :tasks::bigint[])
                        on conflict (account, key) do update set
                            body_hash = excluded.body_hash, request_id = excluded.request_id,
                            accepted_at = excluded.accepted_at, expires_at = excluded.expires_at,
                            task_ids = excluded.task_ids
                        where k.expires_at <= :now
                        """)
                .param("account", request.account())
                .param("key", request.idempotencyKey())
                .param("bodyHash", request.bodyHash())
                .param("requestId", request.requestId())
                .param(
                        "acceptedAt",
                        request.acceptedAt().truncatedTo(ChronoUnit.MICROS).atOffset(ZoneOffset.UTC))
                .param("expiresAt", now.plus(properties.keyTtl()).atOffset(ZoneOffset.UTC))
                .param("now", now.atOffset(ZoneOffset.UTC))
                .param("tasks", tasks(request))
                .update();
    }

    /**
     * Returns the task ids as the text of a Postgres array, since arrays of different lengths cannot be passed as one.
     */
    static String tasks(AdmissionRequest request) {
        return request.tasks().stream()
                .map(task -> task.taskId().toString())
                .collect(Collectors.joining(",", "{", "}"));
    }

    private static KeyOwner owner(ResultSet row) throws SQLException {
        Long[] tasks = (Long[]) row.getArray("task_ids").getArray();
        return new KeyOwner(
                row.getObject("request_id", UUID.class),
                row.getObject("accepted_at", OffsetDateTime.class).toInstant(),
                row.getString("body_hash"),
                row.getObject("expires_at", OffsetDateTime.class).toInstant(),
                Stream.of(tasks).map(TaskId::new).toList());
    }
}
