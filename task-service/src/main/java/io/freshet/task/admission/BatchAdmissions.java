package io.freshet.task.admission;

import io.freshet.contracts.admission.AdmissionRequest;
import io.freshet.task.storage.ConnectionPools;
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
 * Batch fast path: admits, in one statement, all requests that are new and fit quota and rate limit. All others go to
 * {@link Admissions}. A hundred requests cost one round trip to the database, and at most one wait for its disk.
 */
@Component
class BatchAdmissions {

    /**
     * The statement. Requests that exceed quota or rate by what is committed are left out first, by a read. The
     * condition of the update on {@code quota_use} grants an account's requests as a whole, under the row's lock, and
     * only granted ones are written. It leaves out requests whose key exists, even if that has expired. A concurrent
     * key, task or charge, or a rate that is exceeded meanwhile, violates a constraint and undoes everything.
     */
    private static final String ADMIT = """
            with candidate as (
                select *
                from (
                    select r.*, count(*) over (partition by account) as together
                    from unnest(:requests::uuid[], :accounts::text[], :kinds::text[], :selectors::text[],
                                :quotas::text[], :days::date[], :limits::int[], :keys::text[], :hashes::text[],
                                :acceptedAt::timestamptz[], :ids::text[], :rates::int[], :totals::int[])
                        as r (request, account, kind, selector, quota, day, quota_limit, key, hash, accepted_at, ids,
                              rate, total)
                    where total + coalesce(
                            (select used from quota_use u
                             where u.account = r.account and u.quota = r.quota and u.day = r.day),
                            0)
                        <= quota_limit
                ) as r
                where (key is null
                        or not exists (select from idempotency_key k where k.account = r.account and k.key = r.key))
                    and (rate is null
                        or together
                                + coalesce(
                                    (select requests from request_rate m
                                     where m.account = r.account and minute = :minute),
                                    0)
                            <= rate)
            ), wanted as (
                select *
                from candidate
                join unnest(:requestsOfTasks::uuid[], :tasks::bigint[], :domains::text[], :objects::int[])
                    as t (request, id, domain, objects) using (request)
            ), granted as (
                insert into quota_use as u (account, quota, day, used)
                select account, quota, day, sum(objects) from wanted
                group by account, quota, day having sum(objects) <= min(quota_limit)
                order by account, quota, day
                on conflict (account, quota, day) do update set used = u.used + excluded.used
                where u.used + excluded.used
                    <= (select min(quota_limit) from candidate c
                        where c.account = u.account and c.quota = u.quota and c.day = u.day)
                returning account, quota, day, used
            ), counted as (
                insert into request_rate as m (account, minute, requests, max_requests)
                select account, :minute, count(*), min(rate)
                from candidate join granted using (account, quota, day) where rate is not null
                group by account order by account
                on conflict (account, minute) do update set
                    requests = m.requests + excluded.requests, max_requests = excluded.max_requests
            ), admitted as (
                select * from wanted join granted using (account, quota, day) order by id
            ), claimed as (
                insert into idempotency_key (account, key, body_hash, request_id, accepted_at, expires_at, task_ids)
                select account, key, hash, request, accepted_at, :expiresAt, ids::bigint[]
                from candidate join granted using (account, quota, day) where key is not null
                order by account, key
            ), recorded as (
                insert into task (id, account, kind, selector, domain, object_count, request_id, admitted_at)
                select id, account, kind, selector, domain, objects, request, :now from admitted
            ), charged as (
                insert into charge (task_id, account, quota, day, objects)
                select id, account, quota, day, objects from admitted
            )
            select request,
                set_config('synchronous_commit',
                    case when :durable then current_setting('synchronous_commit') else 'off' end, true),
                min(used) as used
            from admitted group by request
            """;

    private final JdbcClient jdbc;
    private final QuotaDayProperties quotas;
    private final IdempotencyProperties keys;
    private final RequestRates rates;
    private final Clock clock;

    BatchAdmissions(
            ConnectionPools pools,
            QuotaDayProperties quotas,
            IdempotencyProperties keys,
            RequestRates rates,
            Clock clock) {
        this.jdbc = pools.admissions();
        this.quotas = quotas;
        this.keys = keys;
        this.rates = rates;
        this.clock = clock;
    }

    /**
     * Admits what it can. Without idempotency keys the commit is asynchronous: after a crash of the database, tasks and
     * charges are restored from the commands in Kafka. Keys would be lost, so they make the commit synchronous.
     *
     * @return the use of the quota after the batch, by the ids of the admitted requests; nothing is changed for the
     *     others
     * @throws org.springframework.dao.DataIntegrityViolationException if a concurrent key, task or charge conflicts, or
     *     the rate is exceeded meanwhile; then nothing is changed at all
     */
    Map<UUID, Long> admit(List<AdmissionRequest> requests) {
        Instant now = clock.instant();
        Collection<AdmissionRequest> batch = eligible(requests);
        Map<String, Object> parameters = new HashMap<>();
        parameters.put("requests", texts(batch, request -> request.requestId().toString()));
        parameters.put("accounts", texts(batch, AdmissionRequest::account));
        parameters.put("kinds", texts(batch, request -> request.kind().name()));
        parameters.put("selectors", texts(batch, request -> request.selector().name()));
        parameters.put("quotas", texts(batch, request -> request.quota().name()));
        parameters.put("days", texts(batch, request -> dayOf(request).toString()));
        parameters.put(
                "limits", batch.stream().map(AdmissionRequest::quotaLimit).toArray(Integer[]::new));
        parameters.put(
                "keys", batch.stream().map(AdmissionRequest::idempotencyKey).toArray(String[]::new));
        parameters.put("hashes", texts(batch, AdmissionRequest::bodyHash));
        parameters.put(
                "acceptedAt",
                texts(
                        batch,
                        request -> request.acceptedAt()
                                .truncatedTo(ChronoUnit.MICROS)
                                .toString()));
        parameters.put("ids", texts(batch, IdempotencyKeys::tasks));
        parameters.putAll(tasks(batch));
        parameters.put(
                "rates", batch.stream().map(AdmissionRequest::requestsPerMinute).toArray(Integer[]::new));
        parameters.put(
                "totals", batch.stream().map(AdmissionRequest::objectCount).toArray(Integer[]::new));
        parameters.put("minute", rates.minute().atOffset(ZoneOffset.UTC));
        parameters.put("now", now.atOffset(ZoneOffset.UTC));
        parameters.put("expiresAt", now.plus(keys.keyTtl()).atOffset(ZoneOffset.UTC));
        parameters.put("durable", batch.stream().anyMatch(request -> request.idempotencyKey() != null));
        Map<UUID, Long> used = new HashMap<>();
        jdbc.sql(ADMIT).params(parameters).query(row -> {
            used.put(row.getObject("request", UUID.class), row.getLong("used"));
        });
        return used;
    }

    /** Returns the requests without a push that follows, which would take of two quotas; of each key the first. */
    private static Collection<AdmissionRequest> eligible(List<AdmissionRequest> requests) {
        Set<Object> seen = new HashSet<>();
        return requests.stream()
                .filter(request -> request.tasks().stream().allMatch(task -> task.thenPush() == null))
                .filter(request -> request.idempotencyKey() == null
                        || seen.add(List.of(request.account(), request.idempotencyKey())))
                .collect(Collectors.toList());
    }

    private static Map<String, Object> tasks(Collection<AdmissionRequest> batch) {
        Map<String, Object> parameters = new HashMap<>();
        parameters.put(
                "requestsOfTasks",
                batch.stream()
                        .flatMap(request -> request.tasks().stream()
                                .map(_ -> request.requestId().toString()))
                        .toArray(String[]::new));
        parameters.put(
                "tasks",
                batch.stream()
                        .flatMap(request -> request.tasks().stream())
                        .map(task -> task.taskId().value())
                        .toArray(Long[]::new));
        parameters.put(
                "domains",
                batch.stream()
                        .flatMap(request -> request.tasks().stream())
                        .map(task -> task.domain())
                        .toArray(String[]::new));
        parameters.put(
                "objects",
                batch.stream()
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
