package io.freshet.task.admission;

import io.freshet.contracts.admission.AdmissionRequest;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Admits requests that nothing speaks against, together and with one statement: a round trip to the database, and one wait for its disk at most,
 * for a hundred of them. It decides nothing that is not plain: what it leaves out is decided by {@link Admissions}.
 */
@Component
class PlainAdmissions {

    /**
     * What an account asks of a quota is granted as a whole by the condition of the update, under the lock of the quota's row, so exactly; only
     * what was granted is written then. Of a minute's requests it takes as many as it is granted for; should there be no room for them after all, which the
     * table's constraint finds, nothing of the whole has happened. A key that is known, even if it has expired, leaves its request out. Whoever meets a key, a task or a
     * charge that appears meanwhile violates its uniqueness, and nothing of the whole has happened.
     */
    private static final String ADMIT = """
            with asked as (
                select *
                from (
                    select *, count(*) over (partition by account) as together
                    from unnest(:requests::uuid[], :accounts::text[], :kinds::text[], :selectors::text[], :quotas::text[], :days::date[],
                                :limits::int[], :keys::text[], :hashes::text[], :acceptedAt::timestamptz[], :ids::text[], :rates::int[])
                        as r (request, account, kind, selector, quota, day, most, key, hash, accepted_at, ids, rate)
                ) as r
                where (key is null
                        or not exists (select from idempotency_key k where k.account = r.account and k.key = r.key))
                    and (rate is null
                        or together + coalesce((select requests from request_rate m where m.account = r.account and minute = :minute), 0)
                            <= rate)
            ), wanted as (
                select *
                from asked
                join unnest(:requestsOfTasks::uuid[], :tasks::bigint[], :domains::text[], :objects::int[])
                    as t (request, id, domain, objects) using (request)
            ), granted as (
                insert into quota_use as u (account, quota, day, used)
                select account, quota, day, sum(objects) from wanted
                group by account, quota, day having sum(objects) <= min(most)
                order by account, quota, day
                on conflict (account, quota, day) do update set used = u.used + excluded.used
                where u.used + excluded.used
                    <= (select min(most) from asked a where a.account = u.account and a.quota = u.quota and a.day = u.day)
                returning account, quota, day, used
            ), counted as (
                insert into request_rate as m (account, minute, requests, most)
                select account, :minute, count(*), min(rate)
                from asked join granted using (account, quota, day) where rate is not null
                group by account order by account
                on conflict (account, minute) do update set requests = m.requests + excluded.requests, most = excluded.most
            ), admitted as (
                select * from wanted join granted using (account, quota, day) order by id
            ), claimed as (
                insert into idempotency_key (account, key, body_hash, request_id, accepted_at, expires_at, task_ids)
                select account, key, hash, request, accepted_at, :expiresAt, ids::bigint[]
                from asked join granted using (account, quota, day) where key is not null
                order by account, key
            ), recorded as (
                insert into task (id, account, kind, selector, domain, object_count, admitted_at)
                select id, account, kind, selector, domain, objects, :now from admitted
            ), charged as (
                insert into charge (task_id, account, quota, day, objects)
                select id, account, quota, day, objects from admitted
            )
            select request, set_config('synchronous_commit', case when :safe then current_setting('synchronous_commit') else 'off' end, true),
                min(used) as used
            from admitted group by request
            """;

    private final JdbcClient jdbc;
    private final QuotaProperties quotas;
    private final IdempotencyProperties keys;
    private final RequestRates rates;
    private final Clock clock;

    PlainAdmissions(
            AdmissionConnections connections,
            QuotaProperties quotas,
            IdempotencyProperties keys,
            RequestRates rates,
            Clock clock) {
        this.jdbc = connections.jdbc();
        this.quotas = quotas;
        this.keys = keys;
        this.rates = rates;
        this.clock = clock;
    }

    /**
     * Admits what is plain. If the database crashes, the last moments before it are lost of requests without an idempotency key: their tasks
     * and charges come back from the log, where the commands are. A key, which belongs to whoever asks again, would not, so it waits for the disk.
     *
     * @return what is used of the quota with them, by the ids of the requests that are admitted; nothing has happened for the others
     * @throws org.springframework.dao.DataIntegrityViolationException if a key, task or charge appears meanwhile, or the minute fills up; then
     *     nothing has happened at all
     */
    Map<UUID, Long> admit(List<AdmissionRequest> requests) {
        Instant now = clock.instant();
        Collection<AdmissionRequest> plain = plain(requests);
        Map<String, Object> parameters = new HashMap<>();
        parameters.put("requests", texts(plain, request -> request.requestId().toString()));
        parameters.put("accounts", texts(plain, AdmissionRequest::account));
        parameters.put("kinds", texts(plain, request -> request.kind().name()));
        parameters.put("selectors", texts(plain, request -> request.selector().name()));
        parameters.put("quotas", texts(plain, request -> request.quota().name()));
        parameters.put("days", texts(plain, request -> dayOf(request).toString()));
        parameters.put(
                "limits", plain.stream().map(AdmissionRequest::quotaLimit).toArray(Integer[]::new));
        parameters.put(
                "keys", plain.stream().map(AdmissionRequest::idempotencyKey).toArray(String[]::new));
        parameters.put("hashes", texts(plain, AdmissionRequest::bodyHash));
        parameters.put(
                "acceptedAt",
                texts(
                        plain,
                        request -> request.acceptedAt()
                                .truncatedTo(ChronoUnit.MICROS)
                                .toString()));
        parameters.put("ids", texts(plain, IdempotencyKeys::tasks));
        parameters.putAll(tasks(plain));
        parameters.put(
                "rates", plain.stream().map(AdmissionRequest::requestsPerMinute).toArray(Integer[]::new));
        parameters.put("minute", rates.minute().atOffset(ZoneOffset.UTC));
        parameters.put("now", now.atOffset(ZoneOffset.UTC));
        parameters.put("expiresAt", now.plus(keys.keep()).atOffset(ZoneOffset.UTC));
        parameters.put("safe", plain.stream().anyMatch(request -> request.idempotencyKey() != null));
        Map<UUID, Long> used = new HashMap<>();
        jdbc.sql(ADMIT).params(parameters).query(row -> {
            used.put(row.getObject("request", UUID.class), row.getLong("used"));
        });
        return used;
    }

    /** Without pushes that follow, which take of two quotas, and of each key the first. */
    private static Collection<AdmissionRequest> plain(List<AdmissionRequest> requests) {
        Set<Object> seen = new HashSet<>();
        return requests.stream()
                .filter(request -> request.tasks().stream().allMatch(task -> task.thenPush() == null))
                .filter(request -> request.idempotencyKey() == null
                        || seen.add(List.of(request.account(), request.idempotencyKey())))
                .collect(Collectors.toList());
    }

    private static Map<String, Object> tasks(Collection<AdmissionRequest> plain) {
        Map<String, Object> parameters = new HashMap<>();
        parameters.put(
                "requestsOfTasks",
                plain.stream()
                        .flatMap(request -> request.tasks().stream()
                                .map(_ -> request.requestId().toString()))
                        .toArray(String[]::new));
        parameters.put(
                "tasks",
                plain.stream()
                        .flatMap(request -> request.tasks().stream())
                        .map(task -> task.taskId().value())
                        .toArray(Long[]::new));
        parameters.put(
                "domains",
                plain.stream()
                        .flatMap(request -> request.tasks().stream())
                        .map(task -> task.domain())
                        .toArray(String[]::new));
        parameters.put(
                "objects",
                plain.stream()
                        .flatMap(request -> request.tasks().stream())
                        .map(task -> task.objectCount())
                        .toArray(Integer[]::new));
        return parameters;
    }

    private LocalDate dayOf(AdmissionRequest request) {
        return quotas.dayOf(request.acceptedAt());
    }

    private static String[] texts(Collection<AdmissionRequest> requests, Function<AdmissionRequest, String> value) {
        return requests.stream().map(value).toArray(String[]::new);
    }
}
