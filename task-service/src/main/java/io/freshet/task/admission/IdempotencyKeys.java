package io.freshet.task.admission;

import io.freshet.contracts.TaskId;
import io.freshet.contracts.admission.AdmissionRequest;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Who owns which idempotency key, until when. */
@Component
class IdempotencyKeys {

    private final JdbcClient jdbc;
    private final IdempotencyProperties properties;
    private final Clock clock;

    IdempotencyKeys(JdbcClient jdbc, IdempotencyProperties properties, Clock clock) {
        this.jdbc = jdbc;
        this.properties = properties;
        this.clock = clock;
    }

    /** The first request that came with a key. */
    record Owner(UUID requestId, Instant acceptedAt, String bodyHash, Instant expiresAt, List<TaskId> tasks) {}

    /**
     * The owner of the key, which is this request if the key was free. Requests with the same key wait here for each other.
     *
     * @param key the request's
     */
    Owner claim(String key, AdmissionRequest request) {
        insert(List.of(request));
        return jdbc.sql("select * from idempotency_key where account = :account and key = :key for update")
                .param("account", request.account())
                .param("key", key)
                .query((row, _) -> owner(row))
                .single();
    }

    /**
     * Claims the keys of these requests, as far as they are free.
     *
     * @return the requests that own their key now, or have none
     */
    List<AdmissionRequest> claimFree(List<AdmissionRequest> requests) {
        List<AdmissionRequest> keyed = requests.stream()
                .filter(request -> request.idempotencyKey() != null)
                .collect(Collectors.toMap(Key::of, Function.identity(), (first, _) -> first, TreeMap::new))
                .values()
                .stream()
                .toList();
        if (keyed.isEmpty()) {
            return requests;
        }
        Set<UUID> owners = insert(keyed);
        return requests.stream()
                .filter(request -> request.idempotencyKey() == null || owners.contains(request.requestId()))
                .toList();
    }

    /** Gives up the keys that these requests have just claimed, if any. */
    void release(List<AdmissionRequest> requests) {
        List<AdmissionRequest> keyed = requests.stream()
                .filter(request -> request.idempotencyKey() != null)
                .toList();
        if (!keyed.isEmpty()) {
            jdbc.sql("""
                            delete from idempotency_key where (account, key, request_id)
                                in (select * from unnest(:accounts::text[], :keys::text[], :requestIds::uuid[]))
                            """)
                    .param("accounts", texts(keyed, AdmissionRequest::account))
                    .param("keys", texts(keyed, request -> String.valueOf(request.idempotencyKey())))
                    .param(
                            "requestIds",
                            texts(keyed, request -> request.requestId().toString()))
                    .update();
        }
    }

    /** In this order keys are locked. */
    private record Key(String account, String key) implements Comparable<Key> {

        static Key of(AdmissionRequest request) {
            return new Key(request.account(), String.valueOf(request.idempotencyKey()));
        }

        @Override
        public int compareTo(Key other) {
            return Comparator.comparing(Key::account).thenComparing(Key::key).compare(this, other);
        }
    }

    /** Answers the requests that own their keys now. */
    private Set<UUID> insert(List<AdmissionRequest> keyed) {
        Instant now = clock.instant();
        Set<UUID> owners = new HashSet<>();
        jdbc.sql("""
                        insert into idempotency_key as k (account, key, body_hash, request_id, accepted_at, expires_at, task_ids)
                        select account, key, body_hash, request_id, accepted_at, :expiresAt, task_ids::bigint[]
                        from unnest(:accounts::text[], :keys::text[], :bodyHashes::text[], :requestIds::uuid[],
                                    :acceptedAt::timestamptz[], :tasks::text[])
                            as r (account, key, body_hash, request_id, accepted_at, task_ids)
                        on conflict (account, key) do update set
                            body_hash = excluded.body_hash, request_id = excluded.request_id, accepted_at = excluded.accepted_at,
                            expires_at = excluded.expires_at, task_ids = excluded.task_ids
                        where k.expires_at <= :now
                        returning request_id
                        """)
                .param("expiresAt", now.plus(properties.keep()).atOffset(ZoneOffset.UTC))
                .param("now", now.atOffset(ZoneOffset.UTC))
                .param("accounts", texts(keyed, AdmissionRequest::account))
                .param("keys", texts(keyed, request -> String.valueOf(request.idempotencyKey())))
                .param("bodyHashes", texts(keyed, AdmissionRequest::bodyHash))
                .param("requestIds", texts(keyed, request -> request.requestId().toString()))
                .param(
                        "acceptedAt",
                        texts(
                                keyed,
                                request -> request.acceptedAt()
                                        .truncatedTo(ChronoUnit.MICROS)
                                        .toString()))
                .param("tasks", texts(keyed, IdempotencyKeys::tasks))
                .query((row, _) -> owners.add(row.getObject("request_id", UUID.class)))
                .list();
        return owners;
    }

    private static String[] texts(List<AdmissionRequest> requests, Function<AdmissionRequest, String> value) {
        return requests.stream().map(value).toArray(String[]::new);
    }

    /** As Postgres writes an array: of several arrays of different lengths none can be made. */
    private static String tasks(AdmissionRequest request) {
        return request.tasks().stream()
                .map(task -> task.taskId().toString())
                .collect(Collectors.joining(",", "{", "}"));
    }

    private static Owner owner(ResultSet row) throws SQLException {
        Long[] tasks = (Long[]) row.getArray("task_ids").getArray();
        return new Owner(
                row.getObject("request_id", UUID.class),
                row.getObject("accepted_at", OffsetDateTime.class).toInstant(),
                row.getString("body_hash"),
                row.getObject("expires_at", OffsetDateTime.class).toInstant(),
                Stream.of(tasks).map(TaskId::new).toList());
    }
}
